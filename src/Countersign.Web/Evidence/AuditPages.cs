using System.Text;
using System.Text.Json;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Storage;
using Countersign.Web.Hosting;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Evidence;

/// <summary>Reads what the audit pages show.</summary>
public sealed class AuditPages(CountersignDb db, AuditTrail trail, AuditNames naming, ProveEntry prove, SignedLog log, VerifiedLog verified, LedgerKey key, ShellReader shell, Actor actor)
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<IResult> ShowListAsync(AuditFilter filter, bool isChecked, Refusal? refusal, CancellationToken stop)
    {
        var entries = await trail.ListAsync(filter.Question, stop);
        var asked = EntryReading.Ids(filter.Object ?? "").ToList();
        var names = await naming.FindAsync(entries.SelectMany(entry => EntryReading.Ids(entry.Object)).Concat(asked), actor, stop);
        var people = await db.People.AsNoTracking().OrderBy(person => person.Name).Select(person => new Option(person.Id.ToString(), person.Name)).ToListAsync(stop);
        var model = new AuditModel(
            filter,
            [.. entries.Select(entry => Row(entry, names))],
            [.. people, new Option(Guid.Empty.ToString(), "Countersign")],
            filter.Object is null ? null : asked.Select(id => names.GetValueOrDefault(id)).FirstOrDefault() ?? filter.Object,
            (await log.LatestAsync(stop))?.Size ?? 0,
            verified.State,
            key.VerifierKey,
            ExportEvidence.WhyNot(actor),
            isChecked,
            refusal);
        return Pages.Show<AuditPage>(new { Shell = await shell.ReadAsync(stop), Model = model }, refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    public async Task<IResult> ShowEntryAsync(long index, CancellationToken stop)
    {
        if (await trail.FindAsync(index, stop) is not { } entry)
            return Results.NotFound();
        var raw = Encoding.UTF8.GetString(entry.Leaf);
        var names = await naming.FindAsync(EntryReading.Ids(raw), actor, stop);
        var words = await trail.WordsAsync(EntryReading.Commitments(raw), actor, stop);
        var model = new EntryModel(
            Row(entry, names),
            new EntryReading(entry.Read(), names, words),
            await prove.RunAsync(index, entry.Leaf, stop),
            AuditTrail.MayReadWords(actor),
            raw,
            entry.Read().ToJsonString(indented),
            (await log.LatestAsync(stop))?.Size ?? 0,
            entry.Object);
        return Pages.Show<EntryPage>(new { Shell = await shell.ReadAsync(stop), Model = model });
    }

    private static AuditRow Row(AuditEntry entry, IReadOnlyDictionary<Guid, string> names)
    {
        var leaf = entry.Read();
        return new AuditRow(
            entry.Seq,
            entry.Index,
            entry.At,
            entry.Actor,
            AuditWords.Verb(entry.Act),
            Name(entry, leaf, names),
            leaf["why"]?.GetValue<string>() is { } why ? AuditWords.Why(why) : null,
            entry.Ok);
    }

    private static string? Name(AuditEntry entry, System.Text.Json.Nodes.JsonObject leaf, IReadOnlyDictionary<Guid, string> names)
    {
        var id = EntryReading.Ids(entry.Object).FirstOrDefault();
        return entry.Act[..entry.Act.IndexOf('.', StringComparison.Ordinal)] switch
        {
            "session" or "evidence" => null,
            "person" when id == entry.ActorId => null,
            "release" => $"policy release {leaf["facts"]?["number"]}",
            _ => names.GetValueOrDefault(id) ?? (entry.Object == "everything" ? "everything" : null),
        };
    }
}
