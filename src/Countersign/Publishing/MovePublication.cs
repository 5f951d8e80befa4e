using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Publishing;

/// <summary>
/// Takes one publication its next step, under a job's lease. Finding one in Sending means that its worker died after the intent:
/// the outcome is unknown then, and is looked up, never sent again.
/// </summary>
public sealed partial class MovePublication(
    CountersignDb db,
    Door door,
    Networks networks,
    Credentials credentials,
    Renderings renderings,
    SignedLog log,
    AccountLine line,
    HoldOverdue overdue,
    IOptions<DeliverySettings> settings,
    TimeProvider clock)
{
    public const string JobKind = "publish";

    /// <summary>How long to wait before an accepted post is read back; networks show what they took within seconds.</summary>
    private static readonly TimeSpan confirmAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan askLockAgain = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan askLogAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>How long an accepted post is asked after on a network that does not answer, before a person is.</summary>
    private static readonly TimeSpan longestSilence = TimeSpan.FromDays(1);

    private static readonly TimeSpan longestWait = TimeSpan.FromHours(1);

    /// <summary>What follows another is woken when that one stands; this is for a wake-up that was lost.</summary>
    private static readonly TimeSpan askChainAgain = TimeSpan.FromSeconds(30);

    /// <summary>Before this much time after a write, "not found" proves nothing.</summary>
    internal TimeSpan Settle => settings.Value.Settle;

    /// <returns>When to look again, and where it stands in its account's line until then; null when there is nothing more to do.</returns>
    public async Task<NextStep?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.Publications.FindAsync([id], cancellationToken) is not { } publication)
            return null;
        var account = await db.Accounts.SingleAsync(row => row.Id == publication.AccountId, cancellationToken);
        return await StepAsync(publication, account, cancellationToken) is { } next
            ? new NextStep(next, await line.PlaceOfAsync(publication, account, next, cancellationToken))
            : null;
    }

    private async Task<DateTimeOffset?> StepAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        return publication.State switch
        {
            PublicationState.Approved or PublicationState.Waiting or PublicationState.Claimed => await PublishAsync(publication, account, cancellationToken),
            PublicationState.Sending => await AfterAsync(publication.Move(PublicationState.Unknown, clock.GetUtcNow(), "worker-died", "The program stopped while the network may have had it."), publication, cancellationToken),
            PublicationState.Unknown => await LookUpAsync(publication, account, cancellationToken),
            PublicationState.Accepted => await ConfirmAsync(publication, account, cancellationToken),
            _ => null,
        };
    }

    private async Task<DateTimeOffset?> PublishAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now > publication.Until)
            return await AfterAsync(publication.Move(PublicationState.Missed, now, "window-closed"), publication, cancellationToken);
        if (await BeforeAsync(publication, cancellationToken) is { } before)
        {
            switch (Chain.After(before))
            {
                case ChainStep.Wait:
                    return now + askChainAgain;
                case ChainStep.Hold:
                    return await AfterAsync(publication.Move(PublicationState.Held, now, "part-before", Chain.WhyHeld(before)), publication, cancellationToken);
            }
        }

        if (await door.IsLockedAsync(publication, account, cancellationToken))
            return now + askLockAgain;
        if (await overdue.WaitedForLockAsync(publication, account, cancellationToken))
            return await AfterAsync(HoldOverdue.Hold(publication, HoldOverdue.Locked, now), publication, cancellationToken);
        if (!await log.CoversAsync(publication.ApprovalEvent, cancellationToken))
            return now + askLogAgain;

        // Where nothing has to stand on the network before the post, the intent is the first that is written of it.
        if (networks.Can<IPrepare>(account.Network) && !(await db.CommitAsync(publication.Move(PublicationState.Claimed, now), publication.Apply, cancellationToken)).IsTaken)
            return now + askLockAgain;
        var (delivery, again) = await LoadAsync(publication, account, cancellationToken);
        var moved = await door.LetOutAsync(publication, account, delivery, again, cancellationToken);
        if (!moved.IsTaken)
            return clock.GetUtcNow() + askLockAgain;
        var next = Next(publication, moved.Taken.NotBefore);
        await line.PauseAsync(account, moved.Taken, next, cancellationToken);
        return next;
    }

    private async Task<DateTimeOffset?> LookUpAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var settled = now - publication.IntentAt >= settings.Value.Settle;
        var last = publication.Finds + 1 >= settings.Value.Looks.Count && settled;
        var decision = await FindAsync(publication, account, cancellationToken) switch
        {
            FindResult.Found found => publication.Move(PublicationState.Accepted, now, "found", remote: new RemotePost(found.Remote.Id, found.Remote.Address, found.Remote.Version)),
            FindResult.Ambiguous ambiguous => publication.Move(PublicationState.HumanReview, now, "ambiguous", ambiguous.Note),
            FindResult.NotFound { Conclusive: true } when settled => publication.Move(PublicationState.Missing, now, "not-found", "The network does not have it."),
            FindResult.NotFound when last => publication.Move(PublicationState.HumanReview, now, "not-found", "It could not be found, and the network gives no proof that it is not there."),
            FindResult.Unavailable unavailable when last => publication.Move(PublicationState.HumanReview, now, "network-unavailable", unavailable.Evidence.Note),
            _ => publication.Move(PublicationState.Unknown, now, "still-unknown", publication.Note),
        };
        return await AfterAsync(decision.IsTaken && decision.Taken.To == PublicationState.Unknown ? decision.Taken with { CountsFind = true } : decision, publication, cancellationToken);
    }

    private async Task<DateTimeOffset?> ConfirmAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var decision = await FindAsync(publication, account, cancellationToken) switch
        {
            FindResult.Found when publication.Differs is { } differs => publication.Move(PublicationState.HumanReview, now, "divergent", differs),
            FindResult.Found => publication.Move(PublicationState.Confirmed, now),
            FindResult.Ambiguous ambiguous => publication.Move(PublicationState.HumanReview, now, "divergent", ambiguous.Note, differs: ambiguous.Note),
            _ when now - publication.IntentAt < settings.Value.Settle => null,

            // That it cannot be asked says nothing about the post, which it took.
            FindResult.Unavailable when now - publication.IntentAt < longestSilence => null,
            FindResult.Unavailable unavailable => publication.Move(PublicationState.HumanReview, now, "network-unavailable", $"The network accepted it, and could not be asked since whether it stands. {unavailable.Evidence.Note}"),
            _ => publication.Move(PublicationState.HumanReview, now, "accepted-then-gone", "The network accepted it and does not show it any more."),
        };
        if (decision is null)
            return now + Between(settings.Value.Looks[0], (now - publication.IntentAt!.Value) / 4, longestWait);
        var next = await AfterAsync(decision, publication, cancellationToken);
        if (publication.State == PublicationState.Confirmed)
        {
            // After the commit, never before it: a row that somebody else changed meanwhile may fail to be kept, and that is no reason to lose the step.
            account.LastSuccessAt = now;
            _ = await db.KeepAsync(cancellationToken);
        }

        return next;
    }

    private Task<FindResult> FindAsync(Publication publication, Account account, CancellationToken cancellationToken) => Asking.WithinAsync<FindResult>(
        settings.Value.AnswerWithin,
        async stop =>
        {
            var (delivery, again) = await LoadAsync(publication, account, cancellationToken);
            return again is null
                ? await networks.Get<IFind>(account.Network).FindAsync(delivery, stop)
                : await networks.Get<IFindRepost>(account.Network).FindRepostAsync(new Repost(delivery.Key, delivery.Account, again, delivery.CreatedAt), stop);
        },
        new FindResult.Unavailable(new NetworkEvidence(null, null, "The network did not answer the look-up.")),
        cancellationToken);

    private async Task<DateTimeOffset?> AfterAsync(Decision<PublicationMoved> decision, Publication publication, CancellationToken cancellationToken)
    {
        var wake = await Chain.WakingAsync(db, publication, cancellationToken);
        var moved = await db.CommitAsync(
            decision,
            step =>
            {
                publication.Apply(step);
                wake(step);
            },
            cancellationToken);
        return moved.IsTaken ? Next(publication, moved.Taken.NotBefore) : clock.GetUtcNow() + askLockAgain;
    }

    private DateTimeOffset? Next(Publication publication, DateTimeOffset? notBefore)
    {
        var now = clock.GetUtcNow();
        return publication.State switch
        {
            PublicationState.Approved => now + askLogAgain,
            PublicationState.Waiting => Later(notBefore, now + Backoff(publication)),
            PublicationState.Accepted => now + confirmAfter,
            PublicationState.Unknown => now + settings.Value.Looks[Math.Min(publication.Finds, settings.Value.Looks.Count - 1)],
            _ => null,
        };
    }

    private static TimeSpan Between(TimeSpan least, TimeSpan wait, TimeSpan most) => wait > most ? most : wait < least ? least : wait;

    private static DateTimeOffset Later(DateTimeOffset? asked, DateTimeOffset ours) => asked > ours ? asked.Value : ours;

    /// <summary>Doubling to an hour, with up to a tenth more so that many do not come back at once.</summary>
    private TimeSpan Backoff(Publication publication)
    {
        var wait = settings.Value.TryAgainAfter * Math.Pow(2, Math.Max(0, publication.Attempts - 1));
        return (wait < longestWait ? wait : longestWait) * (1 + (publication.Id.ToByteArray()[^1] / 2550.0));
    }

    private async Task<Publication?> BeforeAsync(Publication publication, CancellationToken cancellationToken) =>
        publication.FollowsId is { } before ? await db.Publications.AsNoTracking().SingleAsync(row => row.Id == before, cancellationToken) : null;

    /// <summary>What was approved for this account, as its network gets it.</summary>
    internal async Task<PostContent> ApprovedAsync(Publication publication, Account account, CancellationToken cancellationToken) =>
        (await LoadAsync(publication, account, cancellationToken)).Delivery.Content;

    /// <returns>What is handed over, and the post that a repost shows.</returns>
    private async Task<(Delivery Delivery, RemoteRef? Again)> LoadAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var version = await db.DraftVersions.AsNoTracking().SingleAsync(row => row.DraftId == publication.DraftId && row.Version == publication.Version, cancellationToken);
        var part = version.Body.Part(account.Id, publication.Place, publication.Number)
            ?? throw new InvalidOperationException($"Version {version.Version} of {version.DraftId} has no {publication.Place} {publication.Number} for {account.Title}.");
        var before = await BeforeAsync(publication, cancellationToken);
        var content = await renderings.ContentAsync(version.Body, part, before?.Remote, cancellationToken);
        return (new Delivery(publication.Key, credentials.Open(account), content, publication.CreatedAt) { Standing = publication.Remote }, Outgoing.ShownAgain(version.Body.Shape));
    }
}

