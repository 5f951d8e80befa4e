using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>One post on one account, planned or gone.</summary>
/// <param name="AccountId">Null for a draft that has no account yet.</param>
/// <param name="State">Null until it is approved for that account.</param>
/// <param name="At">When it goes or went out; null where no time was chosen.</param>
public sealed record PlannedDelivery(Guid DraftId, string Title, DraftStage Stage, PublicationState? State, Guid? AccountId, DateTimeOffset? At);

/// <summary>What is planned and what was published, for the calendar: no more than its reader may read.</summary>
public sealed class PlanReader(CountersignDb db)
{
    /// <summary>Stages in which words still wait for their signatures.</summary>
    private static readonly DraftStage[] unsigned = [DraftStage.Draft, DraftStage.AwaitingApproval, DraftStage.Returned, DraftStage.Held];

    /// <param name="until">Not included.</param>
    public async Task<IReadOnlyList<PlannedDelivery>> BetweenAsync(DateTimeOffset from, DateTimeOffset until, Actor reader, CancellationToken cancellationToken)
    {
        var publications = await db.Publications.AsNoTracking()
            .Where(publication => publication.DueAt >= from && publication.DueAt < until && publication.State != PublicationState.Void && publication.FollowsId == null)
            .ToListAsync(cancellationToken);
        var signed = publications.Select(publication => publication.DraftId).ToHashSet();
        var drafts = await DraftAccess.ReadableAsync(db, await db.Drafts.AsNoTracking().Where(draft => unsigned.Contains(draft.Stage) || signed.Contains(draft.Id)).ToListAsync(cancellationToken), reader, cancellationToken);
        var byId = drafts.ToDictionary(draft => draft.Id);
        return
        [
            .. publications.Where(publication => byId.ContainsKey(publication.DraftId)).Select(publication => new PlannedDelivery(publication.DraftId, byId[publication.DraftId].Title, byId[publication.DraftId].Stage, publication.State, publication.AccountId, publication.IntentAt ?? publication.DueAt)),
            .. drafts.Where(draft => draft.Slot is { } slot && slot.Instant >= from && slot.Instant < until && unsigned.Contains(draft.Stage)).SelectMany(draft => Waiting(draft, publications)),
        ];
    }

    /// <summary>Drafts without a time, latest edit first; not those whose posts stand in the calendar already.</summary>
    public async Task<IReadOnlyList<Draft>> WithoutTimeAsync(int most, Actor reader, CancellationToken cancellationToken)
    {
        var placed = db.Publications;
        var drafts = await db.Drafts.AsNoTracking().Where(draft => unsigned.Contains(draft.Stage) && !placed.Any(publication => publication.DraftId == draft.Id && publication.Version == draft.Version && publication.State != PublicationState.Void)).OrderByDescending(draft => draft.EditedAt).ToListAsync(cancellationToken);
        return [.. (await DraftAccess.ReadableAsync(db, drafts, reader, cancellationToken)).Where(draft => draft.Slot is null).Take(most)];
    }

    private static IEnumerable<PlannedDelivery> Waiting(Draft draft, List<Publication> publications) =>
        draft.AccountIds.Count == 0
            ? [new PlannedDelivery(draft.Id, draft.Title, draft.Stage, null, null, draft.Slot!.Instant)]
            : draft.AccountIds
                .Where(account => !publications.Exists(publication => publication.DraftId == draft.Id && publication.AccountId == account))
                .Select(account => new PlannedDelivery(draft.Id, draft.Title, draft.Stage, null, account, draft.Slot!.Instant));
}
