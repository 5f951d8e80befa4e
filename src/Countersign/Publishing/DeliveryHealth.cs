using Countersign.Accounts;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>Whether posts leave when they should.</summary>
/// <param name="Lag">Since this node's worker last looked; null before its first look.</param>
/// <param name="Overdue">How long the oldest post waits that is due and in nobody's hands; null where none is. What a network wants to wait does not count.</param>
/// <param name="SendingBeyondLease">Handed to a network longer ago than a worker may take.</param>
/// <param name="OldestUnknown">How long ago the oldest post was handed over of which nobody knows whether it stands; null where there is none.</param>
public sealed record DeliveryState(TimeSpan? Lag, TimeSpan? Overdue, int SendingBeyondLease, TimeSpan? OldestUnknown)
{
    /// <summary>A worker looks every second; after this it does not look any more.</summary>
    private static readonly TimeSpan still = TimeSpan.FromSeconds(30);

    /// <summary>More than the queue needs for a thousand posts of the same minute.</summary>
    private static readonly TimeSpan late = TimeSpan.FromMinutes(1);

    public bool Moves => Lag <= still;

    public bool IsLate => Overdue > late;

    public bool IsWell => Moves && !IsLate && SendingBeyondLease == 0 && OldestUnknown is null;
}

/// <summary>Reads how deliveries are.</summary>
public sealed class DeliveryHealth(CountersignDb db, JobQueue queue, Networks networks, DeliveryPulse pulse, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    public async Task<DeliveryState> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lapsed = now - settings.Value.Lease;
        var unknown = await db.Publications.Where(publication => publication.State == PublicationState.Unknown).MinAsync(publication => publication.IntentAt, cancellationToken);
        return new DeliveryState(
            now - pulse.LastLook,
            now - await queue.OldestDueAsync(MovePublication.JobKind, [.. networks.All.Select(network => network.Name)], cancellationToken),
            await db.Publications.CountAsync(publication => publication.State == PublicationState.Sending && publication.IntentAt < lapsed, cancellationToken),
            now - unknown);
    }
}