/// <summary>Head of communications settles a post whose outcome could not be known.</summary>
public sealed class ResolvePublication(CountersignDb db, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <param name="sendAgain">True: through the door once more, under the same key. False: give it up.</param>
    public async Task<Decision<PublicationMoved>> RunAsync(Guid id, bool sendAgain, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Publications.FindAsync([id], cancellationToken) is not { } publication)
            return new Refusal("no-publication", "That publication is gone.");
        var now = clock.GetUtcNow();
        var account = await db.Accounts.SingleAsync(row => row.Id == publication.AccountId, cancellationToken);
        var draft = await db.Drafts.SingleAsync(row => row.Id == publication.DraftId, cancellationToken);
        var followers = Chain.Followers(publication, await db.Publications.Where(row => row.DraftId == publication.DraftId).ToListAsync(cancellationToken)).Where(next => next is { State: PublicationState.Held, IntentAt: null }).ToList();
        var ids = followers.ConvertAll(next => next.Id);
        var jobs = await db.Jobs.Where(row => row.Id == id || ids.Contains(row.Id)).ToListAsync(cancellationToken);
        return await db.CommitAsync(
            publication.Resolve(sendAgain ? PublicationState.Approved : PublicationState.Abandoned, by, account, draft, publication.IntentAt + settings.Value.Settle ?? now, now),
            moved =>
            {
                publication.Apply(moved);

                // What waited for it goes with it: on, or nowhere.
                foreach (var next in followers)
                    next.Apply(moved);
                if (moved.To != PublicationState.Approved)
                    return;
                foreach (var (at, one) in new[] { publication }.Concat(followers).Index())
                    AccountLine.EnterAgain(jobs.Single(job => job.Id == one.Id), one, now.AddMicroseconds(at));
            },
            cancellationToken);
    }
}
