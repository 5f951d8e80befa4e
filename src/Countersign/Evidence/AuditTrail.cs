using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>Which entries are asked for. Everything null: all of them, newest first.</summary>
/// <param name="Act">An act, or its beginning: "draft." is everything about drafts.</param>
/// <param name="Before">Only entries before this sequence number: the next page.</param>
public sealed record AuditQuestion(string? Object = null, Guid? Person = null, string? Act = null, bool? Ok = null, DateTimeOffset? From = null, DateTimeOffset? To = null, long? Before = null);

/// <summary>One entry for the page, as its signed bytes say it. The columns only find it.</summary>
/// <param name="Index">Its place in the log; null in the moment before it is given one.</param>
/// <param name="Actor">A name, or what acted.</param>
/// <param name="Leaf">The entry itself, as it is hashed.</param>
public sealed record AuditEntry(long Seq, long? Index, Guid Id, DateTimeOffset At, Guid ActorId, string Actor, string Act, string Object, bool Ok, byte[] Leaf)
{
    public JsonObject Read() => JsonNode.Parse(Leaf)!.AsObject();
}

/// <summary>Reads the log for people. Changes nothing.</summary>
public sealed class AuditTrail(CountersignDb db, SignedLog log)
{
    public const int PageSize = 50;

    public async Task<IReadOnlyList<AuditEntry>> ListAsync(AuditQuestion question, CancellationToken cancellationToken)
    {
        var entries = log.Events.AsNoTracking();
        if (question.Object is { } subject)
            entries = entries.Where(entry => entry.Object == subject);
        if (question.Person is { } person)
            entries = entries.Where(entry => entry.Actor == person);
        if (question.Act is { } act)
            entries = entries.Where(entry => entry.Act.StartsWith(act));
        if (question.Ok is { } ok)
            entries = entries.Where(entry => entry.Ok == ok);
        if (question.From is { } from)
            entries = entries.Where(entry => entry.At >= from);
        if (question.To is { } to)
            entries = entries.Where(entry => entry.At < to);
        if (question.Before is { } before)
            entries = entries.Where(entry => entry.Seq < before);
        return await ReadAsync(entries.OrderByDescending(entry => entry.Seq).Take(PageSize), cancellationToken);
    }

    public async Task<AuditEntry?> FindAsync(long index, CancellationToken cancellationToken)
    {
        var seq = await log.Index.Where(place => place.Index == index).Select(place => (long?)place.Seq).SingleOrDefaultAsync(cancellationToken);
        return seq is null ? null : (await ReadAsync(log.Events.AsNoTracking().Where(entry => entry.Seq == seq), cancellationToken)).SingleOrDefault();
    }

    /// <summary>Who reads sealed words: those who must judge, and no one else.</summary>
    public static bool MayReadWords(Actor reader) => reader.HoldsAnywhere(Role.Auditor) || reader.HoldsAnywhere(Role.Compliance);

    /// <summary>The words behind commitments, by commitment. What was erased is not there, and nothing is for a reader who may not read them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> WordsAsync(IReadOnlyCollection<string> commitments, Actor reader, CancellationToken cancellationToken) =>
        MayReadWords(reader)
            ? await log.Vault.AsNoTracking().Where(item => commitments.Contains(item.Commitment)).ToDictionaryAsync(item => item.Commitment, item => item.Content, cancellationToken)
            : new Dictionary<string, string>();

    private async Task<IReadOnlyList<AuditEntry>> ReadAsync(IQueryable<LedgerEvent> entries, CancellationToken cancellationToken)
    {
        var rows = await (
            from entry in entries
            join place in log.Index.AsNoTracking() on entry.Seq equals place.Seq into places
            from place in places.DefaultIfEmpty()
            orderby entry.Seq descending
            select new { entry, Index = place == null ? (long?)null : place.Index }).ToListAsync(cancellationToken);
        var heads = rows.ToDictionary(row => row.entry.Seq, row => EntryHead.Read(row.entry.Leaf)
            ?? throw new LogDamagedException($"Entry {row.Index ?? row.entry.Seq:N0} of the audit trail cannot be read: its bytes were changed."));
        var actors = heads.Values.Select(head => head.Actor).Distinct().ToList();
        var names = await db.People.AsNoTracking().Where(person => actors.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        return [.. rows.Select(row => Entry(row.entry, row.Index, heads[row.entry.Seq], names))];
    }

    private static AuditEntry Entry(LedgerEvent row, long? index, EntryHead head, Dictionary<Guid, string> names) => new(
        row.Seq, index, head.Id, head.At, head.Actor,
        names.GetValueOrDefault(head.Actor) ?? (head.Actor == Guid.Empty ? "Countersign" : "Nobody known"),
        head.Act, head.Object, head.Ok, row.Leaf);
}
