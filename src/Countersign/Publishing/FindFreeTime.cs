using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>The queue: the next times that suit every account a post is for.</summary>
public sealed class FindFreeTime(CountersignDb db, PlanningReader planning, TimeProvider clock)
{
    /// <summary>A post needs its signatures first; nothing is proposed sooner.</summary>
    private static readonly TimeSpan lead = TimeSpan.FromHours(1);

    private static readonly DraftStage[] planned = [DraftStage.Draft, DraftStage.AwaitingApproval, DraftStage.Returned, DraftStage.Held];

    /// <param name="draft">The post a time is looked for: its own present time is not in its way.</param>
    /// <param name="zone">Of the clock that is read where an account has no plan.</param>
    public async Task<FreeTimes> RunAsync(Guid draft, IReadOnlyCollection<Guid> accounts, string zone, int most, CancellationToken cancellationToken)
    {
        var after = clock.GetUtcNow() + lead;
        var chosen = await db.Accounts.AsNoTracking().Where(account => accounts.Contains(account.Id) && account.State != AccountState.Disconnected).ToListAsync(cancellationToken);
        var since = after - TimeSpan.FromMinutes(PostingPlan.MostMinutesApart);
        var due = await db.Publications.AsNoTracking()
            .Where(publication => publication.FollowsId == null && publication.DraftId != draft && accounts.Contains(publication.AccountId) && publication.DueAt >= since && publication.State != PublicationState.Void && publication.State != PublicationState.Abandoned && publication.State != PublicationState.Missed)
            .Select(publication => new { publication.AccountId, publication.DueAt }).ToListAsync(cancellationToken);
        var drafts = await db.Drafts.AsNoTracking().Where(row => row.Id != draft && planned.Contains(row.Stage)).Select(row => new { row.AccountIds, row.Slot }).ToListAsync(cancellationToken);
        var busy = chosen.ConvertAll(account => new BusyAccount(account.Ref, account.Title,
        [
            .. due.Where(publication => publication.AccountId == account.Id).Select(publication => publication.DueAt),
            .. drafts.Where(row => row.Slot is { } slot && slot.Instant >= since && row.AccountIds.Contains(account.Id)).Select(row => row.Slot!.Instant),
        ]));
        return FreeTimes.Find(busy, await planning.ReadAsync(cancellationToken), zone, after, most);
    }
}

/// <summary>Posts that were planned before a blackout was placed over them: somebody decides on each.</summary>
public sealed class PostsInBlackout(CountersignDb db, PlanReader plan)
{
    public async Task<IReadOnlyList<PlannedDelivery>> ListAsync(Blackout blackout, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, account => account.Ref, cancellationToken);
        var posts = await plan.BetweenAsync(blackout.From, blackout.Until, reader, cancellationToken);
        return [.. posts.Where(post => post.State is null or PublicationState.Approved or PublicationState.Waiting or PublicationState.Held)
            .Where(post => post.AccountId is { } id ? accounts.TryGetValue(id, out var account) && blackout.Reaches(account) : blackout.Scope == BlackoutScope.Organisation)
            .OrderBy(post => post.At)];
    }
}
