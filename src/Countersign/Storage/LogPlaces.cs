using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>An entry and its position in the log.</summary>
/// <param name="Index">Null in the moment before it is given one.</param>
public readonly record struct PlacedEntry(LedgerEvent Entry, long? Index);

/// <summary>Which entry stands where in the log, read from the runs that the sequencer wrote.</summary>
public sealed class LogPlaces(CountersignDb db)
{
    /// <summary>Entries read at once: a few megabytes.</summary>
    private const int AtOnce = 2_000;

    private IQueryable<LedgerRun> Runs => db.Set<LedgerRun>().AsNoTracking();

    /// <summary>SQL for the number of the event at this position; null where there is no run before it.</summary>
    internal static string SeqAt(string index) => $"(select r.first_seq + {index} - r.first_index from ledger_run r where r.first_index <= {index} order by r.first_index desc limit 1)";

    /// <summary>SQL that is true of an event whose number lies in a run.</summary>
    internal static string IsPlaced(string seq) => $"{seq} < coalesce((select r.first_seq + r.count from ledger_run r where r.first_seq <= {seq} order by r.first_seq desc limit 1), 0)";

    /// <summary>
    /// SQL that is true of an event that the next batch takes: whatever is numbered from <paramref name="next"/> on, and what no snapshot of the
    /// batches before could see. On PostgreSQL. What has its place keeps it and gets no second one, whatever its transaction is said to be.
    /// </summary>
    /// <param name="row">What stands before its columns: "e.".</param>
    /// <param name="snapshot">That of the last batch.</param>
    /// <param name="next">The number from which on no event has its place: in a database that was restored into another server, whose
    /// transactions have numbers of their own, a command may have committed before the log went on.</param>
    /// <remarks>Where it must be quick the last two are values and not queries, so that the server knows how few rows it will find.</remarks>
    internal static string IsNext(string row, string snapshot, string next) =>
        $"({row}seq >= {next} or {row}xid >= pg_snapshot_xmin({snapshot}) and not pg_visible_in_snapshot({row}xid, {snapshot}) and not {IsPlaced($"{row}seq")})";

    /// <summary>SQL for the snapshot of the last batch. On PostgreSQL.</summary>
    internal const string LastSnapshot = "(select coalesce((select snap from ledger_batch order by first_index desc limit 1), '1:1:'))::pg_snapshot";

    /// <summary>SQL for the number from which on no event has its place. On SQLite, whose one writer gives them in the order of their numbers, those are all that have none.</summary>
    internal const string NextSeq = "coalesce((select first_seq + count from ledger_run order by first_seq desc limit 1), 0)";

    /// <summary>How many entries have their place.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        await Runs.OrderByDescending(run => run.FirstIndex).Select(run => (long?)(run.FirstIndex + run.Count)).FirstOrDefaultAsync(cancellationToken) ?? 0;

    /// <summary>The number of the event that has this place.</summary>
    public async Task<long?> SeqAsync(long index, CancellationToken cancellationToken) =>
        await Runs.Where(run => run.FirstIndex <= index).OrderByDescending(run => run.FirstIndex).FirstOrDefaultAsync(cancellationToken) is { } run && index - run.FirstIndex < run.Count
            ? run.FirstSeq + index - run.FirstIndex
            : null;

    /// <summary>The positions of some events.</summary>
    /// <returns>By object; of an object with several such events the newest. What has no place yet is not there.</returns>
    public async Task<IReadOnlyDictionary<string, long>> OfObjectsAsync(Expression<Func<LedgerEvent, bool>> which, CancellationToken cancellationToken)
    {
        var events = await db.Set<LedgerEvent>().AsNoTracking().Where(which).OrderBy(entry => entry.Seq).Select(entry => new { entry.Seq, entry.Object }).ToListAsync(cancellationToken);
        var indices = await IndicesAsync(events.Select(entry => entry.Seq), cancellationToken);
        var places = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in events)
        {
            if (indices.TryGetValue(entry.Seq, out var index))
                places[entry.Object] = index;
        }

