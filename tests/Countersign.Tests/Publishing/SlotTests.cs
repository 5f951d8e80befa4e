using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>What a date, a time and a zone mean, also in the nights when the clocks change.</summary>
public sealed class SlotTests
{
    [Theory]
    [InlineData("2026-11-17", "09:00", "Europe/London", "2026-11-17T09:00:00Z")]
    [InlineData("2026-07-17", "09:00", "Europe/London", "2026-07-17T08:00:00Z")]
    [InlineData("2026-07-17", "09:00", "Asia/Kolkata", "2026-07-17T03:30:00Z")]
    [InlineData("2026-07-17", "09:00", "Asia/Kathmandu", "2026-07-17T03:15:00Z")]
    [InlineData("2026-07-17", "00:30", "Pacific/Kiritimati", "2026-07-16T10:30:00Z")]
    [InlineData("2028-02-29", "23:59", "America/New_York", "2028-03-01T04:59:00Z")]
    public void Wall_clock_and_zone_mean_one_instant(string date, string time, string zone, string instant)
    {
        var slot = Taken(Slots.Resolve(date, time, zone));

        Assert.Equal(DateTimeOffset.Parse(instant), slot.Instant);
        Assert.Equal(($"{date}T{time}", zone), (slot.Local, slot.Zone));
        Assert.False(Slots.ComesTwice(slot));
    }

    [Theory]
    [InlineData("2027-03-28", "01:30", "Europe/London")]
    [InlineData("2027-03-28", "01:00", "Europe/London")]
    [InlineData("2027-03-14", "02:59", "America/New_York")]
    [InlineData("2026-10-04", "02:15", "Australia/Lord_Howe")]
    public void A_time_the_clocks_jump_over_is_refused_and_named(string date, string time, string zone)
    {
        var refused = Slots.Resolve(date, time, zone);

        Refused("no-such-time", refused);
        Assert.Contains(time, refused.Refusal!.Sentence, StringComparison.Ordinal);
        Assert.Contains(zone, refused.Refusal.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-03-28", "00:59", "2027-03-28T00:59:00Z")]
    [InlineData("2027-03-28", "02:00", "2027-03-28T01:00:00Z")]
    public void The_minutes_beside_the_jump_exist(string date, string time, string instant) =>
        Assert.Equal(DateTimeOffset.Parse(instant), Taken(Slots.Resolve(date, time, "Europe/London")).Instant);

    [Theory]
    [InlineData("2026-10-25", "01:30", "Europe/London", "2026-10-25T00:30:00Z")]
    [InlineData("2026-11-01", "01:00", "America/New_York", "2026-11-01T05:00:00Z")]
    public void A_time_that_comes_twice_is_the_earlier_one_and_says_so(string date, string time, string zone, string earlier)
    {
        var slot = Taken(Slots.Resolve(date, time, zone));

        Assert.Equal(DateTimeOffset.Parse(earlier), slot.Instant);
        Assert.True(Slots.ComesTwice(slot));
    }

    [Theory]
    [InlineData("2026-11-17", "09:00", "Europe/Atlantis", "no-zone")]
    [InlineData("2026-11-17", "09:00", "", "no-zone")]
    [InlineData("2026-02-29", "09:00", "Europe/London", "bad-time")]
    [InlineData("17/11/2026", "09:00", "Europe/London", "bad-time")]
    [InlineData("2026-11-17", "9 am", "Europe/London", "bad-time")]
    [InlineData("", "", "Europe/London", "bad-time")]
    public void What_is_no_time_is_refused(string date, string time, string zone, string code) => Refused(code, Slots.Resolve(date, time, zone));

    /// <summary>SCH-01: saved again and again, a time must not drift.</summary>
    [Fact]
    public void Shown_and_typed_in_again_ten_times_a_slot_stays_what_it_is() => Prop.ForAll(
        Arb.From(
            from zone in Gen.Elements("Europe/London", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC")
            from minute in Gen.Choose(0, 60 * 24 * 800)
            select (Zone: zone, Local: new LocalDateTime(2026, 1, 1, 0, 0).PlusMinutes(minute))),
        typed =>
        {
            var first = Slots.Resolve(typed.Local.ToString("uuuu-MM-dd", null), typed.Local.ToString("HH:mm", null), typed.Zone);
            if (!first.IsTaken)
                return first.Refusal.Code == "no-such-time";
            var slot = first.Taken;
            for (var save = 0; save < 10; save++)
            {
                var shown = Slots.At(slot.Instant, slot.Zone);
                if (shown != typed.Local)
                    return false;
                slot = Slots.Resolve(shown.ToString("uuuu-MM-dd", null), shown.ToString("HH:mm", null), slot.Zone).Taken!;
            }

            return slot == first.Taken;
        }).QuickCheckThrowOnFailure();

    /// <summary>SCH-01 through the database: what is read back is what was chosen, and the post is due at that instant.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Saved_ten_times_a_draft_keeps_its_slot_and_the_post_is_due_then(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, newsroom, id) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"), Guid.CreateVersion7());
        (string, string, string) slot = ("2027-06-01", "09:00", "Asia/Kolkata");
        for (var save = 0; save < 10; save++)
        {
            Taken(await here.ComposeAsync(id, hannah, $"Version {save}", [newsroom.Id], seen: save, slot: slot));
            Assert.Equal(new Slot("2027-06-01T09:00", "Asia/Kolkata", new DateTimeOffset(2027, 6, 1, 9, 0, 0, TimeSpan.FromHours(5.5))), (await here.DraftAsync(id)).Slot);
        }

        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 10, hannah)).Seal, await here.WhoAsync("Bea")));
        var post = await here.ReadAsync(db => Task.FromResult(db.Publications.Single()));
        Assert.Equal(new DateTimeOffset(2027, 6, 1, 3, 30, 0, TimeSpan.Zero), post.DueAt);
        Assert.Equal(post.DueAt + Draft.Tolerance, post.Until);
    }

    /// <summary>A time is past when its instant is, whatever the clock on its own wall shows.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Past_is_judged_by_the_instant(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, newsroom) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"));

        // It is 09:42 in London, 15:12 in Kolkata and 04:42 in New York.
        Refused("past", await here.ComposeAsync(Guid.CreateVersion7(), hannah, "Words", [newsroom.Id], slot: ("2026-11-12", "09:42", "Europe/London")));
        Refused("past", await here.ComposeAsync(Guid.CreateVersion7(), hannah, "Words", [newsroom.Id], slot: ("2026-11-12", "15:00", "Asia/Kolkata")));
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "Words", [newsroom.Id], slot: ("2026-11-12", "04:43", "America/New_York")));
    }
}
