using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Planning;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>By when somebody has to answer, counted by hand.</summary>
public sealed class ResponseTargetsTests
{
    [Theory]
    [InlineData(Priority.P2, "2026-11-12T09:42:00Z", "2026-11-12T13:42:00Z")]
    [InlineData(Priority.P2, "2026-11-13T16:00:00Z", "2026-11-16T11:30:00Z")] // Friday afternoon to Monday
    [InlineData(Priority.P2, "2026-11-14T12:00:00Z", "2026-11-16T13:00:00Z")] // a Saturday counts nothing
    [InlineData(Priority.P3, "2026-12-24T15:30:00Z", "2026-12-29T15:00:00Z")] // Christmas, Boxing Day and its substitute
    [InlineData(Priority.P3, "2026-10-23T13:00:00Z", "2026-10-26T13:30:00Z")] // 14:00 there; the clocks go back in between
    [InlineData(Priority.P1, "2026-11-14T23:50:00Z", "2026-11-15T00:50:00Z")] // day and night
    public void The_most_urgent_is_counted_day_and_night_and_everything_else_in_office_hours(Priority priority, string from, string due) =>
        Assert.Equal(At(due), ReadTargets.Of(new InboxSettings(), "Europe/London").DueAt(ServiceClock.FirstResponse, priority, At(from)));

    [Fact]
    public void Hours_days_and_holidays_are_those_of_the_settings_on_the_organisations_clock()
    {
        var targets = ReadTargets.Of(new InboxSettings { OfficeFrom = new(8, 0), OfficeUntil = new(20, 0), OpenOn = [DayOfWeek.Saturday, DayOfWeek.Sunday], Holidays = Nation.None }, "Europe/Athens");

        Assert.Equal(At("2026-11-14T10:00:00Z"), targets.DueAt(ServiceClock.NextResponse, Priority.P2, At("2026-11-13T12:00:00Z")));
        Assert.Equal(TimeSpan.FromHours(12), targets.OfficeTime(At("2026-11-13T12:00:00Z"), At("2026-11-15T00:00:00Z")));
    }

    [Fact]
    public void An_office_that_shuts_before_it_opens_is_refused_by_the_name_of_its_setting() =>
        Assert.Contains("Inbox:OfficeUntil", Assert.Single(new InboxSettings { OfficeFrom = new(18, 0), OfficeUntil = new(9, 0) }.Validate(new ValidationContext(new object()))).ErrorMessage, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(91 * 24)]
    public void A_limit_of_no_time_or_of_a_quarter_is_refused_by_the_name_of_its_setting(int hours)
    {
        var settings = new InboxSettings { Resolution = new PriorityLimits { P1 = TimeSpan.FromHours(1), P2 = TimeSpan.FromHours(1), P3 = TimeSpan.FromHours(hours), P4 = TimeSpan.FromHours(1) } };

        Assert.Contains("Inbox:Resolution", Assert.Single(settings.Validate(new ValidationContext(new object()))).ErrorMessage, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
