using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>What the log says of itself: how far it is signed, where an entry stands.</summary>
public sealed class SignedLog(CountersignDb db, LogAlarm alarm)
{
    public DbSet<LedgerEvent> Events => db.Set<LedgerEvent>();

    public DbSet<LedgerIndex> Index => db.Set<LedgerIndex>();

    public DbSet<LedgerLook> Looks => db.Set<LedgerLook>();

    public DbSet<VaultItem> Vault => db.Set<VaultItem>();

    public DbSet<LedgerCheckpoint> Checkpoints => db.Set<LedgerCheckpoint>();

    public DbSet<LedgerTile> Tiles => db.Set<LedgerTile>();

    /// <summary>True once a signed checkpoint covers the entry of this event. False for all while the log is known to be damaged: nothing leaves on the word of a log that was changed.</summary>
    public async Task<bool> CoversAsync(Guid eventId, CancellationToken cancellationToken)
    {
        if (alarm.Damage is not null)
            return false;
        var index = await (
            from entry in Events
            join place in Index on entry.Seq equals place.Seq
            where entry.Id == eventId
            select (long?)place.Index).FirstOrDefaultAsync(cancellationToken);
        return index is { } at && await Checkpoints.AnyAsync(checkpoint => checkpoint.Size > at, cancellationToken);
    }

    public Task<LedgerCheckpoint?> LatestAsync(CancellationToken cancellationToken) =>
        Checkpoints.AsNoTracking().OrderByDescending(checkpoint => checkpoint.Size).FirstOrDefaultAsync(cancellationToken);
}

/// <summary>Raised when what is stored is not what was signed; lowered when a later check finds everything in its place again.</summary>
public sealed class LogAlarm
{
    /// <summary>What does not fit, in a sentence; null while nothing is known to be wrong.</summary>
    public string? Damage { get; set; }
}
