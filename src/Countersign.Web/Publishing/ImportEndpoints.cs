using System.Text;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;

namespace Countersign.Web.Publishing;

/// <param name="Job">Null once it is decided.</param>
public sealed record ImportModel(DraftImport Import, ImportJob? Job, Refusal? Refusal)
{
    public bool IsBusy => Job?.IsBusy == true;
}

/// <summary>Many posts from one file: every row's problems are listed before anything is saved.</summary>
public static class ImportEndpoints
{
    /// <summary>Two rows that show how a cell with a separator, a quotation mark and a line break is written.</summary>
    private const string Template = "text,accounts,date,time,zone,pictures,alt texts\r\n\"We open on Saturday at ten, with coffee.\",ACCOUNT,2027-06-12,09:00,Europe/London,,\r\n\"He said \"\"Come early\"\".\nSee you there.\",ACCOUNT | OTHER ACCOUNT,,,,,\r\n";

    public static void MapImport(this IEndpointRouteBuilder site)
    {
        site.MapGet("/calendar/import", async (ShellReader shell, Actor actor, CancellationToken stop) => await BeginAsync(null, shell, actor, stop));
        site.MapGet("/calendar/import/template.csv", () => Results.File([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Template)], "text/csv; charset=utf-8", "posts.csv"));
        site.MapPost("/calendar/import", BringAsync);
        site.MapGet("/calendar/import/{id:guid}", async (Guid id, ImportDrafts imports, ImportJobs jobs, ShellReader shell, Actor actor, CancellationToken stop) =>
            await FindAsync(id, imports, jobs, actor, stop) is { } model ? await ShowAsync(model, shell, stop) : Results.NotFound());
        site.MapGet("/calendar/import/{id:guid}/state", async (Guid id, ImportDrafts imports, ImportJobs jobs, Actor actor, CancellationToken stop) =>
            await FindAsync(id, imports, jobs, actor, stop) is { } model ? Pages.Show<ImportCard>(new { Model = model }) : Results.NotFound());
        site.MapPost("/calendar/import/{id:guid}/confirm", ConfirmAsync);
        site.MapPost("/calendar/import/{id:guid}/discard", async (Guid id, IFormCollection _, ImportDrafts imports, ImportJobs jobs, Actor actor, CancellationToken stop) =>
        {
            await imports.DiscardAsync(id, actor, stop);
            jobs.Forget(id);
            return Results.LocalRedirect("/calendar/import");
        });
    }

    private static async Task<IResult> BringAsync(IFormCollection sent, ImportDrafts imports, ShellReader shell, Actor actor, CancellationToken stop)
    {
        if (sent.Files["file"] is not { } file)
            return await BeginAsync(new Refusal("no-file", "Choose a file first."), shell, actor, stop);
        if (file.Length > ImportFile.MostBytes)
            return await BeginAsync(new Refusal("too-large", $"That file has {file.Length / 1048576.0:0.0} MB; {ImportFile.MostBytes / 1048576} MB is the most."), shell, actor, stop);
        var bytes = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(bytes, stop);
        var brought = await imports.BringAsync(file.FileName.Replace("\0", "", StringComparison.Ordinal), bytes, actor, stop);
        return brought.IsTaken ? Results.LocalRedirect($"/calendar/import/{brought.Taken.Id}") : await BeginAsync(brought.Refusal, shell, actor, stop);
    }

    private static async Task<IResult> ConfirmAsync(Guid id, IFormCollection _, ImportDrafts imports, ImportJobs jobs, ShellReader shell, Actor actor, CancellationToken stop)
    {
        if (await FindAsync(id, imports, jobs, actor, stop) is not { } model)
            return Results.NotFound();
        if (model.Job?.Checked is not { } seen)
            return Results.LocalRedirect($"/calendar/import/{id}");
        var confirmed = model.Import.State == ImportState.Uploaded ? await imports.ConfirmAsync(id, seen, actor, stop) : new Refusal("confirmed", "");
        // Pressed twice, or begun and broken off: it goes on where it was.
        if (!confirmed.IsTaken && confirmed.Refusal.Code is not ("confirmed" or "changed-meanwhile"))
            return await ShowAsync(model with { Refusal = confirmed.Refusal }, shell, stop);
        jobs.Save(id, actor);
        return Results.LocalRedirect($"/calendar/import/{id}");
    }

    private static async Task<ImportModel?> FindAsync(Guid id, ImportDrafts imports, ImportJobs jobs, Actor actor, CancellationToken stop) =>
        await imports.FindAsync(id, actor, stop) is { } import
            ? new ImportModel(import, import.State is ImportState.Uploaded or ImportState.Saving ? jobs.Of(import, actor) : null, null)
            : null;

    private static async Task<IResult> BeginAsync(Refusal? refusal, ShellReader shell, Actor actor, CancellationToken stop) =>
        Pages.Show<ImportPage>(new { Shell = await shell.ReadAsync(stop), MayWrite = actor.HoldsAnywhere(Role.Author), Refusal = refusal }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> ShowAsync(ImportModel model, ShellReader shell, CancellationToken stop) =>
        Pages.Show<ImportFilePage>(new { Shell = await shell.ReadAsync(stop), Model = model }, model.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
