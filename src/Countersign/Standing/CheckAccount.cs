using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Standing;

/// <summary>Asks a network how an account is: whether it opens, until when, what it may not do any more, what is left of its quota. Says so in time.</summary>
public sealed class CheckAccount(CountersignDb db, Networks networks, Credentials credentials, PostsAtRisk atRisk, IOptions<StandingSettings> settings, TimeProvider clock)
{
    /// <summary>Does nothing where the account was asked lately, or its network says nothing of it.</summary>
    public async Task RunAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var account = await db.Accounts.SingleAsync(row => row.Id == id, cancellationToken);
        var now = clock.GetUtcNow();
        if (account.State == AccountState.Disconnected || !networks.Can<ICheckAccount>(account.Network))
            return;
        var watch = await db.Watches.FindAsync([id], cancellationToken) ?? db.Watches.Add(new AccountWatch { AccountId = id }).Entity;
        if (watch.CheckedAt is null || now - watch.CheckedAt >= settings.Value.CheckEvery || watch.CheckedAt < account.ConnectedAt)
        {
            Note(watch, await AskAsync(account, cancellationToken), now);
            _ = await db.KeepAsync(cancellationToken);
            await ShutAsync(account, watch.Standing, now, cancellationToken);
        }

        await WarnAsync(id, account, now, cancellationToken);
    }

    private Task<AccountCheck> AskAsync(Account account, CancellationToken cancellationToken) => Asking.WithinAsync(
        settings.Value.AnswerWithin,
        stop => networks.Get<ICheckAccount>(account.Network).CheckAsync(credentials.Open(account), stop),
        new AccountCheck(AccountStanding.Unanswered, null, [], null, new Channels.Evidence(null, null, "The network did not answer in time.")),
        cancellationToken);

    /// <summary>What was not answered leaves what was known before.</summary>
    private static void Note(AccountWatch watch, AccountCheck check, DateTimeOffset now)
    {
        (watch.CheckedAt, watch.Standing, watch.Note) = (now, check.Standing, check.Evidence?.Note);
        if (check.Standing == AccountStanding.Unanswered)
            return;
        (watch.AnsweredAt, watch.EndsAt, watch.Missing) = (now, check.EndsAt, check.Missing);
        (watch.QuotaLimit, watch.QuotaLeft) = (check.Quota?.Limit, check.Quota?.Remaining);
    }

    /// <summary>The network says that the account is shut: nothing more is sent there until somebody connects it again.</summary>
    private async Task ShutAsync(Account account, AccountStanding? standing, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (account.State != AccountState.Connected || standing is not (AccountStanding.Closed or AccountStanding.Restricted))
            return;
        _ = await db.CommitAsync<AccountRefused>(
            new AccountRefused(standing == AccountStanding.Closed ? "auth-revoked" : "account-restricted") { Subject = account.Id, By = Actor.Automation.Id, At = now },
            _ => account.State = AccountState.NeedsReconnect,
            cancellationToken);
    }

    /// <summary>14, 7 and 1 days before the end, once each.</summary>
    private async Task WarnAsync(Guid id, Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Watches.FindAsync([id], cancellationToken) is not { } watch || watch.DueWarning(account.ConnectedAt, now) is not { } days || account.State != AccountState.Connected)
            return;
        var posts = await atRisk.OfAsync(account, watch.EndsAt, cancellationToken);
        var warned = await db.CommitAsync<AccessEnding>(
            new AccessEnding(days, posts.Count) { Subject = id, By = Actor.Automation.Id, At = now },
            _ => (watch.WarnedDays, watch.WarnedFor) = (days, watch.EndsAt),
            cancellationToken);
        _ = warned;
    }
}

/// <summary>A post that will not leave unless its account is connected again.</summary>
/// <param name="IsApproved">False while it waits for signatures.</param>
public sealed record PostAtRisk(Guid DraftId, string Title, DateTimeOffset DueAt, bool IsApproved);

/// <summary>Finds what an account's end would stop.</summary>
public sealed class PostsAtRisk(CountersignDb db)
{
    /// <param name="endsAt">When what opens the account ends; null where it is shut already, and everything is at risk.</param>
    public async Task<IReadOnlyList<PostAtRisk>> OfAsync(Account account, DateTimeOffset? endsAt, CancellationToken cancellationToken)
    {
        var since = endsAt ?? DateTimeOffset.UnixEpoch;
        var posts = await (
            from publication in db.Publications.AsNoTracking()
            where publication.AccountId == account.Id && publication.FollowsId == null && publication.DueAt >= since
                && (publication.State == PublicationState.Approved || publication.State == PublicationState.Waiting || publication.State == PublicationState.Claimed)
            join draft in db.Drafts.AsNoTracking() on publication.DraftId equals draft.Id
            select new { draft, publication.DueAt }).ToListAsync(cancellationToken);
        var waiting = (await db.Drafts.AsNoTracking().Where(draft => draft.Stage == DraftStage.AwaitingApproval).ToListAsync(cancellationToken))
            .Where(draft => draft.AccountIds.Contains(account.Id) && draft.Slot is { } slot && slot.Instant >= since);
        return
        [
            .. posts.Select(post => new PostAtRisk(post.draft.Id, post.draft.Title, post.DueAt, IsApproved: true))
                .Concat(waiting.Select(draft => new PostAtRisk(draft.Id, draft.Title, draft.Slot!.Instant, IsApproved: false)))
                .OrderBy(post => post.DueAt),
        ];
    }
}
