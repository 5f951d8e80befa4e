using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Inbox.Clocks;
using Countersign.Inbox.Rules;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Inbox;

/// <summary>What people do with a conversation besides answering it. Each is one commit: of two at once the second is told.</summary>
public sealed class HandleConversation(CountersignDb db, ReadTargets targets, IOptions<InboxSettings> settings, TimeProvider clock)
{
    private static readonly Refusal none = new("no-conversation", "That conversation is not here.");

    private static readonly Refusal yours = new("yours", "You have this conversation already.");

    private static readonly Refusal putOff = new("snoozed", "This conversation was put off already.");

    private TimeSpan Lease => settings.Value.ClaimFor;

    /// <param name="again">False where somebody who has it already is told so, and no longer claim is written.</param>
    public async Task<Decision<ConversationClaimed>> ClaimAsync(Guid id, Actor by, CancellationToken cancellationToken, bool again = true)
    {
        var decision = await DecideAsync<ConversationClaimed>(id, by, (conversation, account, now) => !again && conversation.OwnerAt(now) == by.Id ? yours : conversation.Claim(Lease, by, account, now), (conversation, claimed) => conversation.Apply(claimed), cancellationToken);

        // Whoever was first has it now.
        return decision.Refusal?.Code == CountersignDb.ChangedMeanwhile.Code ? new Refusal("taken", "Somebody else took this conversation a moment ago.") : decision;
    }

