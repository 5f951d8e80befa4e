using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>One entry for the page, as its signed bytes say it. The columns only find it.</summary>
/// <param name="Index">Its place in the log; null in the moment before it is given one.</param>
/// <param name="Actor">A name, or what acted.</param>
/// <param name="Leaf">The entry itself, as it is hashed.</param>
public sealed record AuditEntry(long Seq, long? Index, Guid Id, DateTimeOffset At, Guid ActorId, string Actor, string Act, string Object, bool Ok, byte[] Leaf)
{
    /// <summary>The act shown for bytes that are no entry.</summary>
    public const string Unreadable = "entry.unreadable";

    /// <summary>Columns that it was found by say something else than its bytes: somebody changed one of the two in the database.</summary>
    public bool IsFoundAsSomethingElse { get; init; }

    public bool IsReadable => Act != Unreadable;

    public EntryPlace Place => EntryPlace.Of(Seq, Index);

    /// <summary>Empty where the bytes are no entry.</summary>
    public JsonObject Read() => IsReadable ? JsonNode.Parse(Leaf)!.AsObject() : [];
}

/// <summary>Reads the log for people. Changes nothing but the tables it finds entries by.</summary>
public sealed class AuditTrail(CountersignDb db, SignedLog log, LogSearch search, ContentKeys keys)
{
    public const int PageSize = 50;

    /// <summary>Words of a search that count; more than anybody types.</summary>
    private const int MostWords = 12;

    public async Task<IReadOnlyList<AuditEntry>> ListAsync(LogQuestion question, CancellationToken cancellationToken) =>
        await ReadAsync(await search.FindAsync(question, PageSize, cancellationToken), cancellationToken);

    /// <summary>The question, narrowed to entries that hold every word of a text. A name stands for the person, account or site that has it.</summary>
    /// <returns>Null where the text holds nothing to look for, so that no entry fits.</returns>
    public async Task<LogQuestion?> NarrowAsync(LogQuestion question, string? text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            return question;
        var words = EntryWords.In(text).Distinct(StringComparer.Ordinal).Take(MostWords).ToList();
        if (words.Count == 0)
            return null;
        var named = await NamedAsync(cancellationToken);
        return question with { Words = [.. words.Select(word => (IReadOnlyList<string>)[word, .. named.Where(thing => thing.Words.Contains(word)).Select(thing => thing.Id.ToString("N"))])] };
    }

    public async Task<AuditEntry?> FindAsync(long index, CancellationToken cancellationToken)
    {
        return await log.Places.SeqAsync(index, cancellationToken) is { } row ? (await ReadAsync([new FoundEntry(row, index)], cancellationToken)).SingleOrDefault() : null;
    }

    /// <summary>Who reads sealed words: those who must judge, and no one else.</summary>
    public static bool MayReadWords(Actor reader) => reader.HoldsAnywhere(Role.Auditor) || reader.HoldsAnywhere(Role.Compliance);

    /// <summary>The words behind commitments, by commitment. What was erased is not there, and nothing is for a reader who may not read them.</summary>
    public async Task<IReadOnlyDictionary<string, string>> WordsAsync(IReadOnlyCollection<string> commitments, Actor reader, CancellationToken cancellationToken)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!MayReadWords(reader))
            return words;
        foreach (var item in await log.Vault.AsNoTracking().Where(item => commitments.Contains(item.Commitment)).ToListAsync(cancellationToken))
        {
            if (keys.TryOpen(item, out var content))
                words[item.Commitment] = content;
        }

        return words;
    }

    /// <summary>In the order given.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(IReadOnlyList<FoundEntry> found, CancellationToken cancellationToken)
    {
        var (seqs, indices) = (found.Select(entry => entry.Seq).ToList(), found.Select(entry => entry.Index).OfType<long>().ToList());
        var rows = await log.Events.AsNoTracking().Where(row => seqs.Contains(row.Seq)).ToDictionaryAsync(row => row.Seq, cancellationToken);
        var looks = await log.Looks.AsNoTracking().Where(look => indices.Contains(look.Index)).ToDictionaryAsync(look => look.Index, cancellationToken);
        var heads = rows.Values.ToDictionary(row => row.Seq, row => EntryHead.Read(row.Leaf));
        var actors = heads.Values.OfType<EntryHead>().Select(head => head.Actor).Distinct().ToList();
        var names = await db.People.AsNoTracking().Where(person => actors.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        return [.. found.Where(entry => rows.ContainsKey(entry.Seq)).Select(entry => Entry(rows[entry.Seq], entry.Index, heads[entry.Seq], entry.Index is { } at ? looks.GetValueOrDefault(at) : null, names))];
    }

    private static AuditEntry Entry(LedgerEvent row, long? index, EntryHead? head, LedgerLook? look, Dictionary<Guid, string> names) => head is null
        ? new AuditEntry(row.Seq, index, row.Id, row.At, Guid.Empty, "Nobody known", AuditEntry.Unreadable, "", Ok: false, row.Leaf) { IsFoundAsSomethingElse = true }
        : new AuditEntry(
            row.Seq, index, head.Id, head.At, head.Actor,
            names.GetValueOrDefault(head.Actor) ?? (head.Actor == Guid.Empty ? "Countersign" : "Nobody known"),
            head.Act, head.Object, head.Ok, row.Leaf)
        {
            IsFoundAsSomethingElse = !EntryHead.Agrees(row) || look?.Agrees(head) == false,
        };

    private async Task<List<(Guid Id, HashSet<string> Words)>> NamedAsync(CancellationToken cancellationToken)
    {
        var people = await db.People.AsNoTracking().Select(person => new { person.Id, person.Name }).ToListAsync(cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().Select(account => new { account.Id, Name = account.Title + " " + account.Handle }).ToListAsync(cancellationToken);
        var sites = await db.Sites.AsNoTracking().Select(site => new { site.Id, site.Name }).ToListAsync(cancellationToken);
        return [.. people.Concat(accounts).Concat(sites).Select(thing => (thing.Id, EntryWords.In(thing.Name).ToHashSet(StringComparer.Ordinal)))];
    }
}
