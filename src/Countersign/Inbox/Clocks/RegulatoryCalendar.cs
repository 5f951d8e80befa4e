using Countersign.Planning;
using NodaTime;

namespace Countersign.Inbox.Clocks;

/// <summary>When the periods of regulation end, by the organisation's clock; a business day is none of Saturday, Sunday and the bank holidays of its nation.</summary>
/// <param name="nation">Where none is kept, that of England and Wales: regulation keeps them.</param>
/// <param name="closes">When business closes.</param>
public sealed class RegulatoryCalendar(DateTimeZone zone, Nation nation, LocalTime closes)
{
    private readonly Nation kept = nation == Nation.None ? Nation.EnglandAndWales : nation;

    private static readonly BusinessCalendar notice = new(
        DateTimeZoneProviders.Tzdb["Europe/London"],
        new[] { IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday }.ToDictionary(day => day, _ => (IReadOnlyList<OfficeHours>)[new OfficeHours(LocalTime.Midnight, LocalTime.Midnight)]),
        day => IsHoliday(day, Nation.EnglandAndWales));

    public DateTimeOffset DueAt(RegulatoryClock clock, DateTimeOffset from)
    {
        var (start, day) = (Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(from).InZone(zone).Date);
        return (clock switch
        {
            RegulatoryClock.ComplaintAcknowledged => Close(day, 1),
            RegulatoryClock.ComplaintSummary => Close(day, 3),
            RegulatoryClock.ComplaintFinal => (start.InZone(zone).LocalDateTime + Period.FromWeeks(8)).InZoneLeniently(zone).ToInstant(),
            RegulatoryClock.DefamationNotice => notice.Add(start, Duration.FromHours(48))!.Value,
            RegulatoryClock.BreachReport => start + Duration.FromHours(72),

            // The same day of the next month, or its last: the ICO lets a day off move it, which is not made use of here.
            RegulatoryClock.SubjectRequest => EndOf(day.PlusMonths(1)),
            _ => EndOf(day.PlusDays(30)),
        }).ToDateTimeOffset();
    }

    /// <summary>How much of the 48 hours of a notice has passed.</summary>
    public static TimeSpan NoticeTime(DateTimeOffset from, DateTimeOffset until) => notice.Between(Instant.FromDateTimeOffset(from), Instant.FromDateTimeOffset(until)).ToTimeSpan();

    private Instant Close(LocalDate day, int businessDays)
    {
        for (var left = businessDays; left > 0;)
        {
            day = day.PlusDays(1);
            if (day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday) && !IsHoliday(day, kept))
                left--;
        }

        return (day + closes).InZoneLeniently(zone).ToInstant();
    }

    private Instant EndOf(LocalDate day) => zone.AtStartOfDay(day.PlusDays(1)).ToInstant();

    private static bool IsHoliday(LocalDate day, Nation nation) => BankHolidays.Of(day.Year, nation).Any(holiday => holiday.Day == day.ToDateOnly());
}
