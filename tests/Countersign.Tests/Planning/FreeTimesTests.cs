using Countersign.Decisions;
using Countersign.Planning;

namespace Countersign.Tests.Planning;

public sealed class FreeTimesTests
{
    private const string London = "Europe/London";

    /// <summary>Thursday.</summary>
    private static readonly DateTimeOffset now = new(2026, 11, 12, 9, 42, 0, TimeSpan.Zero);

    private static readonly AccountRef leeds = new(Guid.NewGuid(), Guid.NewGuid());
    private static readonly AccountRef york = new(Guid.NewGuid(), leeds.SiteId);

    [Fact]
    public void The_next_preferred_time_is_offered_first()
    {
        var plan = APlan(new(DayOfWeek.Friday, "08:15"), new(DayOfWeek.Monday, "17:00"));

        Assert.Equal(["2026-11-13 08:15", "2026-11-16 17:00", "2026-11-20 08:15"], Find(plan));
    }

    [Fact]
    public void Without_a_plan_weekdays_are_offered() =>
        Assert.Equal(["2026-11-12 10:00", "2026-11-12 14:00", "2026-11-13 10:00"], Find(null));

    [Fact]
    public void Quiet_hours_over_midnight_are_passed_over()
    {
        var plan = APlan(new(DayOfWeek.Friday, "06:59"), new(DayOfWeek.Friday, "07:00"), new(DayOfWeek.Friday, "21:59"), new(DayOfWeek.Friday, "22:00"));
        (plan.QuietFrom, plan.QuietUntil) = ("22:00", "07:00");

        Assert.Equal(["2026-11-13 07:00", "2026-11-13 21:59", "2026-11-20 07:00"], Find(plan));
    }

    [Fact]
    public void Bank_holidays_of_the_accounts_nation_are_passed_over_with_the_reason()
    {
        var plan = APlan(new PreferredTime(DayOfWeek.Friday, "09:00"));
        plan.Holidays = Nation.EnglandAndWales;
        var found = FreeTimes.Find([new BusyAccount(leeds, "Leeds", [])], Calendar(plan), London, new(2026, 12, 24, 12, 0, 0, TimeSpan.Zero), 1);

        // Christmas Day and New Year's Day 2027 are both Fridays.
        Assert.Equal("2027-01-08", Assert.Single(found.Times).Date);
        Assert.Equal(["2026-12-25 is Christmas Day", "2027-01-01 is New Year’s Day"], found.PassedOver);
    }

    [Fact]
    public void A_blackout_of_either_force_is_passed_over()
    {
        var plan = APlan(new PreferredTime(DayOfWeek.Friday, "09:00"));
        var blackout = new Blackout { Id = Guid.NewGuid(), Scope = BlackoutScope.Site, TargetId = leeds.SiteId, Force = BlackoutForce.Warn, From = now, Until = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero), Reason = "Results", ReasonCommitment = null, PlacedBy = Guid.Empty, PlacedAt = now };

        // The end is not in it.
        Assert.Equal(["2026-11-20 09:00", "2026-11-27 09:00", "2026-12-04 09:00"], Find(plan, blackout));
    }

    [Fact]
    public void Posts_of_one_account_keep_their_distance_and_those_of_another_do_not_matter()
    {
        var plan = APlan(new(DayOfWeek.Friday, "09:00"), new(DayOfWeek.Friday, "12:00"));
        plan.MinutesApart = 120;
        DateTimeOffset[] taken = [new(2026, 11, 13, 10, 30, 0, TimeSpan.Zero)];

        var near = FreeTimes.Find([new BusyAccount(leeds, "Leeds", taken)], Calendar(plan), London, now, 1);
        var elsewhere = FreeTimes.Find([new BusyAccount(leeds, "Leeds", []), new BusyAccount(york, "York", taken)], Calendar(plan), London, now, 1);

        Assert.Equal("2026-11-20", Assert.Single(near.Times).Date);
        Assert.Contains("2026-11-13 09:00 is too close to another post on Leeds", near.PassedOver);
        Assert.Equal("2026-11-13", Assert.Single(elsewhere.Times).Date);
    }

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_no_time_and_the_wall_clock_stays()
    {
        var plan = APlan(new(DayOfWeek.Sunday, "01:30"), new(DayOfWeek.Monday, "09:00"));
        var found = FreeTimes.Find([new BusyAccount(leeds, "Leeds", [])], Calendar(plan), London, new(2027, 3, 26, 12, 0, 0, TimeSpan.Zero), 2);

        Assert.Equal(["2027-03-29 09:00", "2027-04-04 01:30"], found.Times.Select(time => $"{time.Date} {time.Time}"));
        Assert.Equal(new DateTimeOffset(2027, 3, 29, 8, 0, 0, TimeSpan.Zero), found.Times[0].Instant);
    }

    [Fact]
    public void Nothing_is_offered_where_nothing_is_free()
    {
        var plan = APlan(new PreferredTime(DayOfWeek.Friday, "09:00"));
        (plan.QuietFrom, plan.QuietUntil) = ("08:00", "10:00");

        var found = FreeTimes.Find([new BusyAccount(leeds, "Leeds", [])], Calendar(plan), London, now, 3);

        Assert.Empty(found.Times);
        Assert.Equal(["09:00 is in the quiet hours of Leeds"], found.PassedOver);
    }

    private static PostingPlan APlan(params PreferredTime[] times) => new() { AccountId = leeds.Id, Times = times, Zone = London };

    private static PlanningCalendar Calendar(PostingPlan? plan, params Blackout[] blackouts) =>
        new(plan is null ? new Dictionary<Guid, PostingPlan>() : new Dictionary<Guid, PostingPlan> { [plan.AccountId] = plan }, blackouts, []);

    private static IEnumerable<string> Find(PostingPlan? plan, params Blackout[] blackouts) =>
        FreeTimes.Find([new BusyAccount(leeds, "Leeds", [])], Calendar(plan, blackouts), London, now, 3).Times.Select(time => $"{time.Date} {time.Time}");
}
