using Countersign.Decisions;
using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

public sealed partial class Conversation
{
    private static readonly Refusal resolved = new("resolved", "This conversation was resolved. Reopen it first.");

    private static readonly Refusal wouldBePublic = new("would-be-public", WrittenInPrivate);

    /// <summary>Why a direct message is not answered from here: every answer is a post.</summary>
    public const string WrittenInPrivate = "This was written in private, and an answer from here would be public. Answer on the network’s own page.";

    /// <summary>Somebody takes it: nobody else has it until the claim is over.</summary>
    public Decision<ConversationClaimed> Claim(TimeSpan lease, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("claim", by, account, now) is { } refusal => refusal,
        { State: ConversationState.Resolved } => resolved,
        _ when OwnerAt(now) is { } other && other != by.Id => new Refusal("taken", "Somebody else has this conversation now."),
        _ => new ConversationClaimed { Subject = Id, By = by.Id, At = now, Owner = by.Id, Until = now + lease },
    };

    /// <summary>Gives it back to everybody.</summary>
    public Decision<ConversationReleased> Release(Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("release", by, account, now) is { } refusal => refusal,
        _ when OwnerAt(now) is null => new Refusal("free", "Nobody has this conversation."),
        _ when OwnerAt(now) != by.Id && !InboxRights.Leads(by, account) => NotYours("release", by, now),
        _ => new ConversationReleased { Subject = Id, By = by.Id, At = now },
    };

    /// <summary>Gives it to somebody, with a note where there is something to say.</summary>
    public Decision<ConversationHandedOver> HandOver(Actor to, string note, TimeSpan lease, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("hand-over", by, account, now) is { } refusal => refusal,
        { State: ConversationState.Resolved } => resolved,
        _ when OwnerAt(now) is { } owner && owner != by.Id && !InboxRights.Leads(by, account) => NotYours("hand-over", by, now),
        _ when OwnerAt(now) == to.Id => new Refusal("theirs", $"{to.Name} has it already."),
        _ when InboxRights.WhyNotHandle(to, account) is not null => new Refusal("cannot-have", $"{to.Name} cannot answer for this account. Choose somebody who holds Author, Care lead or Comms there."),
        _ when note.Trim().Length > ConversationNote.MaxText => ConversationNote.TooLong,
        _ => new ConversationHandedOver { Subject = Id, By = by.Id, At = now, To = to.Id, Until = now + lease, Note = note.Trim().Length == 0 ? null : Sealed.New("note", note.Trim()) },
    };

    public Decision<ConversationNoted> Note(string text, TimeSpan lease, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("note", by, account, now) is { } refusal => refusal,
        _ when text.Trim().Length == 0 => new Refusal("no-note", "Write the note first."),
        _ when text.Trim().Length > ConversationNote.MaxText => ConversationNote.TooLong,
        _ => new ConversationNoted { Subject = Id, By = by.Id, At = now, Note = Sealed.New("note", text.Trim()), Until = OwnerAt(now) == by.Id ? now + lease : ClaimedUntil },
    };

    public Decision<ConversationResolved> Resolve(ConversationOutcome outcome, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("resolve", by, account, now) is { } refusal => refusal,
        { State: ConversationState.Resolved } => new Refusal("resolved", "This conversation was resolved already."),
        _ when OwnerAt(now) is { } owner && owner != by.Id && !InboxRights.Leads(by, account) => NotYours("resolve", by, now),
        _ when !Enum.IsDefined(outcome) || outcome == ConversationOutcome.History => new Refusal("no-outcome", "Say what became of it."),
        _ when outcome == ConversationOutcome.Settled && AnsweredAt is null => new Refusal("not-answered", "No answer of ours stands there, so it is not settled. Answer it, or say why it needs none."),
        _ => new ConversationResolved { Subject = Id, By = by.Id, At = now, Outcome = outcome },
    };

    public Decision<ConversationReopened> Reopen(Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("reopen", by, account, now) is { } refusal => refusal,
        { State: ConversationState.Open } => new Refusal("open", "This conversation is open."),
        _ => new ConversationReopened { Subject = Id, By = by.Id, At = now },
    };

