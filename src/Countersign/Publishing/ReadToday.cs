using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Policies;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A post on one account.</summary>
public sealed record PlacedPost(Draft Draft, Publication Publication, Account Account);

/// <summary>What a person finds in the morning.</summary>
/// <param name="Mine">Drafts this person can sign now, soonest first.</param>
/// <param name="Sent">This person's own drafts that wait for others.</param>
/// <param name="ToChange">This person's drafts that were returned or held, and posts that missed their time.</param>
/// <param name="Unsettled">Posts that a person must settle, or will have to: where this person may, or theirs and stopped at the door.</param>
/// <param name="Locks">In force now.</param>
/// <param name="CanRelease">May propose or confirm a release.</param>
/// <param name="Latest">Published lately where this person has a role, newest first.</param>
public sealed record MorningView(
    IReadOnlyList<WaitingDraft> Mine,
    IReadOnlyList<WaitingDraft> Sent,
    IReadOnlyList<Draft> ToChange,
    IReadOnlyList<PlacedPost> Unsettled,
    IReadOnlyList<LockInForce> Locks,
    bool CanRelease,
    IReadOnlyList<PlacedPost> Latest,
    int? Release,
    int AccountsConnected,
    IReadOnlyList<Account> NeedReconnect)
{
    public bool NeedsNothing => Mine.Count == 0 && ToChange.Count == 0 && Unsettled.Count == 0 && (Locks.Count == 0 || !CanRelease);
}

/// <summary>Reads what needs a person, what goes out today and what went out lately.</summary>
public sealed class ReadToday(CountersignDb db, DraftQueue queue, LocksInForce locks)
{
    private const int LatestShown = 5;

    private static readonly PublicationState[] unsettled = [PublicationState.Unknown, PublicationState.Missing, PublicationState.HumanReview, PublicationState.Rejected, PublicationState.Held];

    private static readonly PublicationState[] published = [PublicationState.Accepted, PublicationState.Confirmed];

    public async Task<MorningView> RunAsync(Actor reader, CancellationToken cancellationToken)
    {
        var waiting = await queue.ListAsync(reader, cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        var stuck = await db.Publications.AsNoTracking()
            .Where(publication => unsettled.Contains(publication.State) || publication.State == PublicationState.Missed)
            .OrderBy(publication => publication.DueAt).ToListAsync(cancellationToken);
        var all = DraftAccess.MayReadAll(reader);
        var own = accounts.Values.Where(account => reader.HoldsAny(account.Ref)).Select(account => account.Id).ToList();
        var latest = await db.Publications.AsNoTracking().Where(publication => published.Contains(publication.State) && publication.FollowsId == null && (all || own.Contains(publication.AccountId))).OrderByDescending(publication => publication.IntentAt).Take(LatestShown).ToListAsync(cancellationToken);
        var wanted = stuck.Concat(latest).Select(publication => publication.DraftId).Distinct().ToList();
        var drafts = await db.Drafts.AsNoTracking()
            .Where(draft => wanted.Contains(draft.Id) || draft.Stage == DraftStage.Returned || draft.Stage == DraftStage.Held)
            .OrderBy(draft => draft.EditedAt).ToListAsync(cancellationToken);
        var byId = drafts.ToDictionary(draft => draft.Id);
        PlacedPost Place(Publication publication) => new(byId[publication.DraftId], publication, accounts[publication.AccountId]);
        var missed = stuck.Where(publication => publication.State == PublicationState.Missed).Select(publication => publication.DraftId).ToHashSet();
        return new MorningView(
            [.. waiting.Where(draft => draft.IsMine)],
            [.. waiting.Where(draft => draft.IsOwn)],
            [.. drafts.Where(draft => (draft.AuthorId == reader.Id || draft.Editors.Contains(reader.Id)) && (draft.Stage is DraftStage.Returned or DraftStage.Held || (draft.Stage == DraftStage.Approved && missed.Contains(draft.Id))))],
            [.. stuck.Where(publication => unsettled.Contains(publication.State)).Select(Place).Where(post => IsFor(reader, post))],
            await locks.ListAsync(cancellationToken),
            reader.HoldsAnywhere(Role.Comms) || reader.HoldsAnywhere(Role.Compliance),
            [.. latest.Select(Place)],
            await db.Releases.OrderByDescending(release => release.Number).Select(release => (int?)release.Number).FirstOrDefaultAsync(cancellationToken),
            accounts.Values.Count(account => account.State == AccountState.Connected),
            [.. accounts.Values.Where(account => account.State == AccountState.NeedsReconnect)]);
    }

    private static bool IsFor(Actor reader, PlacedPost post) => post.Publication.State == PublicationState.Held
        ? post.Publication.IsStillAgreed(post.Draft) && (reader.Holds(Role.Comms, post.Account.Ref) || post.Publication.Hands.Contains(reader.Id))
        : reader.Holds(Role.Comms, post.Account.Ref);
}
