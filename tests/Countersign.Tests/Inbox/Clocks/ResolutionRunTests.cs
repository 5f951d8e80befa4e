using System.Globalization;
using Countersign.Inbox;
using Countersign.Inbox.Clocks;

namespace Countersign.Tests.Inbox.Clocks;

/// <summary>How much of the time until a conversation is resolved counts, by examples that can be counted by hand: 09:00 to 17:30 in London, 24 office hours for P3.</summary>
public sealed class ResolutionRunTests
{
    private static readonly ResponseTargets targets = ReadTargets.Of(new InboxSettings(), "Europe/London");

    /// <summary>Wrote, answered, wrote again, and when it is due then.</summary>
    [Theory]
    [InlineData(Priority.P3, "2026-11-09T09:00:00Z", "2026-11-09T11:00:00Z", "2026-11-09T15:00:00Z", "2026-11-12T11:30:00Z")] // 4 h stand on one day: 2 h before, then 2.5, twice 8.5 and 2.5
    [InlineData(Priority.P3, "2026-11-09T16:30:00Z", "2026-11-09T23:30:00Z", "2026-11-10T00:30:00Z", "2026-11-12T15:00:00Z")] // a pause over midnight stands in no office hour
    [InlineData(Priority.P3, "2026-11-13T16:30:00Z", "2026-11-13T17:00:00Z", "2026-11-16T09:30:00Z", "2026-11-18T16:00:00Z")] // a pause over a weekend: half an hour before, the rest from Monday
    [InlineData(Priority.P3, "2026-12-24T16:30:00Z", "2026-12-24T17:30:00Z", "2026-12-29T09:00:00Z", "2026-12-31T15:00:00Z")] // Christmas, Boxing Day and its substitute
    [InlineData(Priority.P3, "2026-10-23T15:30:00Z", "2026-10-23T16:30:00Z", "2026-10-26T09:00:00Z", "2026-10-28T15:00:00Z")] // 16:30 there; the clocks go back in the pause
    [InlineData(Priority.P3, "2027-03-25T16:30:00Z", "2027-03-25T17:30:00Z", "2027-03-30T08:00:00Z", "2027-04-01T14:00:00Z")] // Good Friday, Easter Monday, and the clocks put forward
    [InlineData(Priority.P1, "2026-10-24T22:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T05:00:00Z", "2026-10-25T12:00:00Z")] // 8 h day and night, an hour that comes twice in the pause
    [InlineData(Priority.P1, "2027-03-27T23:00:00Z", "2027-03-28T00:00:00Z", "2027-03-28T02:00:00Z", "2027-03-28T09:00:00Z")] // an hour that does not exist in the pause
    public void What_passes_while_we_wait_for_them_does_not_count(Priority priority, string wrote, string answered, string again, string due)
    {
        var run = ResolutionRun.Begin(At(wrote)).Aim(priority, targets).Pause(At(answered), targets);
        Assert.Equal((null, At(answered), null), (run.RunsSince, run.PausedSince, run.Due));
        Assert.Equal(run.CountedAt(At(answered), priority, targets), run.CountedAt(At(again), priority, targets));

        var goesOn = run.Resume(At(again)).Aim(priority, targets);

        Assert.Equal(At(due), goesOn.Due);
        Assert.Equal(targets.Of(ServiceClock.Resolution, priority), goesOn.CountedAt(goesOn.Due!.Value, priority, targets));
        Assert.True(goesOn.Warn < goesOn.Due);
    }

    [Fact]
    public void Clocks_that_jump_back_count_nothing_twice_and_nothing_below_zero()
    {
        var run = ResolutionRun.Begin(At("2026-11-09T10:00:00Z")).Aim(Priority.P3, targets);

        var early = run.Pause(At("2026-11-09T09:00:00Z"), targets);
        Assert.Equal((At("2026-11-09T10:00:00Z"), 0L, 0L), (early.PausedSince, early.RanMilliseconds, early.OfficeMilliseconds));

        // Read late: written before the answer stood, so what was counted until then stays counted, once.
        var paused = run.Pause(At("2026-11-09T12:00:00Z"), targets);
        var again = paused.Resume(At("2026-11-09T11:00:00Z"));
        Assert.Equal(At("2026-11-09T12:00:00Z"), again.RunsSince);
        Assert.Equal(TimeSpan.FromHours(3), again.CountedAt(At("2026-11-09T13:00:00Z"), Priority.P3, targets));
        Assert.Equal(TimeSpan.FromHours(2), again.CountedAt(At("2026-11-09T08:00:00Z"), Priority.P3, targets));
        Assert.Same(paused, paused.Pause(At("2026-11-09T18:00:00Z"), targets));
        Assert.Same(again, again.Resume(At("2026-11-09T18:00:00Z")));
    }

    [Fact]
    public void A_limit_that_was_over_stays_over_when_they_write_again_and_a_stricter_one_is_over_at_once()
    {
        var late = ResolutionRun.Begin(At("2026-11-09T09:00:00Z")).Aim(Priority.P3, targets);
        Assert.Equal(At("2026-11-11T16:00:00Z"), late.Due);

        var again = late.Pause(At("2026-11-12T10:00:00Z"), targets).Resume(At("2026-11-16T10:00:00Z")).Aim(Priority.P3, targets);
        Assert.Equal(At("2026-11-11T16:00:00Z"), again.Due);

        var urgent = ResolutionRun.Begin(At("2026-11-09T09:00:00Z")).Aim(Priority.P3, targets).Pause(At("2026-11-09T23:00:00Z"), targets).Resume(At("2026-11-10T09:00:00Z"));
        Assert.Equal(At("2026-11-10T09:00:00Z"), urgent.Aim(Priority.P1, targets).Due);
        Assert.Equal(At("2026-11-11T09:00:00Z") + TimeSpan.FromHours(7), urgent.Aim(Priority.P3, targets).Due);
    }

    private static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
