using System.Globalization;
using Countersign.Planning;

namespace Countersign.Tests.Planning;

/// <summary>The rules against the days that gov.uk/bank-holidays published (Open Government Licence), years with substitutes and single days among them.</summary>
public sealed class BankHolidayTests
{
    [Theory]
    [InlineData(Nation.EnglandAndWales, 2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28")]
    [InlineData(Nation.EnglandAndWales, 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28")]
    [InlineData(Nation.EnglandAndWales, 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27")]
    [InlineData(Nation.EnglandAndWales, 2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26")]
    [InlineData(Nation.EnglandAndWales, 2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26")]
    [InlineData(Nation.EnglandAndWales, 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28")]
    [InlineData(Nation.EnglandAndWales, 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28")]
    [InlineData(Nation.Scotland, 2021, "01-01 01-04 04-02 05-03 05-31 08-02 11-30 12-27 12-28")]
    [InlineData(Nation.Scotland, 2022, "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27")]
    [InlineData(Nation.Scotland, 2023, "01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26")]
    [InlineData(Nation.Scotland, 2024, "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26")]
    [InlineData(Nation.Scotland, 2026, "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28")]
    [InlineData(Nation.NorthernIreland, 2024, "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26")]
    [InlineData(Nation.NorthernIreland, 2025, "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26")]
    [InlineData(Nation.NorthernIreland, 2026, "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28")]
    public void The_days_are_those_that_were_published(Nation nation, int year, string published) =>
        Assert.Equal(published, string.Join(' ', BankHolidays.Of(year, nation).Select(holiday => holiday.Day.ToString("MM-dd", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("1818-03-22")]
    [InlineData("2008-03-23")]
    [InlineData("2011-04-24")]
    [InlineData("2019-04-21")]
    [InlineData("2024-03-31")]
    [InlineData("2026-04-05")]
    [InlineData("2038-04-25")]
    [InlineData("2285-03-22")]
    public void Easter_is_on_the_day_of_the_almanacs(string day) =>
        Assert.Equal(day, BankHolidays.EasterOf(int.Parse(day[..4], CultureInfo.InvariantCulture)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Fact]
    public void No_holiday_of_two_hundred_years_is_on_a_weekend_or_twice_on_a_day()
    {
        foreach (var nation in (Nation[])[Nation.EnglandAndWales, Nation.Scotland, Nation.NorthernIreland])
        {
            for (var year = BankHolidays.FirstYear; year < BankHolidays.FirstYear + 200; year++)
            {
                var days = BankHolidays.Of(year, nation).Select(holiday => holiday.Day).ToList();
                Assert.DoesNotContain(days, day => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
                Assert.Equal(days.Count, days.Distinct().Count());
            }
        }
    }

    [Fact]
    public void An_extra_day_comes_on_top_and_a_day_that_is_worked_is_none()
    {
        var fair = new ExtraDay { Id = Guid.NewGuid(), Day = new(2027, 6, 15), Name = "Fair", Nation = Nation.Scotland, IsOff = true, AddedBy = Guid.Empty, AddedAt = default };
        var worked = new ExtraDay { Id = Guid.NewGuid(), Day = new(2027, 3, 29), Name = "Easter Monday", Nation = Nation.EnglandAndWales, IsOff = false, AddedBy = Guid.Empty, AddedAt = default };
        var calendar = new PlanningCalendar(new Dictionary<Guid, PostingPlan>(), [], [fair, worked]);

        Assert.Equal("Fair", calendar.DayOff(new(2027, 6, 15), Nation.Scotland));
        Assert.Null(calendar.DayOff(new(2027, 6, 15), Nation.EnglandAndWales));
        Assert.Null(calendar.DayOff(new(2027, 3, 29), Nation.EnglandAndWales));
        Assert.Equal("Easter Monday", calendar.DayOff(new(2027, 3, 29), Nation.NorthernIreland));
        Assert.Null(calendar.DayOff(new(2027, 12, 27), Nation.None));
    }
}