    /// <summary>Puts it off.</summary>
    public Decision<ConversationSnoozed> Snooze(DateTimeOffset until, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("snooze", by, account, now) is { } refusal => refusal,
        { State: ConversationState.Resolved } => resolved,
        _ when OwnerAt(now) is { } owner && owner != by.Id && !InboxRights.Leads(by, account) => NotYours("snooze", by, now),
        _ when until <= now || until > now + longestSnooze => new Refusal("bad-time", $"Choose a time in the next {longestSnooze.Days} days."),
        _ => new ConversationSnoozed { Subject = Id, By = by.Id, At = now, Until = until },
    };

    /// <summary>Somebody answers one of its messages; the draft takes the road of every draft.</summary>
    /// <param name="others">Answers to the same message that were written before and not given up.</param>
    /// <param name="another">The writer was shown them, and wants one more.</param>
    public Decision<ReplyWritten> Reply(Message message, Guid draft, int others, bool another, TimeSpan lease, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when MayReply(message, others, another, by, account, now) is { } refusal => refusal,
        _ => new ReplyWritten { Subject = Id, By = by.Id, At = now, Draft = draft, Message = message.Id, Until = now + lease },
    };

    /// <returns>Why not; null where they may.</returns>
    internal Refusal? MayReply(Message message, int others, bool another, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when Refuse("reply", by, account, now) is { } refusal => refusal,
        _ when !by.Holds(Role.Author, account) => new Refusal("not-entitled", "Answering takes the Author role for the account.") { Attempt = new Attempt("conversation.reply", Object, by.Id, now) },
        { State: ConversationState.Resolved } => resolved,
        _ when OwnerAt(now) is { } owner && owner != by.Id => new Refusal("taken", "Somebody else has this conversation now. What you wrote is still here."),
        _ when message.ConversationId != Id || message.IsOurs => new Refusal("no-message", "Choose the message that is answered."),
        _ when message.Kind == MessageKind.Direct => wouldBePublic,
        _ when message.State == MessageState.Gone => new Refusal("gone", "That message is not there any more, so nothing can answer it."),
        _ when message.IsErased => new Refusal("erased", "The words of that message were erased, so it cannot be answered from here."),
        _ when others > 0 && !another => new Refusal("reply-there", "There is an answer to this message already. Look at it; if you want to send a second, tick the box below and press again."),
        _ => null,
    };

    /// <summary>A rule gives it to somebody, where nobody has it.</summary>
    internal void Give(Guid to, TimeSpan lease, DateTimeOffset at)
    {
        (OwnerId, ClaimedAt, ClaimedUntil, HandedBy, LapsedFrom) = (to, at, at + lease, Actor.Automation.Id, null);
        TellBy(at);
    }

    public void Apply(ConversationClaimed claimed) => (OwnerId, ClaimedAt, ClaimedUntil, HandedBy, LapsedFrom) = (claimed.Owner, claimed.At, claimed.Until, null, null);

    public void Apply(ConversationHandedOver given)
    {
        (OwnerId, ClaimedAt, ClaimedUntil, HandedBy, LapsedFrom) = (given.To, given.At, given.Until, given.By == given.To ? null : given.By, null);
        TellBy(given.At);
    }

    /// <summary>Whoever had it is told, where somebody still waits.</summary>
    public void Apply(ConversationLapsed lapsed)
    {
        var owner = OwnerId;
        Free();
        (LapsedFrom, LapsedAt) = (owner, lapsed.At);
        TellBy(lapsed.At);
    }

    public void Apply(ConversationNoted noted) => ClaimedUntil = noted.Until;

    public void Apply(ReplyWritten written)
    {
        if (OwnerId != written.By)
            (OwnerId, ClaimedAt, HandedBy, LapsedFrom) = (written.By, written.At, null, null);
        ClaimedUntil = written.Until;
    }

    /// <summary>Nobody has it.</summary>
    public void Free() => (OwnerId, ClaimedAt, ClaimedUntil, HandedBy, LapsedFrom) = (null, null, null, null, null);

