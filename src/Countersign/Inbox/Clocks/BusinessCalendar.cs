using NodaTime;
using NodaTime.TimeZones;

namespace Countersign.Inbox.Clocks;

/// <summary>Hours of one day in which somebody answers, by the calendar's own clock on the wall.</summary>
/// <param name="Until">Not among them; midnight is the end of the day.</param>
public readonly record struct OfficeHours(LocalTime From, LocalTime Until);

/// <summary>A stretch of time, its end not in it.</summary>
public readonly record struct Stretch(Instant From, Instant Until);

/// <summary>
/// When time counts: weekly office hours by the clock of one place, without its days off. Where that clock is put forward, hours that do not exist count
/// nothing; where it is put back, an hour that comes twice begins with its first.
/// </summary>
/// <param name="hours">Of each day of the week, apart from each other and in order; a day that is left out has none.</param>
/// <param name="isOff">True for a day on which nobody answers, such as a bank holiday.</param>
public sealed class BusinessCalendar(DateTimeZone zone, IReadOnlyDictionary<IsoDayOfWeek, IReadOnlyList<OfficeHours>> hours, Func<LocalDate, bool> isOff)
{
    /// <summary>How far ahead an end is looked for: ten years.</summary>
    public const int MostDays = 3_653;

    private static readonly ZoneLocalMappingResolver onTheWall = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    public bool IsOpen(Instant at) => Open(at.InZone(zone).Date).Any(open => open.From <= at && at < open.Until);

    /// <summary>What the clock there shows.</summary>
    public LocalTime TimeOfDay(Instant at) => at.InZone(zone).TimeOfDay;

    /// <summary>Business time from one instant to another; none where the second is not later.</summary>
    public Duration Between(Instant from, Instant until)
    {
        var sum = Duration.Zero;
        for (var day = from.InZone(zone).Date; from < until && day <= until.InZone(zone).Date; day = day.PlusDays(1))
        {
            foreach (var open in Open(day))
                sum += Shared(open, from, until);
        }

        return sum;
    }

    /// <summary>The first instant by which that much business time has passed.</summary>
    /// <param name="time">Zero or more.</param>
    /// <returns>Null where so much does not pass within <see cref="MostDays"/>.</returns>
    public Instant? Add(Instant from, Duration time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, Duration.Zero);
        if (time == Duration.Zero)
            return from;
        var (left, first) = (time, from.InZone(zone).Date);
        for (var day = first; day <= first.PlusDays(MostDays); day = day.PlusDays(1))
        {
            foreach (var open in Open(day))
            {
                var has = Shared(open, from, open.Until);
                if (has >= left)
                    return (open.From > from ? open.From : from) + left;
                left -= has;
            }
        }

        return null;
    }

    private IEnumerable<Stretch> Open(LocalDate day)
    {
        if (isOff(day) || !hours.TryGetValue(day.DayOfWeek, out var all))
            yield break;
        foreach (var one in all)
        {
            var until = one.Until == LocalTime.Midnight ? day.PlusDays(1).AtMidnight() : day + one.Until;
            var stretch = new Stretch((day + one.From).InZone(zone, onTheWall).ToInstant(), until.InZone(zone, onTheWall).ToInstant());
            if (stretch.From < stretch.Until)
                yield return stretch;
        }
    }

    private static Duration Shared(Stretch open, Instant from, Instant until)
    {
        var (begins, ends) = (open.From > from ? open.From : from, open.Until < until ? open.Until : until);
        return ends > begins ? ends - begins : Duration.Zero;
    }
}
