using System.Globalization;
using Countersign.Evidence;
using Countersign.Web.Shared;

namespace Countersign.Web.Evidence;

/// <summary>Reading the audit trail and checking it, here or in the browser.</summary>
public static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder site)
    {
        site.MapGet("/audit", async (string? @object, Guid? person, string? act, bool? refused, string? from, string? to, string? q, string? before, bool? @checked, AuditPages pages, CancellationToken stop) =>
            await pages.ShowListAsync(AuditFilter.Read(@object, person, act, refused, from, to, q, before), @checked == true, null, stop));
        site.MapGet("/audit/{index:long}", async (long index, AuditPages pages, CancellationToken stop) => await pages.ShowEntryAsync(index, stop));
        site.MapGet("/audit/{index:long}/entry", EntryAsync);
        site.MapGet("/audit/{index:long}/proof", ProofAsync);
        site.MapGet("/audit/log/{**path}", async (string? path, ServedLog log, CancellationToken stop) =>
            await log.ReadAsync(path ?? "", stop) is { } file ? Results.Bytes(file, path == ServedLog.CheckpointPath ? "text/plain; charset=utf-8" : "application/octet-stream") : Results.NotFound());
        site.MapPost("/audit/verify", async (IFormCollection _, VerifyNow verify, CancellationToken stop) =>
            Results.LocalRedirect(await verify.StartAsync(stop) ? "/audit?checked=true" : "/audit#verified"));
        site.MapGet("/audit/verified", (VerifyNow verify, AuditPages pages) => Pages.Show<VerificationCard>(new { Verified = verify.State, Reading = verify.Progress, pages.Key, Checked = verify.Progress is null }));
    }

    /// <summary>Exactly the bytes that are hashed.</summary>
    private static async Task<IResult> EntryAsync(long index, AuditTrail trail, CancellationToken stop) =>
        await trail.FindAsync(index, stop) is { } entry ? Results.Bytes(entry.Leaf, "application/octet-stream", Name(index, "json")) : Results.NotFound();

    private static async Task<IResult> ProofAsync(long index, AuditTrail trail, ProveEntry prove, CancellationToken stop) =>
        await trail.FindAsync(index, stop) is { } entry && await prove.RunAsync(index, entry.Leaf, stop) is { Text: { } text }
            ? Results.Bytes(System.Text.Encoding.UTF8.GetBytes(text), "application/octet-stream", Name(index, "tlog-proof"))
            : Results.NotFound();

    private static string Name(long index, string kind) => string.Create(CultureInfo.InvariantCulture, $"entry-{index}.{kind}");
}
