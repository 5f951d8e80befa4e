using NodaTime;

namespace Countersign.Inbox.Clocks;

/// <summary>By when a first answer is due: the most urgent are counted day and night, the others in office hours.</summary>
public sealed class ResponseTargets(BusinessCalendar office)
{
    public static TimeSpan Of(Priority priority) => priority switch
    {
        Priority.P1 => TimeSpan.FromHours(1),
        Priority.P2 => TimeSpan.FromHours(4),
        Priority.P3 => TimeSpan.FromHours(8),
        _ => TimeSpan.FromHours(24),
    };

    /// <summary>Somebody who may be harmed does not wait until Monday.</summary>
    public static bool CountsAlways(Priority priority) => priority == Priority.P1;

    /// <summary>How much office time has passed; less than what has elapsed wherever the office was shut.</summary>
    public TimeSpan OfficeTime(DateTimeOffset from, DateTimeOffset until) => office.Between(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(until)).ToTimeSpan();

    /// <returns>In elapsed time where the office is not open for so long within ten years.</returns>
    public DateTimeOffset DueAt(Priority priority, DateTimeOffset from) => After(priority, from, Of(priority));

    /// <summary>When the limit is close: three quarters of the time are over.</summary>
    public DateTimeOffset WarnAt(Priority priority, DateTimeOffset from) => After(priority, from, Of(priority) * 0.75);

    private DateTimeOffset After(Priority priority, DateTimeOffset from, TimeSpan time) =>
        !CountsAlways(priority) && office.Add(Instant.FromDateTimeOffset(from), Duration.FromTimeSpan(time)) is { } due ? due.ToDateTimeOffset() : from + time;
}
