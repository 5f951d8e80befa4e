using Countersign.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>What the log says of itself: how far it is signed, where an entry stands.</summary>
public sealed class SignedLog(CountersignDb db, LogAlarm alarm, OutsideCopies outside)
{
    /// <summary>The event that this unit of work has found covered.</summary>
    private Guid? covered;

    public DbSet<LedgerEvent> Events => db.Set<LedgerEvent>();

    public LogPlaces Places => new(db);

    public DbSet<LedgerLook> Looks => db.Set<LedgerLook>();

    public DbSet<VaultItem> Vault => db.Set<VaultItem>();

    public DbSet<LedgerCheckpoint> Checkpoints => db.Set<LedgerCheckpoint>();

    public DbSet<LedgerTile> Tiles => db.Set<LedgerTile>();

    /// <summary>True once a signed checkpoint covers the entry of this event; and, where the settings ask for it, one that witnesses cosigned. False for all while the log is known to be damaged: nothing leaves on the word of a log that was changed.</summary>
    public async Task<bool> CoversAsync(Guid eventId, CancellationToken cancellationToken)
    {
        if (alarm.Damage is not null)
            return false;

        // A checkpoint that covers it is never taken back; the alarm is asked each time.
        if (covered == eventId)
            return true;
        var covers = await Events.Where(entry => entry.Id == eventId).Select(entry => (long?)entry.Seq).SingleOrDefaultAsync(cancellationToken) is { } seq
            && await Places.IndexAsync(seq, cancellationToken) is { } at
            && await Checkpoints.AnyAsync(checkpoint => checkpoint.Size > at, cancellationToken)
            && await outside.CoversAsync(at, cancellationToken);
        if (covers)
            covered = eventId;
        return covers;
    }

    /// <summary>Which of these events have an entry that <see cref="CoversAsync"/> is true of.</summary>
    public async Task<IReadOnlySet<Guid>> CoveredAsync(IReadOnlyCollection<Guid> events, CancellationToken cancellationToken)
    {
        if (alarm.Damage is not null || events.Count == 0)
            return new HashSet<Guid>();
        if (events.Count == 1)
            return await CoversAsync(events.First(), cancellationToken) ? events.ToHashSet() : [];
        var written = await Events.Where(entry => events.Contains(entry.Id)).Select(entry => new { entry.Id, entry.Seq }).ToListAsync(cancellationToken);
        var places = await Places.IndicesAsync(written.Select(entry => entry.Seq), cancellationToken);
        var size = await Checkpoints.OrderByDescending(checkpoint => checkpoint.Size).Select(checkpoint => checkpoint.Size).FirstOrDefaultAsync(cancellationToken);
        var signed = written.Where(entry => places.TryGetValue(entry.Seq, out var at) && at < size).OrderByDescending(entry => places[entry.Seq]).ToList();

        // Who vouches for the last of them vouches for those before it.
        while (signed is [var last, ..] && !await outside.CoversAsync(places[last.Seq], cancellationToken))
            signed.RemoveAt(0);
        return signed.Select(entry => entry.Id).ToHashSet();
    }

    /// <summary>The stored hashes that proofs about these entries need: on each level the tile on the way of each, for a tree of this size.</summary>
    public async Task<Func<int, long, byte[]?>> ReaderAsync(IReadOnlyCollection<long> entries, long size, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<(int, long), byte[]>();
        for (var level = 0; size >> (Tile.Height * level) > 0; level++)
        {
            var indices = entries.Where(entry => entry >= 0).Select(entry => entry >> (Tile.Height * (level + 1))).Distinct().ToList();
            await foreach (var tile in Tiles.AsNoTracking().Where(row => row.Level == level && indices.Contains(row.Index)).AsAsyncEnumerable().WithCancellation(cancellationToken))
                tiles[(level, tile.Index)] = tile.Hashes;
        }

        return (level, index) => tiles.GetValueOrDefault((level, index));
    }

    public Task<LedgerCheckpoint?> LatestAsync(CancellationToken cancellationToken) =>
        Checkpoints.AsNoTracking().OrderByDescending(checkpoint => checkpoint.Size).FirstOrDefaultAsync(cancellationToken);
}

/// <summary>Raised when what is stored is not what was signed; lowered when a later check finds everything in its place again.</summary>
public sealed class LogAlarm
{
    /// <summary>What does not fit, in a sentence; null while nothing is known to be wrong.</summary>
    public string? Damage
    {
        get => Unlike ?? field;
        set;
    }

    /// <summary>An entry that this process committed was no longer that when it should have got its place. Stays until the program starts again.</summary>
    public string? Unlike { get; set; }

    /// <summary>Since when nothing can be signed for a reason that lies outside the log: no room for the guard, a key that does not answer. Null while it goes on.</summary>
    public DateTimeOffset? StandsStillSince { get; set; }

    /// <summary>The guard and the database do not agree, or there is no guard: nothing that is recorded here is done until that is put right, or two people have declared the log recovered. Null otherwise.</summary>
    public string? ReadOnly { get; set; }
}