    /// <summary>Takes the one that is closest to its limit, or furthest past it, of those that nobody has.</summary>
    /// <param name="site">Only of this site; null for all.</param>
    public async Task<Decision<ConversationClaimed>> ClaimNextAsync(Guid? site, Actor by, CancellationToken cancellationToken)
    {
        var accounts = (await db.Accounts.AsNoTracking().Where(account => site == null || account.SiteId == site).ToListAsync(cancellationToken))
            .FindAll(account => InboxRights.WhyNotHandle(by, account.Ref) is null).ConvertAll(account => account.Id);
        while (true)
        {
            db.ChangeTracker.Clear();
            var now = clock.GetUtcNow();
            var next = await db.Conversations.AsNoTracking()
                .Where(row => row.State == ConversationState.Open && accounts.Contains(row.AccountId) && (row.OwnerId == null || row.ClaimedUntil <= now))
                .OrderBy(row => row.NextDueAt).ThenBy(row => row.WaitingSince).ThenBy(row => row.Id).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken);
            if (next is not { } id)
                return new Refusal("none-waits", "Nothing waits that nobody has.");
            var claimed = await ClaimAsync(id, by, cancellationToken);
            if (claimed.Refusal?.Code != "taken")
                return claimed;
        }
    }

    public Task<Decision<ConversationReleased>> ReleaseAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<ConversationReleased>(id, by, (conversation, account, now) => conversation.Release(by, account, now), (conversation, _) => conversation.Free(), cancellationToken);

    public async Task<Decision<ConversationHandedOver>> HandOverAsync(Guid id, Guid to, string note, Actor by, CancellationToken cancellationToken)
    {
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(person => person.Id == to, cancellationToken) is not { } person)
            return new Refusal("no-person", "Choose who is to have it.");
        var actor = new Actor(person.Id, person.Name, person.Grants);
        return await DecideAsync<ConversationHandedOver>(
            id,
            by,
            (conversation, account, now) => conversation.HandOver(actor, note, Lease, by, account, now),
            (conversation, given) =>
            {
                conversation.Apply(given);
                if (given.Note is { } said)
                    db.ConversationNotes.Add(ConversationNote.Of(id, said, by.Id, to, given.At));
            },
            cancellationToken);
    }

    public Task<Decision<ConversationNoted>> NoteAsync(Guid id, string text, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<ConversationNoted>(
            id,
            by,
            (conversation, account, now) => conversation.Note(text, Lease, by, account, now),
            (conversation, noted) =>
            {
                conversation.Apply(noted);
                db.ConversationNotes.Add(ConversationNote.Of(id, noted.Note, by.Id, null, noted.At));
            },
            cancellationToken);

    public async Task<Decision<ConversationResolved>> ResolveAsync(Guid id, ConversationOutcome outcome, Actor by, CancellationToken cancellationToken)
    {
        var due = await targets.RunAsync(cancellationToken);
        return await DecideAsync<ConversationResolved>(id, by, (conversation, account, now) => conversation.Resolve(outcome, by, account, now), (conversation, closed) => db.FinishedClocks.AddRange(conversation.Apply(closed, due)), cancellationToken);
    }

    public async Task<Decision<ConversationReopened>> ReopenAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var due = await targets.RunAsync(cancellationToken);
        var answered = await db.Conversations.AsNoTracking().Where(row => row.Id == id).Select(row => row.AnsweredAt).SingleOrDefaultAsync(cancellationToken);
        var unanswered = await db.FirstSeenAfterAsync(id, answered, cancellationToken);
        return await DecideAsync<ConversationReopened>(id, by, (conversation, account, now) => conversation.Reopen(by, account, now), (conversation, opened) => conversation.Apply(opened, unanswered, due), cancellationToken);
    }

    /// <param name="again">False where one that was put off is not put off to another time.</param>
    public Task<Decision<ConversationSnoozed>> SnoozeAsync(Guid id, DateTimeOffset until, Actor by, CancellationToken cancellationToken, bool again = true) =>
        DecideAsync<ConversationSnoozed>(id, by, (conversation, account, now) => !again && conversation.State == ConversationState.Snoozed ? putOff : conversation.Snooze(until, by, account, now), (conversation, snoozed) => conversation.Apply(snoozed), cancellationToken);

    public Task<Decision<PeriodKept>> KeepAsync(Guid id, RegulatoryClock period, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<PeriodKept>(id, by, (conversation, account, now) => conversation.Keep(period, by, account, now), (conversation, kept) => conversation.Apply(kept), cancellationToken);

    public Task<Decision<PeriodDenied>> DenyAsync(Guid id, RegulatoryClock period, string reason, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<PeriodDenied>(
            id,
            by,
            (conversation, account, now) => conversation.Deny(period, reason, by, account, now),
            (conversation, denied) =>
            {
                conversation.Apply(denied);
                db.ConversationNotes.Add(ConversationNote.Of(id, denied.Reason, by.Id, null, denied.At));
            },
            cancellationToken);

    public Task<Decision<PeriodResumed>> ResumeAsync(Guid id, RegulatoryClock period, Actor by, CancellationToken cancellationToken) =>
        DecideAsync<PeriodResumed>(id, by, (conversation, account, now) => conversation.Resume(period, by, account, now), (conversation, resumed) => conversation.Apply(resumed), cancellationToken);

    /// <summary>A person says that a label stands, or does not. The words it is about are kept with it.</summary>
    public Task<Decision<MessageLabelled>> LabelAsync(Guid message, string label, bool stands, Actor by, CancellationToken cancellationToken) =>
        CorrectAsync(message, by, (corrected, account, now) => corrected.Label(label, stands, by, account, now), (corrected, labelled) => corrected.Apply(labelled), cancellationToken);

    /// <summary>A person says that a rule of the inbox was wrong about a message.</summary>
    public Task<Decision<MessageRuleDenied>> DenyRuleAsync(Guid message, Guid rule, Actor by, CancellationToken cancellationToken) =>
        CorrectAsync(message, by, (corrected, account, now) => corrected.DenyRule(rule, by, account, now), (corrected, denied) => corrected.Apply(denied), cancellationToken);

    private async Task<Decision<T>> CorrectAsync<T>(Guid message, Actor by, Func<Message, AccountRef, DateTimeOffset, Decision<T>> decide, Action<Message, T> apply, CancellationToken cancellationToken)
        where T : DomainEvent
    {
        db.ChangeTracker.Clear();
        if (await db.Messages.SingleOrDefaultAsync(row => row.Id == message, cancellationToken) is not { IsOurs: false } labelled)
            return none;
        var conversation = await db.Conversations.SingleAsync(row => row.Id == labelled.ConversationId, cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
        var now = clock.GetUtcNow();
        if (!InboxRights.MayRead(by, account.Ref))
            return none;
        var theirs = await db.Messages.Where(row => row.ConversationId == conversation.Id && !row.IsOurs && (row.Release != null || row.Id == message)).ToListAsync(cancellationToken);
        var due = await targets.RunAsync(cancellationToken);
        return await db.CommitAsync(
            decide(labelled, account.Ref, now),
            happened =>
            {
                apply(labelled, happened);
                conversation.Judge(theirs, happened.At, due);
            },
            cancellationToken);
    }

    private async Task<Decision<T>> DecideAsync<T>(Guid id, Actor by, Func<Conversation, AccountRef, DateTimeOffset, Decision<T>> decide, Action<Conversation, T> apply, CancellationToken cancellationToken)
        where T : DomainEvent
    {
        db.ChangeTracker.Clear();
        if (await db.Conversations.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } conversation)
            return none;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == conversation.AccountId, cancellationToken);
        return InboxRights.MayRead(by, account.Ref)
            ? await db.CommitAsync(decide(conversation, account.Ref, clock.GetUtcNow()), happened => apply(conversation, happened), cancellationToken)
            : none;
    }
}
