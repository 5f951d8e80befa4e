using System.Globalization;
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
public sealed class AuditPages(CountersignDb db, AuditTrail trail, AuditNames naming, ErasedContents erased, ProveEntry prove, LogSearch search, SignedLog log, VerifyNow verify, WitnessPages witnesses, LedgerKey key, ShellReader shell, Actor actor)
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What an examiner verifies with.</summary>
    public string Key => key.VerifierKey;

    public async Task<IResult> ShowListAsync(AuditFilter filter, bool isChecked, Refusal? refusal, CancellationToken stop)
    {
        var entries = await trail.NarrowAsync(filter.Question, filter.Text, stop) is { } question ? await trail.ListAsync(question, stop) : [];
        var size = (await log.LatestAsync(stop))?.Size ?? 0;
        var asked = EntryReading.Ids(filter.Object ?? "").ToList();
        var names = await naming.FindAsync(entries.SelectMany(entry => EntryReading.Ids(entry.Object)).Concat(asked), actor, stop);
        var people = await db.People.AsNoTracking().OrderBy(person => person.Name).Select(person => new Option(person.Id.ToString(), person.Name)).ToListAsync(stop);
        var model = new AuditModel(
            filter,
            [.. entries.Select(entry => Row(entry, names))],
            [.. people, new Option(Guid.Empty.ToString(), "Countersign")],
            filter.Object is null ? null : asked.Select(id => names.GetValueOrDefault(id)).FirstOrDefault() ?? filter.Object,
            size,
            filter.Narrows ? Math.Max(0, size - await search.ReachAsync(stop)) : 0,
            verify.State,
            verify.Progress,
            await witnesses.ReadAsync(stop),
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
        var raw = entry.IsReadable ? Encoding.UTF8.GetString(entry.Leaf) : Hex(entry.Leaf);
        var names = await naming.FindAsync(EntryReading.Ids(raw), actor, stop);
        var words = await trail.WordsAsync(EntryReading.Commitments(raw), actor, stop);
        var model = new EntryModel(
            Row(entry, names),
            new EntryReading(entry.Read(), names, words, (await erased.FindAsync(EntryReading.Commitments(raw), stop)).ToDictionary(item => item.Key, item => item.Value.Say(at => LocalTime.At(at).ToString("d MMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("en-GB"))))),
            await prove.RunAsync(index, entry.Leaf, stop),
            AuditTrail.MayReadWords(actor),
            raw,
            entry.Read().ToJsonString(indented),
            (await log.LatestAsync(stop))?.Size ?? 0,
            entry.Object,
            (Erasure.WhyNot(actor) is null || LegalHold.WhyNot(actor) is null) && entry.Object.Split('/')[0] is "draft" or "person" or "lockdown",
            key.VerifierKey,
            await witnesses.ReadAsync(stop));
        return Pages.Show<EntryPage>(new { Shell = await shell.ReadAsync(stop), Model = model });
    }

    private static AuditRow Row(AuditEntry entry, IReadOnlyDictionary<Guid, string> names)
    {
        var leaf = entry.Read();
        return new AuditRow(
            entry.Place,
            entry.Index,
            entry.At,
            entry.Actor,
            entry.IsReadable ? AuditWords.Verb(entry.Act) : "did something that cannot be read",
            entry.IsReadable ? Name(entry, leaf, names) : null,
            leaf["why"]?.GetValue<string>() is { } why ? AuditWords.Why(why) : null,
            entry.Ok,
            entry.IsReadable,
            entry.IsFoundAsSomethingElse);
    }

    /// <summary>As `xxd` sets bytes out: sixteen to a line.</summary>
    private static string Hex(byte[] bytes) => string.Join('\n', bytes.Chunk(16).Select((line, at) => $"{at * 16:x4}  {string.Join(' ', line.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)))}"));

    private static string? Name(AuditEntry entry, System.Text.Json.Nodes.JsonObject leaf, IReadOnlyDictionary<Guid, string> names)
    {
        var id = EntryReading.Ids(entry.Object).FirstOrDefault();
        return entry.Act[..entry.Act.IndexOf('.', StringComparison.Ordinal)] switch
        {
            "session" or "notices" or "evidence" or "witness" => null,
            "person" when id == entry.ActorId => null,
            "release" => $"policy release {leaf["facts"]?["number"]}",
            _ => names.GetValueOrDefault(id) ?? (entry.Object == "everything" ? "everything" : null),
        };
    }
}
