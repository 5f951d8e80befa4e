using System.Globalization;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Web.Shared;
using Microsoft.AspNetCore.Http.Features;

namespace Countersign.Web.Evidence;

/// <summary>Taking evidence away.</summary>
public static class ExportEndpoints
{
    public static void MapExport(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit/export", async (HttpRequest http, ExportPages pages, CancellationToken stop) => await pages.ShowAsync(ExportForm.Read(http.Query) with { WithWords = true }, null, stop));
        site.MapPost("/audit/export", StartAsync);
        site.MapGet("/audit/export/{id:guid}", async (Guid id, ExportJobs jobs, ExportPages pages, Actor actor, CancellationToken stop) =>
            jobs.Find(id, actor) is { } job ? await pages.ShowAsync(job, stop) : Results.NotFound());
        site.MapGet("/audit/export/{id:guid}/state", (Guid id, ExportJobs jobs, Actor actor) =>
            jobs.Find(id, actor) is { } job ? Pages.Show<ExportJobCard>(new { Job = job }) : Results.NotFound());
        site.MapGet("/audit/export/{id:guid}/file", Send);
    }

    private static IResult Send(Guid id, HttpContext http, ExportJobs jobs, Actor actor, CancellationToken stop)
    {
        if (jobs.Find(id, actor) is not { Written: { } written } job)
            return Results.NotFound();

        // The framework writes the end of each file in a zip without waiting asynchronously, whatever it is asked.
        http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        return Results.Stream(stream => ExportJobs.SendAsync(job, stream, stop), "application/zip", string.Create(CultureInfo.InvariantCulture, $"countersign-evidence-{written.Size}.zip"));
    }

    private static async Task<IResult> StartAsync(IFormCollection form, ExportEvidence export, ExportPages pages, ExportJobs jobs, Actor actor, CancellationToken stop)
    {
        var asked = ExportForm.Read(form);
        var begun = await export.BeginAsync(asked.At, actor, stop);
        if (!begun.IsTaken)
            return await pages.ShowAsync(asked, begun.Refusal, stop);
        if (asked is { Withhold.Count: > 0, Reason: "" })
            return await pages.ShowAsync(asked, new Refusal("no-reason", "Say why the ticked content is withheld: the pack lists it with the reason."), stop);
        return Results.LocalRedirect($"/audit/export/{jobs.Start(asked.Order, actor).Id}");
    }
}
