using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>
/// The line in which the posts of one account wait for each other: in due order, one at a time. What the network may have already,
/// and what a person must decide, is out of it and holds up nobody.
/// </summary>
public sealed class AccountLine(CountersignDb db, Door door, Networks networks, JobQueue queue, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <summary>The code with which the door says that the network had no room.</summary>
    private const string NoRoom = $"not-sent-{nameof(NotSentKind.RateLimited)}";

    /// <summary>The code of a post whose network does not speak with this version of the program any more.</summary>
    internal const string Outdated = "connector-outdated";

    /// <summary>How long all of that network is left alone; then one post asks again.</summary>
    internal static readonly TimeSpan OutdatedPause = TimeSpan.FromHours(1);

    /// <summary>A post that was just approved; the parts of a thread stand behind each other.</summary>
    public static Job Enter(Publication publication, Account account) => new()
    {
        Id = publication.Id,
        Kind = MovePublication.JobKind,
        Pool = account.Network,
        Lane = account.Id,
        Place = publication.DueAt.AddMicroseconds((publication.CreatedAt - publication.DueAt).TotalMilliseconds),
        DueAt = publication.DueAt,
    };

    /// <summary>A person sends it once more: behind what is due already.</summary>
    public static void EnterAgain(Job job, Publication publication, DateTimeOffset now) =>
        (job.Lane, job.Place, job.DueAt, job.DoneAt, job.LockedUntil, job.LockedBy) = (publication.AccountId, now, now, null, null, null);

    /// <summary>
    /// Where a post stands while it waits. It keeps its place for as long as <see cref="DeliverySettings.Patience"/>; a longer wait, and a
    /// lock or a part before it, whose end nobody knows, put it behind whatever is due by then.
    /// </summary>
    internal async Task<LanePlace> PlaceOfAsync(Publication publication, Account account, DateTimeOffset next, CancellationToken cancellationToken) => publication switch
    {
        { IsOpen: false } => LanePlace.Leaves,
        { FollowsId: not null, Attempts: 0 } => LanePlace.GivesUp,
        _ when next - clock.GetUtcNow() > settings.Value.Patience || await door.IsLockedAsync(publication, account, cancellationToken) => LanePlace.GivesUp,
        _ => LanePlace.Keeps,
    };

    /// <summary>When a network asks to be left alone, everything it counts together is: this account, its server, or all of the network.</summary>
    /// <param name="next">When the post itself is tried again, if it has to be.</param>
    internal async Task PauseAsync(Account account, PublicationMoved moved, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        var until = moved.To == PublicationState.Accepted ? moved.NotBefore : moved.Code is NoRoom or Outdated ? next : null;
        if (until is not { } end || end <= clock.GetUtcNow())
            return;
        var together = (moved.Code == Outdated ? CountedTogether.Network : networks.Describe(account.Network).Counts) switch
        {
            CountedTogether.Network => await db.Accounts.Where(other => other.Network == account.Network).Select(other => other.Id).ToListAsync(cancellationToken),
            CountedTogether.Server => await db.Accounts.Where(other => other.Network == account.Network && other.Server == account.Server).Select(other => other.Id).ToListAsync(cancellationToken),
            _ => [account.Id],
        };
        await queue.PauseAsync(together, end, moved.Code == Outdated ? Outdated : "rate-limited", cancellationToken);
    }
}
