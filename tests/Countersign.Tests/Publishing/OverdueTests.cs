using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>What could not leave at its time, and what stands still: never sent late, never left alone, always shown to a person.</summary>
public sealed class OverdueTests
{
    private static readonly (string, string, string) noon = ("2026-11-12", "12:00", "Europe/London");

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-06")]
    public async Task What_became_due_while_nothing_ran_is_held_and_leaves_only_when_a_person_says_so(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync(slot: noon);
        Assert.Equal(0, await StartAsync(here));

        here.Clock.Advance(TimeSpan.FromHours(2.3) + TimeSpan.FromMinutes(12));
        Assert.Equal(1, await StartAsync(here));
        await here.DeliverAsync();

        var held = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Held, "It was due while Countersign was not running. Send it now, choose another time, or give it up."), (held.State, held.Note));
        Assert.Empty(network.HandOvers);
        Assert.Equal(DraftStage.Approved, (await here.DraftAsync(post.DraftId)).Stage);
        Assert.Contains((await MorningAsync(here, "Ruth")).Unsettled, shown => shown.Publication.Id == post.Id);
        Assert.Contains((await MorningAsync(here, "Hannah")).Unsettled, shown => shown.Publication.Id == post.Id);

        Refused("not-entitled", await ResolveAsync(here, post, "Hannah"));
        Taken(await ResolveAsync(here, post, "Ruth"));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-06")]
    public async Task After_a_short_stop_posts_leave_and_after_a_long_one_those_past_their_window_are_missed(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var late = await here.AnApprovedPostAsync("Past its window", ("2026-11-12", "11:00", "Europe/London"));
        var held = await here.AnApprovedPostAsync("Overdue", noon);
        var soon = await here.AnApprovedPostAsync("Just due", ("2026-11-12", "12:20", "Europe/London"));
        await StartAsync(here);
        here.Clock.Advance(TimeSpan.FromHours(2.7));

        Assert.Equal(2, await StartAsync(here));
        await here.DeliverAsync();

        Assert.Equal(
            (PublicationState.Missed, PublicationState.Held, PublicationState.Accepted),
            ((await here.PublicationAsync(late.Id)).State, (await here.PublicationAsync(held.Id)).State, (await here.PublicationAsync(soon.Id)).State));
        Assert.Equal("Just due", Assert.Single(network.HandOvers).Text);
        here.Clock.Advance(TimeSpan.FromMinutes(30));
        Refused("too-late", await ResolveAsync(here, held, "Ruth"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_stop_shorter_than_the_tolerance_holds_nothing_and_another_node_that_runs_is_no_outage(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var post = await here.AnApprovedPostAsync(slot: noon);
        here.Clock.Advance(TimeSpan.FromHours(2.4));
        await BeatAsync(here);
        here.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, await StartAsync(here));

        Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(post.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "APR-11")]
    public async Task Lifting_a_lock_after_the_time_of_a_post_asks_a_person_instead_of_sending_late(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (ruth, carol) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"));
        var overdue = await here.AnApprovedPostAsync("Overdue", noon);
        var onTime = await here.AnApprovedPostAsync("On time", ("2026-11-12", "12:15", "Europe/London"));
        var order = Taken(await here.LockAsync(LockScope.Everything, null, ruth)).Subject;
        here.Clock.Advance(TimeSpan.FromHours(2.3) + TimeSpan.FromMinutes(15));
        await here.DeliverAsync();
        await here.ReleaseAsync(order, ruth, carol);
        here.Clock.Advance(TimeSpan.FromSeconds(2));

        await here.DeliverAsync();

        Assert.Equal((PublicationState.Held, PublicationState.Accepted), ((await here.PublicationAsync(overdue.Id)).State, (await here.PublicationAsync(onTime.Id)).State));
        Assert.Equal("On time", Assert.Single(network.HandOvers).Text);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "SCH-13")]
    public async Task A_post_whose_window_closes_while_the_network_wants_to_wait_is_missed_when_it_closes(DatabaseKind kind)
    {
        var network = new RecordingNetwork { Answer = (_, _) => Task.FromResult<Outcome>(new Outcome.NotSent(NotSentKind.RateLimited, TimeSpan.FromHours(5), Because("Too many."))) };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var first = await here.AnApprovedPostAsync("First", noon);
        var behind = await here.AnApprovedPostAsync("Behind it", ("2026-11-12", "12:05", "Europe/London"));
        here.Clock.Advance(TimeSpan.FromHours(2.3) + TimeSpan.FromMinutes(6));
        await here.DeliverAsync();
        Assert.Equal((PublicationState.Waiting, PublicationState.Approved), ((await here.PublicationAsync(first.Id)).State, (await here.PublicationAsync(behind.Id)).State));

        Assert.Equal(0, await WatchAsync(here));
        here.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(2, await WatchAsync(here));

        Assert.All(await here.ReadAsync(db => db.Publications.AsNoTracking().ToListAsync()), post => Assert.Equal(PublicationState.Missed, post.State));
        here.Clock.Advance(TimeSpan.FromHours(6));
        await here.DeliverAsync();
        Assert.Single(network.HandOvers);
        Assert.Contains((await MorningAsync(here, "Hannah")).ToChange, draft => draft.Id == behind.DraftId);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-12")]
    public async Task One_that_is_stuck_in_sending_is_unknown_and_shown_to_a_person_within_its_lease_and_a_minute(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        var (called, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        network.Answer = async (delivery, _) =>
        {
            called.TrySetResult();
            await never.Task;
            return network.Take(delivery);
        };
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        var claim = Assert.Single(await here.ClaimAsync());
        var stuck = Task.Run(() => here.MoveAsync(claim.Id));
        await called.Task;
        here.Clock.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal(0, await WatchAsync(here));
        Assert.Equal((1, false), await HealthAsync(here));

        here.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await WatchAsync(here));

        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
        Assert.Contains((await MorningAsync(here, "Ruth")).Unsettled, shown => shown.Publication.Id == post.Id);
        Assert.Equal((0, false), await HealthAsync(here));
        never.SetResult();
        await here.FinishAsync(claim, await stuck);
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);

        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        Assert.Equal((PublicationState.Accepted, 1), ((await here.PublicationAsync(post.Id)).State, network.HandOvers.Count));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-10")]
    public async Task Health_tells_how_long_the_oldest_due_post_waits_and_not_for_one_that_its_network_makes_wait(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        var post = await here.AnApprovedPostAsync();
        await here.AnApprovedPostAsync("Later", noon);
        here.Clock.Advance(TimeSpan.FromMinutes(7));

        Assert.Equal((null, TimeSpan.FromMinutes(7), 0, null), await StateAsync(here));
        await here.UseAsync<JobQueue, bool>(async queue =>
        {
            await queue.PauseAsync([post.AccountId], here.Clock.GetUtcNow().AddMinutes(1), "rate-limited", default);
            return true;
        });

        Assert.Null((await StateAsync(here)).Overdue);
        async Task<(TimeSpan? Lag, TimeSpan? Overdue, int Beyond, TimeSpan? Unknown)> StateAsync(AnInstallation node)
        {
            var state = await node.UseAsync<DeliveryHealth, DeliveryState>(health => health.ReadAsync(default));
            return (state.Lag, state.Overdue, state.SendingBeyondLease, state.OldestUnknown);
        }
    }

    private static async Task<(int Beyond, bool Well)> HealthAsync(AnInstallation here)
    {
        var state = await here.UseAsync<DeliveryHealth, DeliveryState>(health => health.ReadAsync(default));
        return (state.SendingBeyondLease, state.IsWell);
    }

    private static Task<MorningView> MorningAsync(AnInstallation here, string who) => here.UseAsync<ReadToday, MorningView>(async today => await today.RunAsync(await here.WhoAsync(who), default));

    private static Task<int> StartAsync(AnInstallation here) => here.UseAsync<HoldOverdue, int>(overdue => overdue.AfterOutageAsync(default));

    private static Task<int> WatchAsync(AnInstallation here) => here.UseAsync<WatchDeliveries, int>(watch => watch.RunAsync(default));

    private static Task<DateTimeOffset?> BeatAsync(AnInstallation here) => here.UseAsync<JobQueue, DateTimeOffset?>(queue => queue.BeatAsync(MovePublication.JobKind, default));

    private static async Task<Decision<PublicationMoved>> ResolveAsync(AnInstallation here, Publication post, string who)
    {
        var actor = await here.WhoAsync(who);
        return await here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(resolve => resolve.RunAsync(post.Id, sendAgain: true, actor, default));
    }
}
