using NodaTime;

namespace Countersign.Inbox.Clocks;

/// <summary>By when something is due: for the most urgent counted day and night, for the others in office hours.</summary>
/// <param name="regulation">The same for periods that are not ours.</param>
public sealed class ResponseTargets(BusinessCalendar office, InboxSettings limits, RegulatoryCalendar regulation)
{
    /// <summary>A limit is close when this share of its time is over.</summary>
    public const double Close = 0.75;

    public RegulatoryCalendar Regulation => regulation;

    public TimeSpan Of(ServiceClock clock, Priority priority) => (clock switch
    {
        ServiceClock.FirstResponse => limits.FirstResponse,
        ServiceClock.NextResponse => limits.NextResponse,
        _ => limits.Resolution,
    }).Of(priority);

    /// <summary>Somebody who may be harmed does not wait until Monday.</summary>
    public static bool CountsAlways(Priority priority) => priority == Priority.P1;

    public bool IsOpen(DateTimeOffset at) => office.IsOpen(Instant.FromDateTimeOffset(at));

    /// <summary>By the organisation's clock.</summary>
    public TimeOnly TimeOfDay(DateTimeOffset at) => office.TimeOfDay(Instant.FromDateTimeOffset(at)).ToTimeOnly();

    /// <summary>How much office time has passed; less than what has elapsed wherever the office was shut.</summary>
    public TimeSpan OfficeTime(DateTimeOffset from, DateTimeOffset until) => office.Between(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(until)).ToTimeSpan();

    /// <summary>How much of the time between counts for a limit; none where a clock was put back.</summary>
    public TimeSpan Counted(Priority priority, DateTimeOffset from, DateTimeOffset until) => until <= from ? TimeSpan.Zero : CountsAlways(priority) ? until - from : OfficeTime(from, until);

    /// <returns>In elapsed time where the office is not open for so long within ten years.</returns>
    public DateTimeOffset DueAt(ServiceClock clock, Priority priority, DateTimeOffset from) => After(priority, from, Of(clock, priority));

    /// <summary>When the limit is close.</summary>
    public DateTimeOffset WarnAt(ServiceClock clock, Priority priority, DateTimeOffset from) => After(priority, from, Of(clock, priority) * Close);

    /// <summary>When so much time that counts has passed.</summary>
    internal DateTimeOffset After(Priority priority, DateTimeOffset from, TimeSpan time) =>
        !CountsAlways(priority) && office.Add(Instant.FromDateTimeOffset(from), Duration.FromTimeSpan(time)) is { } due ? due.ToDateTimeOffset() : from + time;
}
