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

/// <summary>One entry for the page.</summary>
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
            join person in db.People.AsNoTracking() on entry.Actor equals person.Id into people
            from person in people.DefaultIfEmpty()
            orderby entry.Seq descending
            select new { entry, Index = place == null ? (long?)null : place.Index, Name = person == null ? null : person.Name }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new AuditEntry(row.entry.Seq, row.Index, row.entry.Id, row.entry.At, row.entry.Actor, row.Name ?? (row.entry.Actor == Guid.Empty ? "Countersign" : "Nobody known"), row.entry.Act, row.entry.Object, row.entry.Ok, row.entry.Leaf))];
    }
}
