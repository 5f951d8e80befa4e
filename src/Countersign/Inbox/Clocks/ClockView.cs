namespace Countersign.Inbox.Clocks;

public enum ClockStanding
{
    Running,

    /// <summary>It runs, and its limit is over.</summary>
    Late,

    /// <summary>It stands: we answered, and wait for them.</summary>
    Paused,
    Met,
    Missed,

    /// <summary>It was resolved without an answer.</summary>
    Unanswered,
}

/// <summary>A clock of a conversation as it is now: what passed, and what of it counts.</summary>
/// <param name="Until">When it stopped or ended; null where it runs.</param>
/// <param name="Due">Null where it stands and was not over.</param>
/// <param name="Limit">What may be counted.</param>
/// <param name="Elapsed">Everything from its beginning.</param>
/// <param name="Counted">Without the time in which we waited for them, and, but for the most urgent, without hours in which the office was shut.</param>
public sealed record ClockView(ServiceClock Clock, ClockStanding Standing, DateTimeOffset Since, DateTimeOffset? Until, DateTimeOffset? Due, TimeSpan Limit, TimeSpan Elapsed, TimeSpan Counted)
{
    public bool IsOver => Standing is ClockStanding.Met or ClockStanding.Missed or ClockStanding.Unanswered;
}
