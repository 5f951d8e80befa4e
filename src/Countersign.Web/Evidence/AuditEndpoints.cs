using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;
using Microsoft.AspNetCore.Mvc;

namespace Countersign.Web.Evidence;

/// <summary>Reading the audit trail, checking it, taking it away.</summary>
public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit", async (string? @object, Guid? person, string? act, bool? refused, string? from, string? to, long? before, bool? @checked, AuditPages pages, CancellationToken stop) =>
            await pages.ShowListAsync(AuditFilter.Read(@object, person, act, refused, from, to, before), @checked == true, null, stop));
        site.MapGet("/audit/{index:long}", async (long index, AuditPages pages, CancellationToken stop) => await pages.ShowEntryAsync(index, stop));
        site.MapPost("/audit/verify", async (IFormCollection _, VerifiedLog verified, VerifiedState state, StateCheck check, CountersignDb db, TimeProvider clock, CancellationToken stop) =>
        {
            await verified.CheckAsync(db, fromTheStart: true, clock.GetUtcNow(), stop);
            await state.CheckAsync(check, clock.GetUtcNow(), stop);
            return Results.LocalRedirect("/audit?checked=true");
        });
        site.MapPost("/audit/export", ExportAsync);
    }

    private static async Task<IResult> ExportAsync([FromForm] bool? words, EvidenceBundle bundle, Actor actor, AuditPages pages, CancellationToken stop)
    {
        var made = await bundle.MakeAsync(words == true, actor, stop);
        return made.IsTaken
            ? Results.File(made.Taken.Content, "application/zip", made.Taken.Name)
            : await pages.ShowListAsync(AuditFilter.Read(null, null, null, null, null, null, null), false, made.Refusal, stop);
    }
}
