using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>
/// Holds what should have left and could not, and leaves it to a person: what was right at nine may be wrong at ten, and a whole
/// morning's posts in one burst are right at no time. A post that waits for its network, or for others of its account, is not held.
/// </summary>
public sealed class HoldOverdue(CountersignDb db, JobQueue queue, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <summary>The code of a post that is held because it is overdue.</summary>
    public const string Code = "overdue";

    internal const string Locked = "It was due while a lock was in force.";

    private const string NothingRan = "It was due while Countersign was not running.";

    internal static Decision<PublicationMoved> Hold(Publication publication, string why, DateTimeOffset now) =>
        publication.Move(PublicationState.Held, now, Code, $"{why} Send it now, choose another time, or give it up.");

    /// <summary>If no worker ran for longer than <see cref="DeliverySettings.HoldAfter"/>, holds what became due meanwhile; what is past its window is missed.</summary>
    /// <returns>How many posts it concerned.</returns>
    public async Task<int> AfterOutageAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await queue.LastBeatAsync(MovePublication.JobKind, cancellationToken) is { } last && now - last <= settings.Value.HoldAfter)
        {
            // A program that is started again and again is no outage either.
            await queue.BeatAsync(MovePublication.JobKind, cancellationToken);
            return 0;
        }

        var before = now - settings.Value.HoldAfter;
        var jobs = db.Jobs;
        var late = await db.Publications
            .Where(publication => publication.State == PublicationState.Approved || publication.State == PublicationState.Waiting || publication.State == PublicationState.Claimed)
            .Where(publication => jobs.Any(job => job.Id == publication.Id && job.DoneAt == null && job.DueAt < before))
            .OrderBy(publication => publication.DueAt)
            .ToListAsync(cancellationToken);
        var held = 0;
        foreach (var publication in late)
        {
            var decision = now > publication.Until ? publication.Move(PublicationState.Missed, now, "window-closed") : Hold(publication, NothingRan, now);
            if (!(await db.CommitAsync(decision, publication.Apply, cancellationToken)).IsTaken)
                continue;
            await queue.ReplanAsync(publication.Id, null, cancellationToken);
            held++;
        }

        // Last, so that a start that is killed half way begins again.
        await queue.BeatAsync(MovePublication.JobKind, cancellationToken);
        return held;
    }

    /// <summary>True if this post is overdue because of a lock that has been released since.</summary>
    internal async Task<bool> WaitedForLockAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (publication.Attempts > 0 || now - publication.DueAt <= settings.Value.HoldAfter)
            return false;
        var before = now - settings.Value.HoldAfter;
        return (await db.Lockdowns.AsNoTracking().Where(order => order.LockedAt <= before && order.ReleasedAt > publication.DueAt).ToListAsync(cancellationToken))
            .Exists(order => Lockdown.Reaches(order.Scope, order.TargetId, publication.Hands, account.Ref) && order.ReleasedAt - publication.DueAt > settings.Value.HoldAfter);
    }
}
