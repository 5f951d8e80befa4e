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

    /// <summary>A period of regulation is close to its end.</summary>
    NearPeriod,

    /// <summary>A period of regulation is over.</summary>
    PastPeriod,

    /// <summary>A rule of the inbox says that you are told.</summary>
    ByRule,
}

/// <summary>Something that has to be said of a conversation now.</summary>
/// <param name="Occasion">Which time of it this is: of each, everybody is told once.</param>
/// <param name="Limit">Which limit it is about; null where it is about none.</param>
public readonly record struct Word(ConversationWord Kind, DateTimeOffset Occasion, Limit? Limit = null);

/// <summary>Whom rules of the inbox want to be told.</summary>
public sealed record RuleTell(DateTimeOffset At, IReadOnlyList<Guid> People);

public sealed partial class Conversation
{
    /// <summary>The oldest first, until it was said.</summary>
    public IReadOnlyList<RuleTell> RuleTells { get; set; } = [];

    /// <summary>When to look whether somebody has to be told something: it may be too early, never too late. Null where there is nothing to come.</summary>
    public DateTimeOffset? TellAt { get; set; }

    /// <summary>Who gave it to its owner, until the owner was told.</summary>
    public Guid? HandedBy { get; set; }

    /// <summary>Whose claim was over last, until they were told.</summary>
    public Guid? LapsedFrom { get; set; }

    public DateTimeOffset? LapsedAt { get; set; }

    /// <summary>For those who wait since then it was said that it is urgent.</summary>
    public DateTimeOffset? UrgentFor { get; set; }

    /// <summary>Of this limit of the answer it was said that it is close, or over.</summary>
    public DateTimeOffset? WarnedFor { get; set; }

    /// <summary>Of this limit of the answer it was said that it is over.</summary>
    public DateTimeOffset? EscalatedFor { get; set; }

    /// <summary>The same of every other limit that runs.</summary>
    public IReadOnlyList<LimitTold> LimitsTold { get; set; } = [];

    /// <summary>What somebody has to be told now; null where nothing.</summary>
    public Word? WordAt(DateTimeOffset now) => this switch
    {
        { RuleTells: [var tell, ..] } => new Word(ConversationWord.ByRule, tell.At),
        { HandedBy: not null } when OwnerAt(now) is not null => new Word(ConversationWord.HandedOver, ClaimedAt!.Value),
        { State: ConversationState.Open, LapsedFrom: not null } when OwnerAt(now) is null => new Word(ConversationWord.Lapsed, LapsedAt!.Value),
        { State: ConversationState.Open, Priority: Priority.P1, WaitingSince: { } since } when UrgentFor != since => new Word(ConversationWord.Urgent, since),
        _ when First(limit => limit.Due <= now && !IsTold(limit, over: true)) is { } over => new Word(over.IsRegulatory ? ConversationWord.PastPeriod : ConversationWord.PastLimit, over.Due, over),
        _ when First(limit => limit.Warn <= now && now < limit.Due && !IsTold(limit, over: false)) is { } close => new Word(close.IsRegulatory ? ConversationWord.NearPeriod : ConversationWord.NearLimit, close.Due, close),
        _ => null,
    };

    internal void TellByRule(IReadOnlyList<Guid> people, DateTimeOffset at)
    {
        RuleTells = [.. RuleTells, new RuleTell(at, people)];
        TellBy(at);
    }

    /// <summary>It was said; the next to come is worked out.</summary>
    internal void Said(Word word, DateTimeOffset now)
    {
        switch (word)
        {
            case { Kind: ConversationWord.ByRule }:
                RuleTells = [.. RuleTells.Skip(1)];
                break;
            case { Kind: ConversationWord.HandedOver }:
                HandedBy = null;
                break;
            case { Kind: ConversationWord.Lapsed }:
                LapsedFrom = null;
                break;
            case { Kind: ConversationWord.Urgent }:
                UrgentFor = WaitingSince;
                break;
            case { Limit: { } limit } when limit.Clock == Answering.ToString():
                (WarnedFor, EscalatedFor) = (limit.Due, word.Kind == ConversationWord.PastLimit ? limit.Due : EscalatedFor);
                break;
            case { Limit: { } limit }:
                LimitsTold = [.. LimitsTold.Where(told => Limits.Any(one => one.Clock == told.Clock && one.Clock != limit.Clock)), new LimitTold(limit.Clock, limit.Due, word.Kind is ConversationWord.PastLimit or ConversationWord.PastPeriod)];
                break;
        }

        TellAt = NextWordAfter(now);
    }

    /// <returns>Now, where something is still to be said.</returns>
    internal DateTimeOffset? NextWordAfter(DateTimeOffset now) => this switch
    {
        _ when WordAt(now) is not null => now,
        _ => Told.Select(limit => limit.Warn > now && !IsTold(limit, over: false) ? limit.Warn : limit.Due > now && !IsTold(limit, over: true) ? limit.Due : (DateTimeOffset?)null).Min(),
    };

    /// <summary>Of which people are told now: of ours while somebody waits.</summary>
    private IEnumerable<Limit> Told => Limits.Where(limit => limit.IsRegulatory || this is { State: ConversationState.Open, WaitingSince: not null });

    private Limit? First(Func<Limit, bool> which)
    {
        foreach (var limit in Told)
        {
            if (which(limit))
                return limit;
        }

        return null;
    }

    /// <summary>Of one that is over, nobody is told that it is close.</summary>
    private bool IsTold(Limit limit, bool over) => limit.Clock == Answering.ToString()
        ? EscalatedFor == limit.Due || (!over && WarnedFor == limit.Due)
        : LimitsTold.Any(told => told.Clock == limit.Clock && told.Due == limit.Due && (told.Over || !over));

    private void TellBy(DateTimeOffset time) => TellAt = TellAt < time ? TellAt : time;
}
