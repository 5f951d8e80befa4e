namespace Countersign.Inbox.Clocks;

/// <summary>One clock that began in the period.</summary>
/// <param name="Counted">What counts for its limit.</param>
/// <param name="IsOpen">It runs or stands: it will have taken at least as long as it has until now.</param>
/// <param name="InTime">Null where that is not decided yet, or it was resolved without an answer.</param>
public sealed record ClockTime(ServiceClock Clock, Priority Priority, TimeSpan Elapsed, TimeSpan Counted, bool IsOpen, bool? InTime, bool IsUnanswered = false);

/// <param name="MayGrow">Something open is among those that it is the longest of: it is at least so much.</param>
public readonly record struct Quantile(TimeSpan Value, bool MayGrow);

/// <summary>How long it took: by nearest rank, so each is a time that somebody waited.</summary>
public sealed record Spread(Quantile P50, Quantile P90, Quantile P95, Quantile Worst)
{
    /// <returns>Null for none.</returns>
    public static Spread? Of(IEnumerable<(TimeSpan Time, bool IsOpen)> times)
    {
        // What is open grows, so it comes after what ended with the same.
        var sorted = times.OrderBy(one => one.Time).ThenBy(one => one.IsOpen).ToList();
        if (sorted.Count == 0)
            return null;
        var firstOpen = sorted.FindIndex(one => one.IsOpen);
        Quantile At(int percent)
        {
            var rank = ((sorted.Count * percent) + 99) / 100;
            return new Quantile(sorted[rank - 1].Time, firstOpen >= 0 && firstOpen < rank);
        }

        return new Spread(At(50), At(90), At(95), At(100));
    }
}

/// <summary>What one clock came to, for one priority or all.</summary>
/// <param name="Priority">Null for all.</param>
/// <param name="Ended">Answered, or resolved.</param>
/// <param name="Open">Not yet.</param>
/// <param name="InTime">Of those where it is decided.</param>
/// <param name="Late">Also those that are open and past their limit.</param>
/// <param name="Unanswered">Resolved without an answer: in no time of these.</param>
/// <param name="Elapsed">By the clock on the wall, with everything in between.</param>
/// <param name="Counted">Without the time in which we waited for them and, but for the most urgent, without hours in which the office was shut.</param>
public sealed record ClockFigures(ServiceClock Clock, Priority? Priority, int Ended, int Open, int InTime, int Late, int Unanswered, Spread? Elapsed, Spread? Counted)
{
    /// <summary>From 0 to 1; null where nothing is decided.</summary>
    public double? Share => InTime + Late > 0 ? (double)InTime / (InTime + Late) : null;

    /// <summary>Of each clock all of them, then those of each priority that has any.</summary>
    public static IReadOnlyList<ClockFigures> Of(IReadOnlyCollection<ClockTime> times) =>
        [.. Enum.GetValues<ServiceClock>().SelectMany(clock => Rows(clock, [.. times.Where(one => one.Clock == clock)]))];

    private static IEnumerable<ClockFigures> Rows(ServiceClock clock, IReadOnlyCollection<ClockTime> times) =>
        [Sum(clock, null, times), .. times.GroupBy(one => one.Priority).OrderBy(group => group.Key).Select(group => Sum(clock, group.Key, [.. group]))];

    private static ClockFigures Sum(ServiceClock clock, Priority? priority, IReadOnlyCollection<ClockTime> all)
    {
        var times = all.Where(one => !one.IsUnanswered).ToList();
        return new ClockFigures(
            clock,
            priority,
            times.Count(one => !one.IsOpen),
            times.Count(one => one.IsOpen),
            times.Count(one => one.InTime == true),
            times.Count(one => one.InTime == false),
            all.Count - times.Count,
            Spread.Of(times.Select(one => (one.Elapsed, one.IsOpen))),
            Spread.Of(times.Select(one => (one.Counted, one.IsOpen))));
    }
}
