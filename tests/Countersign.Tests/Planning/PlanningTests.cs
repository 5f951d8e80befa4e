using System.Globalization;
using Countersign.Decisions;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Planning;

public sealed class PlanningTests
{
    private const string London = "Europe/London";
    private static readonly PlanTerms usual = new(3, [DayOfWeek.Friday, DayOfWeek.Monday], [new(DayOfWeek.Friday, "09:00")], London, 90, "22:00", "07:00", Nation.EnglandAndWales);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_head_of_communications_sets_a_plan_and_nobody_else_does(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var newsroom = await here.AccountAsync("newsroom");
        var entries = await EntriesAsync(here, "plan.set");

        Refused("not-entitled", await SetAsync(here, newsroom.Id, usual, "Hannah"));
        Taken(await SetAsync(here, newsroom.Id, usual, "Ruth"));
        Taken(await SetAsync(here, newsroom.Id, usual with { PerWeek = 5 }, "Ruth"));

        var plan = await here.ReadAsync(db => db.PostingPlans.AsNoTracking().SingleAsync());
        Assert.Equal(5, plan.PerWeek);
        Assert.Equal([DayOfWeek.Monday, DayOfWeek.Friday], plan.Days);
        Assert.Equal(entries + 3, await EntriesAsync(here, "plan.set"));
    }