    /// <returns>What was counted until then.</returns>
    public IReadOnlyList<FinishedClock> Apply(ConversationResolved closed, ResponseTargets targets)
    {
        IReadOnlyList<FinishedClock> finished = [.. EndResponse(closed.At, ClockEnd.Unanswered, targets), .. EndResolution(closed.At, targets)];
        (State, Outcome, ClosedBy, ClosedAt, SnoozedUntil) = (ConversationState.Resolved, closed.Outcome, closed.By, closed.At, null);
        StopWaiting(closed.At, targets);
        Free();
        return finished;
    }

    /// <param name="unanswered">When the first of those messages was written that nobody has answered: whoever wrote it waits since then, however often it is resolved and opened. Null where there is none.</param>
    public void Apply(ConversationReopened opened, DateTimeOffset? unanswered, ResponseTargets targets) => Open(unanswered ?? opened.At, targets);

    public void Apply(ConversationSnoozed snoozed)
    {
        (State, SnoozedUntil) = (ConversationState.Snoozed, snoozed.Until);
        Free();
    }

    public void Apply(ConversationWoken woken, ResponseTargets targets) => Open(woken.At, targets);

    /// <summary>An answer of ours stands there.</summary>
    /// <param name="unseen">When the first of those messages was written that were not here yet when the answer was: whoever wrote it still waits. Null where there is none.</param>
    /// <returns>The wait that it ended.</returns>
    public IReadOnlyList<FinishedClock> Apply(ConversationAnswered answered, DateTimeOffset? unseen, ResponseTargets targets)
    {
        IReadOnlyList<FinishedClock> finished = [.. EndResponse(answered.At, ClockEnd.Answered, targets)];
        (AnsweredAt, AnswerId) = (answered.At, answered.Publication);
        if (State == ConversationState.Resolved)
            return finished;
        if (unseen is { } since)
        {
            Wait(since, targets);
        }
        else
        {
            (State, SnoozedUntil) = (ConversationState.Waiting, null);
            StopWaiting(answered.At, targets);
        }

        return finished;
    }

    private static readonly TimeSpan longestSnooze = TimeSpan.FromDays(90);

    private void Open(DateTimeOffset at, ResponseTargets targets)
    {
        (State, SnoozedUntil, Outcome, ClosedBy, ClosedAt) = (ConversationState.Open, null, null, null, null);
        Wait(WaitingSince ?? at, targets);
    }

    private Refusal? Refuse(string act, Actor by, AccountRef account, DateTimeOffset now) =>
        InboxRights.WhyNotHandle(by, account) is { } why ? new Refusal("not-entitled", why) { Attempt = new Attempt($"conversation.{act}", Object, by.Id, now) } : null;

    private Refusal NotYours(string act, Actor by, DateTimeOffset now) =>
        new("taken", "Somebody else has this conversation now. Its owner, a Care lead or Comms can do that.") { Attempt = new Attempt($"conversation.{act}", Object, by.Id, now) };
}

/// <summary>Who does what with what others write to an account.</summary>
public static class InboxRights
{
    private static readonly Role[] readers = [Role.Auditor, Role.Compliance, Role.Comms];

    private static readonly Role[] handlers = [Role.Author, Role.CareLead, Role.Comms];

    /// <summary>Whoever holds any role for the account; some read all.</summary>
    public static bool MayRead(Actor reader, AccountRef account) => readers.Any(reader.HoldsAnywhere) || reader.HoldsAny(account);

    /// <summary>Why this person cannot take, note or close conversations of the account; null where they can.</summary>
    public static string? WhyNotHandle(Actor by, AccountRef account) =>
        handlers.Any(role => by.Holds(role, account)) ? null : "Taking part here takes the Author, Care lead or Comms role for the account.";

    /// <summary>May say that a period of regulation does not apply.</summary>
    public static bool MayDeny(Actor by, AccountRef account) => Leads(by, account) || by.Holds(Role.Compliance, account);

    /// <summary>May decide about a conversation that somebody else has.</summary>
    public static bool Leads(Actor by, AccountRef account) => by.Holds(Role.CareLead, account) || by.Holds(Role.Comms, account);
}
