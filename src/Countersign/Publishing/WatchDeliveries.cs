using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>Looks after deliveries from beside the worker, so that none stands still because a worker does.</summary>
public sealed class WatchDeliveries(CountersignDb db, JobQueue queue, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <summary>The worker itself takes over a lapsed lease within a second; what it did not by then, it will not.</summary>
    private static readonly TimeSpan grace = TimeSpan.FromSeconds(30);

    /// <returns>How many were moved.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken) =>
        await StuckAsync(cancellationToken) + await MissedAsync(cancellationToken);

    /// <summary>In Sending beyond the lease: nobody knows what the network has. It is looked up, and shown to people.</summary>
    private async Task<int> StuckAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var before = now - settings.Value.Lease - grace;
        var stuck = await db.Publications.Where(publication => publication.State == PublicationState.Sending && publication.IntentAt < before).ToListAsync(cancellationToken);
        var moved = 0;
        foreach (var publication in stuck)
        {
            if (!(await db.CommitAsync(publication.Move(PublicationState.Unknown, now, "stuck", "Nothing was heard of it any more while the network may have had it."), publication.Apply, cancellationToken)).IsTaken)
                continue;
            await queue.ReplanAsync(publication.Id, now + settings.Value.Looks[0], cancellationToken);
            moved++;
        }

        return moved;
    }

    /// <summary>Its window closed while it waited, for its network perhaps, or behind others: people learn it then, and not when it would have been its turn.</summary>
    private async Task<int> MissedAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var jobs = db.Jobs;
        var over = await db.Publications
            .Where(publication => (publication.State == PublicationState.Approved || publication.State == PublicationState.Waiting) && publication.Until < now)
            .Where(publication => jobs.Any(job => job.Id == publication.Id && job.DoneAt == null && job.LockedBy == null))
            .ToListAsync(cancellationToken);
        var moved = 0;
        foreach (var publication in over)
        {
            if (!(await db.CommitAsync(publication.Move(PublicationState.Missed, now, "window-closed"), publication.Apply, cancellationToken)).IsTaken)
                continue;
            await queue.ReplanAsync(publication.Id, null, cancellationToken);
            moved++;
        }

        return moved;
    }
}