    [Theory]
    [InlineData("bad-count")]
    [InlineData("bad-distance")]
    [InlineData("no-zone")]
    [InlineData("bad-time")]
    [InlineData("bad-quiet")]
    public void A_plan_that_makes_no_sense_is_refused_by_name(string code)
    {
        var terms = code switch
        {
            "bad-count" => usual with { PerWeek = PostingPlan.MostPerWeek + 1 },
            "bad-distance" => usual with { MinutesApart = -1 },
            "no-zone" => usual with { Zone = "Europe/Leeds" },
            "bad-time" => usual with { Times = [new(DayOfWeek.Friday, "9am")] },
            _ => usual with { QuietUntil = null },
        };
        var account = new AccountRef(Guid.NewGuid(), Guid.NewGuid());

        Refused(code, new PostingPlan { AccountId = account.Id }.Set(terms, account, new Actor(Guid.NewGuid(), "Ruth", [new RoleGrant(Role.Comms)]), default));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_is_planned_or_sent_into_a_blackout_that_refuses_and_what_stood_there_is_listed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, newsroom) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"));
        var day = DateOnly.FromDateTime(here.Clock.GetUtcNow().UtcDateTime).AddDays(5);
        var slot = (day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "12:00", London);
        var before = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(before, hannah, "Planned before", [newsroom.Id], slot: slot));

        var placed = Taken(await PlaceAsync(here, Wish(day, BlackoutForce.Refuse), "Ruth"));

        Refused("blackout", await here.ComposeAsync(Guid.CreateVersion7(), hannah, "Planned after", [newsroom.Id], slot: slot));
        Refused("blackout", await here.SendAsync(before, 1, hannah));
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "The day after", [newsroom.Id], slot: (day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "12:00", London)));
        var blackout = await here.ReadAsync(db => db.Blackouts.AsNoTracking().SingleAsync());
        var listed = await here.UseAsync<PostsInBlackout, IReadOnlyList<PlannedDelivery>>(posts => posts.ListAsync(blackout, hannah, default));
        Assert.Equal(before, Assert.Single(listed).DraftId);

        Refused("not-entitled", await LiftAsync(here, placed.Subject, "Hannah"));
        Taken(await LiftAsync(here, placed.Subject, "Daniel"));
        Refused("lifted", await LiftAsync(here, placed.Subject, "Daniel"));
        Taken(await here.SendAsync(before, 1, hannah));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_blackout_that_warns_stops_nothing_and_its_reason_is_sealed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, newsroom) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"));
        var day = DateOnly.FromDateTime(here.Clock.GetUtcNow().UtcDateTime).AddDays(5);
        Taken(await PlaceAsync(here, Wish(day, BlackoutForce.Warn), "Daniel"));

        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "All the same", [newsroom.Id], slot: (day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), "12:00", London)));

        await here.SequenceAsync();
        var entries = await here.SqlAsync("select leaf from ledger_event where act = 'blackout.placed'");
        Assert.DoesNotContain("Mourning", System.Text.Encoding.UTF8.GetString((byte[])entries.Single()[0]!), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_would_go_out_at_once_is_not_signed_in_a_blackout(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, seal) = await here.AWaitingDraftAsync();
        var now = here.Clock.GetUtcNow();
        Taken(await PlaceAsync(here, new BlackoutWish(BlackoutScope.Organisation, null, BlackoutForce.Refuse, now, now.AddHours(2), "Mourning"), "Ruth"));
        var bea = await here.WhoAsync("Bea");

        Refused("blackout", await here.ApproveAsync(id, seal, bea));
        here.Clock.Advance(TimeSpan.FromHours(2));
        Taken(await here.ApproveAsync(id, seal, bea));
    }

    [Fact]
    public void A_blackout_is_placed_by_those_who_answer_for_all_it_reaches()
    {
        var (site, account) = (Guid.NewGuid(), Guid.NewGuid());
        AccountRef[] accounts = [new(account, site)];
        bool May(BlackoutScope scope, Guid? target, RoleGrant grant) => Blackout.MayPlace(scope, target, accounts, new Actor(Guid.NewGuid(), "", [grant]));

        Assert.True(May(BlackoutScope.Organisation, null, new(Role.Comms)));
        Assert.False(May(BlackoutScope.Organisation, null, new(Role.Comms, SiteId: site)));
        Assert.True(May(BlackoutScope.Site, site, new(Role.Compliance, SiteId: site)));
        Assert.False(May(BlackoutScope.Site, site, new(Role.Comms, AccountId: account)));
        Assert.True(May(BlackoutScope.Account, account, new(Role.Comms, AccountId: account)));
        Assert.False(May(BlackoutScope.Account, account, new(Role.Author)));
        Assert.False(May(BlackoutScope.Account, Guid.NewGuid(), new(Role.Comms, SiteId: site)));
    }

    [Theory]
    [InlineData("backwards", 5, 4, "Mourning")]
    [InlineData("too-long", 1, 400, "Mourning")]
    [InlineData("past", -3, -2, "Mourning")]
    [InlineData("no-reason", 1, 2, " ")]
    public void A_blackout_that_makes_no_sense_is_refused_by_name(string code, int from, int until, string reason)
    {
        var now = new DateTimeOffset(2026, 11, 12, 9, 0, 0, TimeSpan.Zero);
        Refused(code, PlaceBlackout.Decide(new BlackoutWish(BlackoutScope.Organisation, null, BlackoutForce.Refuse, now.AddDays(from), now.AddDays(until), reason), true, [], new Actor(Guid.NewGuid(), "Ruth", [new RoleGrant(Role.Comms)]), now));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_day_is_listed_once_for_whom_it_is_and_taken_away_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var ruth = await here.WhoAsync("Ruth");
        var hannah = await here.WhoAsync("Hannah");
        Task<Decision<ExtraDayAdded>> AddAsync(Actor by) => here.UseAsync<KeepExtraDays, Decision<ExtraDayAdded>>(days => days.AddAsync(new(2027, 6, 15), "Fair", Nation.Scotland, true, by, default));

        Refused("not-entitled", await AddAsync(hannah));
        var added = Taken(await AddAsync(ruth));
        Refused("already-there", await AddAsync(ruth));
        var calendar = await here.UseAsync<PlanningReader, PlanningCalendar>(reader => reader.ReadAsync(default));
        Assert.Equal("Fair", calendar.DayOff(new(2027, 6, 15), Nation.Scotland));
        Taken(await here.UseAsync<KeepExtraDays, Decision<ExtraDayRemoved>>(days => days.RemoveAsync(added.Subject, ruth, default)));
        Assert.Equal(0, await here.ReadAsync(db => db.ExtraDays.CountAsync()));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_queue_passes_over_what_is_taken_on_an_account_but_not_the_posts_own_time(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, newsroom) = (await here.WhoAsync("Hannah"), await here.AccountAsync("newsroom"));
        Taken(await SetAsync(here, newsroom.Id, usual, "Ruth"));
        Task<FreeTimes> FindAsync(Guid draft) => here.UseAsync<FindFreeTime, FreeTimes>(find => find.RunAsync(draft, [newsroom.Id], London, 1, default));
        var first = Assert.Single((await FindAsync(Guid.NewGuid())).Times);
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, hannah, "The first", [newsroom.Id], slot: (first.Date, first.Time, first.Zone)));

        Assert.Equal(first, Assert.Single((await FindAsync(id)).Times));
        Assert.Equal(first.Instant.AddDays(7), Assert.Single((await FindAsync(Guid.NewGuid())).Times).Instant);

        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, await here.WhoAsync("Bea")));
        Assert.Equal(first.Instant.AddDays(7), Assert.Single((await FindAsync(Guid.NewGuid())).Times).Instant);
    }

    private static BlackoutWish Wish(DateOnly day, BlackoutForce force) =>
        new(BlackoutScope.Organisation, null, force, Slots.StartOf(day, London), Slots.StartOf(day.AddDays(1), London), "Mourning");

    private static async Task<Decision<PlanSet>> SetAsync(AnInstallation here, Guid account, PlanTerms terms, string who)
    {
        var by = await here.WhoAsync(who);
        return await here.UseAsync<SetPostingPlan, Decision<PlanSet>>(set => set.RunAsync(account, terms, by, default));
    }

    private static async Task<Decision<BlackoutPlaced>> PlaceAsync(AnInstallation here, BlackoutWish wish, string who)
    {
        var by = await here.WhoAsync(who);
        return await here.UseAsync<PlaceBlackout, Decision<BlackoutPlaced>>(place => place.RunAsync(wish, by, default));
    }

    private static async Task<Decision<BlackoutLifted>> LiftAsync(AnInstallation here, Guid id, string who)
    {
        var by = await here.WhoAsync(who);
        return await here.UseAsync<LiftBlackout, Decision<BlackoutLifted>>(lift => lift.RunAsync(id, by, default));
    }

    private static async Task<int> EntriesAsync(AnInstallation here, string act) => (await here.SqlAsync($"select 1 from ledger_event where act = '{act}'")).Count;
}
