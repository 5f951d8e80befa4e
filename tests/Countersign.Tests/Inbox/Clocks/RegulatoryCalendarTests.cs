using System.Globalization;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;
using Countersign.Planning;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>When periods of regulation end, counted by hand; the office shuts at 17:30 in London.</summary>
public sealed class RegulatoryCalendarTests
{
    [Theory]
    [InlineData(RegulatoryClock.ComplaintAcknowledged, "2026-11-13T16:00:00Z", "2026-11-16T17:30:00Z")] // Friday to Monday
    [InlineData(RegulatoryClock.ComplaintAcknowledged, "2026-12-24T10:00:00Z", "2026-12-29T17:30:00Z")] // Christmas, a weekend, and Boxing Day's substitute
    [InlineData(RegulatoryClock.ComplaintSummary, "2026-11-14T12:00:00Z", "2026-11-18T17:30:00Z")] // a Saturday is the day of receipt
    [InlineData(RegulatoryClock.ComplaintSummary, "2027-03-25T10:00:00Z", "2027-04-01T16:30:00Z")] // Good Friday, Easter Monday, and the clocks put forward
    [InlineData(RegulatoryClock.ComplaintSummary, "2026-10-22T23:30:00Z", "2026-10-28T17:30:00Z")] // Friday there already, and the clocks put back
    [InlineData(RegulatoryClock.ComplaintFinal, "2026-10-01T12:00:00Z", "2026-11-26T13:00:00Z")] // 13:00 there, in summer and in winter
    [InlineData(RegulatoryClock.DefamationNotice, "2026-11-13T10:00:00Z", "2026-11-17T10:00:00Z")] // 14 hours of Friday, 24 of Monday, 10 of Tuesday
    [InlineData(RegulatoryClock.DefamationNotice, "2026-10-23T10:00:00Z", "2026-10-27T11:00:00Z")] // Friday ends at 23:00Z
    [InlineData(RegulatoryClock.DefamationNotice, "2026-12-24T12:00:00Z", "2026-12-30T12:00:00Z")]
    [InlineData(RegulatoryClock.BreachReport, "2026-10-24T12:00:00Z", "2026-10-27T12:00:00Z")] // by the hour, whatever the day
    [InlineData(RegulatoryClock.SubjectRequest, "2026-10-15T12:00:00Z", "2026-11-16T00:00:00Z")]
    [InlineData(RegulatoryClock.SubjectRequest, "2027-01-31T12:00:00Z", "2027-03-01T00:00:00Z")] // no 31 February: its last day
    [InlineData(RegulatoryClock.DataComplaint, "2027-03-01T10:00:00Z", "2027-03-31T23:00:00Z")] // the day ends in summer time
    public void A_period_ends_when_its_rule_says(RegulatoryClock clock, string from, string due) =>
        Assert.Equal(At(due), Calendar(Nation.EnglandAndWales).DueAt(clock, At(from)));

    [Fact]
    public void Business_days_are_those_of_the_nation_that_is_kept_and_a_notice_counts_those_of_England_and_Wales()
    {
        // 30 November is St Andrew's Day.
        Assert.Equal(At("2026-12-01T17:30:00Z"), Calendar(Nation.Scotland).DueAt(RegulatoryClock.ComplaintAcknowledged, At("2026-11-27T12:00:00Z")));
        Assert.Equal(At("2026-11-30T17:30:00Z"), Calendar(Nation.NorthernIreland).DueAt(RegulatoryClock.ComplaintAcknowledged, At("2026-11-27T12:00:00Z")));
        Assert.Equal(At("2026-12-01T12:00:00Z"), Calendar(Nation.Scotland).DueAt(RegulatoryClock.DefamationNotice, At("2026-11-27T12:00:00Z")));
        Assert.Equal(At("2026-12-29T17:30:00Z"), Calendar(Nation.None).DueAt(RegulatoryClock.ComplaintAcknowledged, At("2026-12-24T10:00:00Z")));
        Assert.Equal(TimeSpan.FromHours(36), RegulatoryCalendar.NoticeTime(At("2026-11-27T12:00:00Z"), At("2026-12-01T00:00:00Z")));
    }

    [Fact]
    public void Every_period_is_started_by_a_label_that_people_can_give_and_says_where_it_is_written()
    {
        Assert.Equal(Enum.GetValues<RegulatoryClock>(), RegulatoryPeriod.All.Select(period => period.Clock));
        Assert.All(RegulatoryPeriod.All, period =>
        {
            Assert.Contains(period.Label, Priorities.Labels);
            Assert.Contains(period.Clock, RegulatoryPeriod.SettledBy(period.Clock));
            Assert.NotEmpty(period.Basis);
        });
    }

    private static RegulatoryCalendar Calendar(Nation nation) => ReadTargets.Of(new InboxSettings { Holidays = nation }, "Europe/London").Regulation;

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
