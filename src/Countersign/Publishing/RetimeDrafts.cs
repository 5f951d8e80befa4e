using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Countersign.Publishing;

/// <summary>
/// Once at the start, because the rules of time zones come with the program: every planned time is resolved again from the time of the
/// clock and the zone that somebody chose, and where that is another instant now, people are told and asked.
/// </summary>
public sealed class RetimeDrafts(CountersignDb db, IDateTimeZoneProvider zones, TimeProvider clock)
{
    /// <returns>How many drafts moved.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var waiting = db.Publications.Where(publication => publication.DueAt > now && (publication.State == PublicationState.Approved || publication.State == PublicationState.Held)).Select(publication => publication.DraftId);
        var planned = (await db.Drafts.AsNoTracking()
            .Where(draft => draft.Stage == DraftStage.Draft || draft.Stage == DraftStage.Returned || draft.Stage == DraftStage.Held || draft.Stage == DraftStage.AwaitingApproval || waiting.Contains(draft.Id))
            .Select(draft => new { draft.Id, draft.Slot })
            .ToListAsync(cancellationToken))
            .Where(draft => draft.Slot is { } slot && slot.Instant > now && slot.Rules != zones.VersionId && Slots.Resolve(slot, zones)?.Instant != slot.Instant)
            .Select(draft => draft.Id)
            .ToList();
        var moved = 0;
        foreach (var id in planned)
        {
            db.ChangeTracker.Clear();
            moved += await RetimeAsync(id, now, cancellationToken) ? 1 : 0;
        }

        return moved;
    }

    private async Task<bool> RetimeAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var draft = await db.Drafts.SingleAsync(row => row.Id == id, cancellationToken);
        var publications = await db.Publications.Where(publication => publication.DraftId == id).ToListAsync(cancellationToken);
        if (draft.Slot is not { } slot || publications.Exists(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed))
            return false;
        return (await db.CommitAsync(
            draft.Retime(Slots.Resolve(slot, zones), now),
            retimed =>
            {
                draft.Apply(retimed);
                foreach (var publication in publications.Where(publication => publication.EndsWithItsWords))
                    publication.State = PublicationState.Void;
            },
            cancellationToken)).IsTaken;
    }
}
