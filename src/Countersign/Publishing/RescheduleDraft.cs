using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>What moving a post would do, said before it is done.</summary>
/// <param name="Slot">Where it would go; null where that is no time.</param>
/// <param name="Refusal">Why it cannot; null where it can.</param>
/// <param name="Voids">Signatures that would no longer count.</param>
/// <param name="Warnings">Sentences to read before going on.</param>
public sealed record RescheduleOutlook(Draft Draft, IReadOnlyList<Account> Accounts, Slot? Slot, Refusal? Refusal, int Voids, IReadOnlyList<string> Warnings)
{
    /// <summary>Signatures were asked for, or given: it has to be sent again.</summary>
    public bool TakesItBack => Draft.Stage is DraftStage.AwaitingApproval or DraftStage.Approved;
}

/// <summary>An author gives a post another time: from the calendar, or by a form.</summary>
public sealed class RescheduleDraft(CountersignDb db, PlanningReader planning, TimeProvider clock)
{
    private sealed record Context(Draft Draft, IReadOnlyList<Account> Accounts, IReadOnlyList<Publication> Publications, PlanningCalendar Calendar)
    {
        public IReadOnlyList<AccountRef> Refs => [.. Accounts.Select(account => account.Ref)];

        public bool OnItsWay => Publications.Any(publication => publication.MayHaveLeft || publication.State == PublicationState.Claimed);
    }

    /// <returns>Null where there is none that this person may read.</returns>
    public async Task<RescheduleOutlook?> LookAsync(Guid id, int? seen, Decision<Slot> wish, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, by, cancellationToken) is not { } context)
            return null;
        var draft = context.Draft;
        var decision = wish.IsTaken ? Decide(context, seen ?? draft.Version, wish.Taken, by) : wish.Refusal;
        return new RescheduleOutlook(draft, context.Accounts, wish.Taken, decision.Refusal, draft.Signatures.Count, wish.Taken is { } slot ? Warnings(context, slot) : []);
    }

    public async Task<Decision<DraftRescheduled>> RunAsync(Guid id, int seen, Decision<Slot> wish, Actor by, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, by, cancellationToken) is not { } context)
            return new Refusal("no-draft", "That draft is not here.");
        if (!wish.IsTaken)
            return wish.Refusal;
        return await db.CommitAsync(
            Decide(context, seen, wish.Taken, by),
            moved =>
            {
                var draft = context.Draft;
                draft.Apply(moved);
                foreach (var publication in context.Publications.Where(publication => publication.EndsWithItsWords))
                    publication.State = PublicationState.Void;
                db.DraftVersions.Add(new DraftVersion { DraftId = id, Version = draft.Version, Text = draft.Text, TextCommitment = draft.TextCommitment, Pictures = draft.Pictures, Shape = draft.Shape, AccountIds = draft.AccountIds, EditorId = by.Id, At = moved.At });
            },
            cancellationToken);
    }

    private Decision<DraftRescheduled> Decide(Context context, int seen, Slot slot, Actor by) =>
        context.Draft.Reschedule(seen, slot, context.Calendar.Forbids(slot.Instant, context.Refs, slot.Zone), context.Refs, context.OnItsWay, by, clock.GetUtcNow());

    private static List<string> Warnings(Context context, Slot slot)
    {
        var warnings = context.Calendar.BlackoutsAt(slot.Instant, context.Refs).Where(blackout => blackout.Force == BlackoutForce.Warn).Select(blackout => $"That falls into a blackout: {blackout.Reason}").ToList();
        var local = Slots.At(slot.Instant, slot.Zone).ToDateTimeUnspecified();
        foreach (var account in context.Accounts)
        {
            if (context.Calendar.Plans.GetValueOrDefault(account.Id) is not { } plan)
                continue;
            var there = Slots.At(slot.Instant, plan.Zone);
            if (context.Calendar.DayOff(DateOnly.FromDateTime(there.ToDateTimeUnspecified()), plan.Holidays) is { } holiday)
                warnings.Add($"{account.Title}: that day is {holiday}.");
            if (plan.IsQuietAt(there.TimeOfDay))
                warnings.Add($"{account.Title} is quiet from {plan.QuietFrom} to {plan.QuietUntil}.");
        }

        // The clocks change between the old time and the new: the hour on the wall stays, the distance in hours does not.
        if (context.Draft.Slot is { } old && old.Zone == slot.Zone && local - Slots.At(old.Instant, old.Zone).ToDateTimeUnspecified() is var wall && wall != slot.Instant - old.Instant)
            warnings.Add($"The clocks change in between. It stays at {slot.Local[11..]} on the clock there.");
        return [.. warnings.Distinct()];
    }

    private async Task<Context?> FindAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Drafts.FindAsync([id], cancellationToken) is not { } draft || !await DraftAccess.MayReadAsync(db, draft, by, cancellationToken))
            return null;
        return new Context(
            draft,
            await db.Accounts.AsNoTracking().Where(account => draft.AccountIds.Contains(account.Id)).ToListAsync(cancellationToken),
            await db.Publications.Where(publication => publication.DraftId == id).ToListAsync(cancellationToken),
            await planning.ReadAsync(cancellationToken));
    }
}
