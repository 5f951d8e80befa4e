using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

/// <summary>What people are told of a conversation; of each occasion once.</summary>
public enum ConversationWord
{
    /// <summary>Somebody gave it to you.</summary>
    HandedOver,

    /// <summary>You had it, did nothing about it, and somebody still waits.</summary>
    Lapsed,

    /// <summary>It is of the most urgent ones.</summary>
    Urgent,

    /// <summary>Its limit is close.</summary>
    NearLimit,

    /// <summary>Its limit is over.</summary>
    PastLimit,
}

public sealed partial class Conversation
{
    /// <summary>When its limit counts as close.</summary>
    public DateTimeOffset? WarnAt { get; set; }

    /// <summary>When to look whether somebody has to be told something: it may be too early, never too late. Null where there is nothing to come.</summary>
    public DateTimeOffset? TellAt { get; set; }

    /// <summary>Who gave it to its owner, until the owner was told.</summary>
    public Guid? HandedBy { get; set; }

    /// <summary>Whose claim was over last, until they were told.</summary>
    public Guid? LapsedFrom { get; set; }

    public DateTimeOffset? LapsedAt { get; set; }

    /// <summary>For those who wait since then it was said that it is urgent.</summary>
    public DateTimeOffset? UrgentFor { get; set; }

    /// <summary>Of this limit it was said that it is close, or over.</summary>
    public DateTimeOffset? WarnedFor { get; set; }

    /// <summary>Of this limit it was said that it is over.</summary>
    public DateTimeOffset? EscalatedFor { get; set; }

    /// <summary>What somebody has to be told now; null where nothing.</summary>
    public ConversationWord? WordAt(DateTimeOffset now) => this switch
    {
        { HandedBy: not null } when OwnerAt(now) is not null => ConversationWord.HandedOver,
        { State: not ConversationState.Open } => null,
        { LapsedFrom: not null } when OwnerAt(now) is null => ConversationWord.Lapsed,
        { WaitingSince: null } => null,
        { Priority: Priority.P1 } when UrgentFor != WaitingSince => ConversationWord.Urgent,
        _ when DueAt <= now && EscalatedFor != DueAt => ConversationWord.PastLimit,
        _ when WarnAt <= now && now < DueAt && WarnedFor != DueAt => ConversationWord.NearLimit,
        _ => null,
    };

    /// <summary>Which time of it this is: of each, everybody is told once.</summary>
    public DateTimeOffset OccasionOf(ConversationWord word) => (word switch
    {
        ConversationWord.HandedOver => ClaimedAt,
        ConversationWord.Lapsed => LapsedAt,
        ConversationWord.Urgent => WaitingSince,
        _ => DueAt,
    })!.Value;

    /// <summary>It was said; the next to come is worked out.</summary>
    internal void Said(ConversationWord word, DateTimeOffset now)
    {
        switch (word)
        {
            case ConversationWord.HandedOver:
                HandedBy = null;
                break;
            case ConversationWord.Lapsed:
                LapsedFrom = null;
                break;
            case ConversationWord.Urgent:
                UrgentFor = WaitingSince;
                break;
            case ConversationWord.NearLimit:
                WarnedFor = DueAt;
                break;
            default:
                (WarnedFor, EscalatedFor) = (DueAt, DueAt);
                break;
        }

        TellAt = NextWordAfter(now);
    }

    /// <returns>Now, where something is still to be said.</returns>
    internal DateTimeOffset? NextWordAfter(DateTimeOffset now) => this switch
    {
        _ when WordAt(now) is not null => now,
        { State: not ConversationState.Open } or { WaitingSince: null } => null,
        _ when WarnAt > now && WarnedFor != DueAt => WarnAt,
        _ when DueAt > now && EscalatedFor != DueAt => DueAt,
        _ => null,
    };

    /// <summary>By when it has to be answered, and when somebody is told.</summary>
    private void Wait(DateTimeOffset since, ResponseTargets targets)
    {
        (WaitingSince, DueAt, WarnAt) = (since, targets.DueAt(Priority, since), targets.WarnAt(Priority, since));
        TellBy(Priority == Priority.P1 ? since : WarnAt.Value);
    }

    /// <summary>Nobody waits any more.</summary>
    private void StopWaiting() => (WaitingSince, DueAt, WarnAt) = (null, null, null);

    private void TellBy(DateTimeOffset time) => TellAt = TellAt < time ? TellAt : time;
}
