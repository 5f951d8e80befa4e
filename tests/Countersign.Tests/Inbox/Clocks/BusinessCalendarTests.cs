using Countersign.Inbox.Clocks;
using Countersign.Planning;
using NodaTime;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>Business time, by examples that can be counted by hand and by properties over calendars of chance.</summary>
public sealed class BusinessCalendarTests
{
    private static readonly DateTimeZone london = DateTimeZoneProviders.Tzdb["Europe/London"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [InlineData("2026-11-12T09:42:00Z", "2026-11-12T10:42:00Z", 60)]
    [InlineData("2026-11-12T16:30:00Z", "2026-11-13T09:30:00Z", 60)]
    [InlineData("2026-11-13T16:00:00Z", "2026-11-16T10:00:00Z", 120)] // over a weekend
    [InlineData("2026-12-24T16:00:00Z", "2026-12-29T10:00:00Z", 120)] // Christmas, and Boxing Day's substitute on Monday 28
    [InlineData("2027-03-26T08:00:00Z", "2027-03-30T09:00:00Z", 60)] // Good Friday to Easter Tuesday, the clocks put forward in between
    [InlineData("2026-11-14T10:00:00Z", "2026-11-15T10:00:00Z", 0)]
    [InlineData("2026-11-12T12:00:00Z", "2026-11-12T11:00:00Z", 0)]
    public void Only_office_hours_of_working_days_count(string from, string until, int minutes) =>
        Assert.Equal(Duration.FromMinutes(minutes), Office().Between(At(from), At(until)));

    [Fact]
    public void A_day_without_an_hour_has_23_and_one_with_an_hour_twice_has_25()
    {
        var always = new BusinessCalendar(london, Week(new OfficeHours(LocalTime.Midnight, LocalTime.Midnight)), _ => false);
        var night = new BusinessCalendar(london, Week(new OfficeHours(new(0, 0), new(1, 30)), new OfficeHours(new(1, 30), new(9, 0))), _ => false);

        Assert.Equal(Duration.FromHours(23), always.Between(At("2027-03-28T00:00:00Z"), At("2027-03-28T23:00:00Z")));
        Assert.Equal(Duration.FromHours(25), always.Between(At("2026-10-24T23:00:00Z"), At("2026-10-26T00:00:00Z")));
        Assert.Equal(Duration.FromHours(8), night.Between(At("2027-03-28T00:00:00Z"), At("2027-03-28T23:00:00Z")));
        Assert.Equal(Duration.FromHours(10), night.Between(At("2026-10-24T23:00:00Z"), At("2026-10-26T00:00:00Z")));
    }

    [Fact]
    public void Where_nobody_ever_answers_no_end_is_promised()
    {
        Assert.Null(new BusinessCalendar(london, Week(new OfficeHours(new(9, 0), new(17, 0))), _ => true).Add(At("2026-11-12T09:42:00Z"), Duration.FromMinutes(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Office().Add(At("2026-11-12T09:42:00Z"), Duration.FromMinutes(-1)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_added_is_what_is_measured_and_more_time_never_ends_sooner(int seed)
    {
        var chance = new Random(seed);
        string[] zones = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "UTC"];
        for (var round = 0; round < 40; round++)
        {
            var (zone, day) = (DateTimeZoneProviders.Tzdb[zones[chance.Next(zones.Length)]], chance.Next(7));
            var (from, until) = (LocalTime.FromMinutesSinceMidnight(chance.Next(700)), LocalTime.FromMinutesSinceMidnight(700 + chance.Next(1, 739)));
            var calendar = new BusinessCalendar(zone, Week(new OfficeHours(from, until)), date => date.Day % 7 == day);
            var start = At("2026-01-01T00:00:00Z") + Duration.FromMinutes(chance.Next(700_000));
            var (time, more) = (Duration.FromMinutes(chance.Next(1, 9_000)), Duration.FromMinutes(chance.Next(1, 900)));

            var end = calendar.Add(start, time)!.Value;
            var later = calendar.Add(start, time + more)!.Value;

            Assert.Equal(time, calendar.Between(start, end));
            Assert.True(calendar.Between(start, end - Duration.FromSeconds(1)) < time, "It is the first such instant.");
            Assert.True(later > end);
            Assert.Equal(calendar.Between(start, later), calendar.Between(start, end) + calendar.Between(end, later));
        }
    }

    private static BusinessCalendar Office() => new(
        london,
        Week(new OfficeHours(new(9, 0), new(17, 0))).Where(day => day.Key is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday)).ToDictionary(),
        date => BankHolidays.Of(date.Year, Nation.EnglandAndWales).Any(holiday => holiday.Day == date.ToDateOnly()));

    private static Dictionary<IsoDayOfWeek, IReadOnlyList<OfficeHours>> Week(params IReadOnlyList<OfficeHours> hours) =>
        Enumerable.Range(1, 7).ToDictionary(day => (IsoDayOfWeek)day, _ => hours);

    private static Instant At(string written) => NodaTime.Text.InstantPattern.General.Parse(written).Value;
}
