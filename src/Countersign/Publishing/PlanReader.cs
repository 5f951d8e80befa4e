using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>One post on one account, planned or gone.</summary>
/// <param name="AccountId">Null for a draft that has no account yet.</param>
/// <param name="State">Null until it is approved for that account.</param>
/// <param name="At">When it goes or went out; null where no time was chosen.</param>
public sealed record PlannedDelivery(Guid DraftId, string Title, DraftStage Stage, PublicationState? State, Guid? AccountId, DateTimeOffset? At)
{
    public required Guid AuthorId { get; init; }

    public required string Text { get; init; }

    public required int Version { get; init; }

    /// <summary>Grows with every change of the draft.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset EditedAt { get; init; }

    /// <summary>The wall clock it was chosen on; null where it went out without one.</summary>
    public Slot? Slot { get; init; }

    public int Signatures { get; init; }

    /// <summary>Why its pictures may not be shown at its time, as their records are now: it would be held. None for what has gone out.</summary>
    public IReadOnlyList<PictureObstacle> Against { get; init; } = [];

    /// <summary>Its reader may give it another time: nothing of it is on its way.</summary>
    public bool MayMove { get; init; }

    /// <summary>It will not go out: taken back, refused, given up.</summary>
    public bool IsOff { get; init; }
}

/// <summary>What is planned and what was published, for the calendar: no more than its reader may read.</summary>
public sealed class PlanReader(CountersignDb db, PictureRights rights)
{
    /// <summary>Stages in which words still wait for their signatures.</summary>
    private static readonly DraftStage[] unsigned = [DraftStage.Draft, DraftStage.AwaitingApproval, DraftStage.Returned, DraftStage.Held];

    private static readonly DraftStage[] ended = [DraftStage.Withdrawn, DraftStage.Refused];

    /// <param name="until">Not included.</param>
    public Task<IReadOnlyList<PlannedDelivery>> BetweenAsync(DateTimeOffset from, DateTimeOffset until, Actor reader, CancellationToken cancellationToken) =>
        BetweenAsync(from, until, withEnded: false, reader, cancellationToken);

    /// <param name="until">Not included.</param>
    /// <param name="withEnded">Also what had a time then and will not go out: calendars that know of it must hear so.</param>
    public async Task<IReadOnlyList<PlannedDelivery>> BetweenAsync(DateTimeOffset from, DateTimeOffset until, bool withEnded, Actor reader, CancellationToken cancellationToken)
    {
        // A thread stands in the calendar once: where its first part does.
        var publications = await db.Publications.AsNoTracking()
            .Where(publication => publication.DueAt >= from && publication.DueAt < until && publication.State != PublicationState.Void && publication.FollowsId == null)
            .ToListAsync(cancellationToken);
        var signed = publications.Select(publication => publication.DraftId).ToHashSet();
        DraftStage[] stages = withEnded ? [.. unsigned, .. ended] : unsigned;
        var drafts = await DraftAccess.ReadableAsync(db, await db.Drafts.AsNoTracking().Where(draft => stages.Contains(draft.Stage) || signed.Contains(draft.Id)).ToListAsync(cancellationToken), reader, cancellationToken);
        var byId = drafts.ToDictionary(draft => draft.Id);
        var view = new View(await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, account => account.Ref, cancellationToken), publications, await LeavingAsync(drafts, cancellationToken), await rights.OpenAsync([.. drafts.SelectMany(draft => draft.Body.AllPictures)], cancellationToken), reader);
        return
        [
            .. publications.Where(publication => byId.ContainsKey(publication.DraftId)).Select(publication => view.Of(byId[publication.DraftId], publication)),
            .. drafts.Where(draft => draft.Slot is { } slot && slot.Instant >= from && slot.Instant < until && stages.Contains(draft.Stage)).SelectMany(view.Waiting),
        ];
    }

    /// <summary>Drafts without a time, latest edit first; not those whose posts stand in the calendar already.</summary>
    public async Task<IReadOnlyList<Draft>> WithoutTimeAsync(int most, Actor reader, CancellationToken cancellationToken)
    {
        var placed = db.Publications;
        var drafts = await db.Drafts.AsNoTracking().Where(draft => unsigned.Contains(draft.Stage) && !placed.Any(publication => publication.DraftId == draft.Id && publication.Version == draft.Version && publication.State != PublicationState.Void)).OrderByDescending(draft => draft.EditedAt).ToListAsync(cancellationToken);
        return [.. (await DraftAccess.ReadableAsync(db, drafts, reader, cancellationToken)).Where(draft => draft.Slot is null).Take(most)];
    }

    /// <summary>Drafts of which something has left, or is being taken out: their time is fixed.</summary>
    private async Task<HashSet<Guid>> LeavingAsync(IReadOnlyCollection<Draft> drafts, CancellationToken cancellationToken)
    {
        var ids = drafts.Select(draft => draft.Id).ToList();
        var publications = await db.Publications.AsNoTracking().Where(publication => ids.Contains(publication.DraftId)).ToListAsync(cancellationToken);
        return [.. publications.Where(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed).Select(publication => publication.DraftId)];
    }

    private sealed class View(Dictionary<Guid, AccountRef> accounts, List<Publication> publications, HashSet<Guid> leaving, OpenRecords pictures, Actor reader)
    {
        public PlannedDelivery Of(Draft draft, Publication publication) =>
            Show(draft, publication.State, publication.AccountId, publication.IntentAt ?? publication.DueAt, publication.State is PublicationState.Missed or PublicationState.Abandoned or PublicationState.Rejected);

        public IEnumerable<PlannedDelivery> Waiting(Draft draft) =>
            draft.AccountIds.Count == 0
                ? [Show(draft, null, null, draft.Slot!.Instant, ended.Contains(draft.Stage))]
                : draft.AccountIds
                    .Where(account => !publications.Exists(publication => publication.DraftId == draft.Id && publication.AccountId == account))
                    .Select(account => Show(draft, null, account, draft.Slot!.Instant, ended.Contains(draft.Stage)));

        private PlannedDelivery Show(Draft draft, PublicationState? state, Guid? account, DateTimeOffset at, bool isOff) => new(draft.Id, draft.Title, draft.Stage, state, account, at)
        {
            AuthorId = draft.AuthorId,
            Text = draft.Text,
            Version = draft.Version,
            Revision = draft.Revision,
            EditedAt = draft.EditedAt,
            Slot = draft.Slot,
            Signatures = draft.Signatures.Count,
            Against = state is null or PublicationState.Approved or PublicationState.Waiting && !isOff ? pictures.Against(draft.Body.AllPictures, at) : [],
            MayMove = draft.IsOpen && !leaving.Contains(draft.Id) && draft.MayReschedule(reader, [.. draft.AccountIds.Where(accounts.ContainsKey).Select(id => accounts[id])]),
            IsOff = isOff,
        };
    }
}
