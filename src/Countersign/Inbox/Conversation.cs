using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

public enum ConversationState
{
    /// <summary>Somebody waits for us.</summary>
    Open,

    /// <summary>It was answered: we wait for them.</summary>
    Waiting,

    /// <summary>Put off until a time.</summary>
    Snoozed,
    Resolved,
}

public enum ConversationOutcome
{
    /// <summary>It was answered and settled.</summary>
    Settled,

    /// <summary>It needs no answer.</summary>
    NoAnswerNeeded,
    Spam,

    /// <summary>Abuse that is not answered.</summary>
    Abuse,

    /// <summary>Somebody outside this inbox has it now.</summary>
    PassedOn,

    /// <summary>It stood there before the account was connected, or we wrote it ourselves.</summary>
    History,
}

/// <summary>What one thread of an account comes to: who has it, since when somebody waits, and what became of it. What it decides is in Conversation.*.cs.</summary>
public sealed partial class Conversation : IGoverned
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Which thread it is, by its root on the network: SHA-256, lower-case hex.</summary>
    public required string ThreadHash { get; init; }

    public required MessageKind Kind { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public ConversationState State { get; set; }

    /// <summary>Of theirs.</summary>
    public int Messages { get; set; }

    /// <summary>The newest of theirs; of ours only where we began it.</summary>
    public Guid LatestId { get; set; }

    public DateTimeOffset LatestAt { get; set; }

    /// <summary>Since when somebody waits for an answer; null where nobody does.</summary>
    public DateTimeOffset? WaitingSince { get; set; }

    public DateTimeOffset? DueAt { get; set; }

    public Priority Priority { get; set; } = Priority.P4;

    public string PriorityReason { get; set; } = "";

    /// <summary>Of all its messages.</summary>
    public IReadOnlyList<string> Labels { get; set; } = [];

    public Guid? OwnerId { get; set; }

    public DateTimeOffset? ClaimedAt { get; set; }

    /// <summary>The claim is over then, unless its owner does something about it before.</summary>
    public DateTimeOffset? ClaimedUntil { get; set; }

    public DateTimeOffset? SnoozedUntil { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>The delivery that answered it last.</summary>
    public Guid? AnswerId { get; set; }

    public ConversationOutcome? Outcome { get; set; }

    public Guid? ClosedBy { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"conversation/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(ThreadHash), nameof(WarnAt), nameof(NextDueAt), nameof(LimitsTold), nameof(RuleTells), nameof(TellAt), nameof(HandedBy), nameof(LapsedFrom), nameof(LapsedAt), nameof(UrgentFor), nameof(WarnedFor), nameof(EscalatedFor)];

    /// <summary>Who has it now; null where nobody does, or the claim is over.</summary>
    public Guid? OwnerAt(DateTimeOffset now) => ClaimedUntil > now ? OwnerId : null;

    public bool IsOverdue(DateTimeOffset now) => State == ConversationState.Open && NextDueAt < now;

    JsonObject IGoverned.State()
    {
        var state = new JsonObject
        {
            ["account"] = AccountId.ToString(),
            ["kind"] = Kind.ToString(),
            ["openedAt"] = OpenedAt.ToUnixTimeMilliseconds(),
            ["state"] = State.ToString(),
            ["messages"] = Messages,
            ["latest"] = LatestId.ToString(),
            ["latestAt"] = LatestAt.ToUnixTimeMilliseconds(),
            ["waitingSince"] = WaitingSince?.ToUnixTimeMilliseconds(),
            ["due"] = DueAt?.ToUnixTimeMilliseconds(),
            ["priority"] = Priority.ToString(),
            ["priorityReason"] = PriorityReason,
            ["labels"] = new JsonArray([.. Labels.Select(label => (JsonNode)label)]),
            ["owner"] = OwnerId?.ToString(),
            ["claimedAt"] = ClaimedAt?.ToUnixTimeMilliseconds(),
            ["claimedUntil"] = ClaimedUntil?.ToUnixTimeMilliseconds(),
            ["snoozedUntil"] = SnoozedUntil?.ToUnixTimeMilliseconds(),
            ["answeredAt"] = AnsweredAt?.ToUnixTimeMilliseconds(),
            ["answer"] = AnswerId?.ToString(),
            ["outcome"] = Outcome?.ToString(),
            ["closedBy"] = ClosedBy?.ToString(),
            ["closedAt"] = ClosedAt?.ToUnixTimeMilliseconds(),
        };

        // Only where there is one: conversations from before it was counted are in the log without it.
        if (Resolution is { } run)
            state["resolution"] = run.Describe();
        if (Regulatory.Count > 0)
            state["regulatory"] = new JsonArray([.. Regulatory.Select(period => (JsonNode)period.Describe())]);
        return state;
    }

    /// <summary>What comes of one more message in it.</summary>
    /// <param name="counts">Somebody has to answer it: it is neither ours nor from long before the account was connected.</param>
    /// <param name="isNew">It is the first of its conversation.</param>
    internal void Receive(Message message, Triage triage, bool counts, bool isNew, ResponseTargets targets)
    {
        if (isNew || (!message.IsOurs && message.WrittenAt >= LatestAt))
            (LatestId, LatestAt) = (message.Id, message.WrittenAt);
        if (!message.IsOurs)
            Messages++;
        Hear(message, triage, counts, isNew, targets);
    }

    /// <summary>What the network took for spam is shown there after all.</summary>
    internal void Clear(Message message, Triage triage, ResponseTargets targets) => Hear(message, triage, counts: true, isNew: false, targets);

    private void Hear(Message message, Triage triage, bool counts, bool isNew, ResponseTargets targets)
    {
        Labels = [.. Labels.Union(message.Standing.Select(label => label.Name), StringComparer.Ordinal)];
        if (!counts)
        {
            if (isNew)
                (State, Outcome, ClosedAt) = (ConversationState.Resolved, message.State == MessageState.Spam ? ConversationOutcome.Spam : ConversationOutcome.History, message.SeenAt);
            return;
        }

        if (State != ConversationState.Open)
        {
            // What was done with it is over; somebody who has it keeps it until the claim lapses.
            if (State == ConversationState.Resolved)
                (Priority, PriorityReason, Resolution) = (triage.Priority, triage.Reason, null);
            (State, SnoozedUntil, Outcome, ClosedBy, ClosedAt) = (ConversationState.Open, null, null, null, null);
        }

        if (PriorityReason.Length == 0 || triage.Priority < Priority)
            (Priority, PriorityReason) = (triage.Priority, triage.Reason);
        Wait(WaitingSince ?? message.WrittenAt, targets);
        Follow([message], gone: null, targets);
    }

    /// <summary>What its messages say together, after one was edited or labelled anew.</summary>
    /// <param name="messages">All of theirs, with the change.</param>
    /// <param name="reopens">Somebody has to see the change who was done with it.</param>
    internal void Judge(IReadOnlyCollection<Message> messages, DateTimeOffset at, ResponseTargets targets, bool reopens = false)
    {
        if (reopens)
            Open(at, targets);
        Labels = [.. messages.SelectMany(message => message.Standing).Select(label => label.Name).Distinct(StringComparer.Ordinal)];
        if (messages.Count > 0)
            (Priority, PriorityReason) = messages.Select(message => message.Judged).MinBy(one => one.Priority);
        if (WaitingSince is { } since)
            Wait(since, targets);
        Follow(messages, at, targets);
    }
}