        return places;
    }

    /// <summary>The events at these positions, in the order of the log. A position that was given to none is left out.</summary>
    public async Task<IReadOnlyList<FoundEntry>> FindAsync(IEnumerable<long> indices, CancellationToken cancellationToken)
    {
        var found = new List<FoundEntry>();
        LedgerRun? run = null;
        foreach (var index in indices.Order())
        {
            if (run is null || index - run.FirstIndex >= run.Count)
                run = await Runs.Where(one => one.FirstIndex <= index).OrderByDescending(one => one.FirstIndex).FirstOrDefaultAsync(cancellationToken);
            if (run is not null && index - run.FirstIndex < run.Count)
                found.Add(new FoundEntry(run.FirstSeq + index - run.FirstIndex, index));
        }

        return found;
    }

    /// <summary>The position of the event with this number.</summary>
    public async Task<long?> IndexAsync(long seq, CancellationToken cancellationToken) =>
        await Runs.Where(run => run.FirstSeq <= seq).OrderByDescending(run => run.FirstSeq).FirstOrDefaultAsync(cancellationToken) is { } run && seq - run.FirstSeq < run.Count
            ? run.FirstIndex + seq - run.FirstSeq
            : null;

    /// <summary>The positions of the events with these numbers, by number. What has no place yet is not there.</summary>
    public async Task<IReadOnlyDictionary<long, long>> IndicesAsync(IEnumerable<long> seqs, CancellationToken cancellationToken)
    {
        var places = new Dictionary<long, long>();
        LedgerRun? run = null;
        foreach (var seq in seqs.Order())
        {
            if (run is null || seq - run.FirstSeq >= run.Count)
                run = await Runs.Where(one => one.FirstSeq <= seq).OrderByDescending(one => one.FirstSeq).FirstOrDefaultAsync(cancellationToken);
            if (run is not null && seq - run.FirstSeq < run.Count)
                places[seq] = run.FirstIndex + seq - run.FirstSeq;
        }

        return places;
    }

    /// <summary>The numbers of the events that get their place in the next step. Whatever else has none was put there past the program.</summary>
    public async Task<IReadOnlySet<long>> WaitingAsync(CancellationToken cancellationToken)
    {
        // Where the database was restored into a server that counts from a smaller number, all that has no place is next.
        var sql = db.Database.IsNpgsql()
            ? $"""
              select e.seq as "Value" from ledger_event e where {IsNext("e.", LastSnapshot, NextSeq)}
              union
              select e.seq from ledger_event e where (select pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax({LastSnapshot})) and not {IsPlaced("e.seq")}
              """
            : $"""select seq as "Value" from ledger_event where seq >= {NextSeq}""";
        return (await db.Database.SqlQueryRaw<long>(sql).ToListAsync(cancellationToken)).ToHashSet();
    }

    /// <summary>Every event in the order of insertion, also those that have no place yet.</summary>
    public async IAsyncEnumerable<PlacedEntry> InsertedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A run for each of a million entries would be 40 MB: far more than any log has.
        var runs = await Runs.OrderBy(run => run.FirstSeq).ToListAsync(cancellationToken);
        var at = 0;
        await foreach (var entry in db.Set<LedgerEvent>().AsNoTracking().OrderBy(entry => entry.Seq).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            for (; at < runs.Count && entry.Seq - runs[at].FirstSeq >= runs[at].Count; at++)
            {
            }

            yield return new PlacedEntry(entry, at < runs.Count && entry.Seq >= runs[at].FirstSeq ? runs[at].FirstIndex + entry.Seq - runs[at].FirstSeq : null);
        }
    }

    /// <summary>A part of the log in its order, a portion at a time. A place whose event is gone is left out.</summary>
    /// <param name="end">The position after the last.</param>
    public async IAsyncEnumerable<IReadOnlyList<PlacedEntry>> PortionsAsync(long first, long end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var from = first; from < end; from += AtOnce)
        {
            if (await PortionAsync(from, Math.Min(end, from + AtOnce), cancellationToken) is not { Count: > 0 } portion)
                yield break;
            yield return portion;
        }
    }

    private async Task<IReadOnlyList<PlacedEntry>> PortionAsync(long first, long end, CancellationToken cancellationToken)
    {
        var before = await Runs.Where(run => run.FirstIndex <= first).MaxAsync(run => (long?)run.FirstIndex, cancellationToken) ?? first;
        var runs = await Runs.Where(run => run.FirstIndex >= before && run.FirstIndex < end).OrderBy(run => run.FirstIndex).ToListAsync(cancellationToken);
        var places = new Dictionary<long, long>();
        foreach (var run in runs)
        {
            var most = Math.Min(end - run.FirstIndex, run.Count);
            for (var at = Math.Max(0, first - run.FirstIndex); at < most; at++)
                places.TryAdd(run.FirstSeq + at, run.FirstIndex + at);
        }

        if (places.Count == 0)
            return [];
        var seqs = places.Keys.ToList();
        var (least, greatest) = (seqs.Min(), seqs.Max());
        var events = db.Set<LedgerEvent>().AsNoTracking();

        // Few lie between that are not asked for, unless a transaction stayed open very long.
        var entries = greatest - least < 2 * AtOnce
            ? events.Where(entry => entry.Seq >= least && entry.Seq <= greatest)
            : events.Where(entry => seqs.Contains(entry.Seq));
        var found = new List<PlacedEntry>(places.Count);
        foreach (var entry in await entries.ToListAsync(cancellationToken))
        {
            if (places.TryGetValue(entry.Seq, out var index))
                found.Add(new PlacedEntry(entry, index));
        }

        found.Sort((one, other) => Nullable.Compare(one.Index, other.Index));
        return found;
    }
}
