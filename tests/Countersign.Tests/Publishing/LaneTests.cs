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

/// <summary>The line in which the posts of one account wait for each other, and who waits for nobody.</summary>
public sealed class LaneTests
{
    private static readonly DateOnly day = new(2026, 11, 12);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Posts_of_one_account_leave_in_due_order_and_one_at_a_time(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        await using var other = await here.AnotherNodeAsync(Instead(network));
        var later = await AtAsync(here, "Third", "12:30");
        var first = await AtAsync(here, "First", "12:10");
        var second = await AtAsync(here, "Second", "12:20");
        Until(here, "12:31");

        var claim = Assert.Single(await here.ClaimAsync());
        Assert.Equal(first.Id, claim.Id);
        Assert.Empty(await other.ClaimAsync());
        await here.FinishAsync(claim, await here.MoveAsync(claim.Id));
        Assert.Equal(second.Id, Assert.Single(await other.ClaimAsync()).Id);
        Assert.Empty(await here.ClaimAsync());
        Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(later.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-08")]
    public async Task One_job_is_claimed_by_one_worker_and_by_another_only_when_its_lease_is_over(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        await using var other = await here.AnotherNodeAsync(Instead(new RecordingNetwork()));
        var posts = await OnAccountsAsync(here, 6);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() => (worker % 2 == 0 ? here : other).ClaimAsync())));
        Assert.Equal(posts.Order(), claims.SelectMany(claim => claim).Select(claim => claim.Id).Order());
        here.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.Empty(await other.ClaimAsync());
        here.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(posts.Order(), (await other.ClaimAsync()).Select(claim => claim.Id).Order());

        // The first worker comes back late: what it says about a job that is not its own any more changes nothing.
        foreach (var claim in claims.SelectMany(claim => claim))
            await here.FinishAsync(claim, null);
        Assert.All(await JobsAsync(here), job => Assert.Null(job.DoneAt));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-09")]
    public async Task A_worker_that_slept_through_its_lease_does_not_end_the_claim_it_took_after_waking(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        await here.AnApprovedPostAsync();
        var before = Assert.Single(await here.ClaimAsync());
        here.Clock.Advance(TimeSpan.FromMinutes(2));
        var after = Assert.Single(await here.ClaimAsync());

        await here.FinishAsync(before, null);
        Assert.Null(Assert.Single(await JobsAsync(here)).DoneAt);
        await here.FinishAsync(after, null);

        Assert.NotNull(Assert.Single(await JobsAsync(here)).DoneAt);
        Assert.Equal((before.Id, before.Number + 1), (after.Id, after.Number));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-08")]
    public async Task However_many_claim_at_once_on_two_nodes_no_account_has_two_on_their_way(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, Instead(new RecordingNetwork()));
        await using var other = await here.AnotherNodeAsync(Instead(new RecordingNetwork()));
        var posts = await OnAccountsAsync(here, 4, each: 5);
        var done = new System.Collections.Concurrent.ConcurrentQueue<Guid>();
        var two = 0;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            var node = worker % 2 == 0 ? here : other;
            while (done.Count < posts.Count)
            {
                foreach (var claim in await node.ClaimAsync(3))
                {
                    var busy = await node.ReadAsync(db => db.Jobs.AsNoTracking().Where(job => job.LockedBy != null && job.DoneAt == null).ToListAsync());
                    Interlocked.Add(ref two, busy.Count - busy.DistinctBy(job => job.Lane).Count());
                    done.Enqueue(claim.Id);
                    await node.FinishAsync(claim, null);
                }
            }
        })));

        Assert.Equal(0, two);
        Assert.Equal(posts.Order(), done.Order());
        var lanes = (await JobsAsync(here)).ToDictionary(job => job.Id, job => job.Lane);
        Assert.All(done.GroupBy(id => lanes[id]), lane => Assert.Equal(posts.Where(id => lanes[id] == lane.Key), lane));
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-15")]
    public async Task What_is_tried_again_soon_keeps_its_place_and_after_a_longer_wait_the_others_pass(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(delivery.Content.Text == "Bad"
            ? new Outcome.NotSent(NotSentKind.Unreachable, null, Because("No road there."))
            : network.Take(delivery));
        await using var here = await NorthgateAsync(kind, Instead(network));
        await AtAsync(here, "Bad", "12:10");
        var good = await AtAsync(here, "Good", "12:11");
        Until(here, "12:12");

        // Pauses of 1, 2 and 4 minutes are within the patience of 5; the fourth, of 8, is not.
        foreach (var minutes in new[] { 1.1, 2.2, 4.4 })
        {
            await here.DeliverAsync();
            Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(good.Id)).State);
            here.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        await here.DeliverAsync();

        Assert.Equal(["Bad", "Bad", "Bad", "Bad", "Good"], network.HandOvers.Select(handOver => handOver.Text));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_that_waits_for_a_person_or_for_a_look_holds_up_nobody(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(delivery.Content.Text switch
        {
            "Unknown" => new Outcome.Unknown(Because("The line broke.")),
            "Refused" => new Outcome.Rejected(RejectKind.ContentPolicy, Because("Not here.")),
            _ => network.Take(delivery),
        });
        await using var here = await NorthgateAsync(kind, Instead(network));
        await AtAsync(here, "Unknown", "12:10");
        await AtAsync(here, "Refused", "12:11");
        var good = await AtAsync(here, "Good", "12:12");
        Until(here, "12:13");

        await here.DeliverAsync();

        Assert.Equal(["Unknown", "Refused", "Good"], network.HandOvers.Select(handOver => handOver.Text));
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(good.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_on_one_author_lets_the_account_s_other_posts_pass(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var (hannah, bea, ruth) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ruth"));
        await AtAsync(here, "Hannah's", "12:10");
        var boris = await here.JoinAsync("Boris Brand", [new RoleGrant(Role.Brand)]);
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, bea, "Bea's", [(await here.AccountAsync("newsroom")).Id], slot: ("2026-11-12", "12:11", "Europe/London")));
        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, bea)).Seal, boris));
        Taken(await here.LockAsync(LockScope.Person, hannah.Id, ruth));
        Until(here, "12:12");

        await here.DeliverAsync();

        Assert.Equal("Bea's", Assert.Single(network.HandOvers).Text);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-36")]
    public async Task When_the_network_says_wait_the_account_s_other_posts_wait_too_and_still_do_after_a_restart(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(network.HandOvers.Count == 1
            ? new Outcome.NotSent(NotSentKind.RateLimited, TimeSpan.FromMinutes(17), Because("Too many."))
            : network.Take(delivery));
        await using var here = await NorthgateAsync(kind, Instead(network));
        await AtAsync(here, "First", "12:10");
        await AtAsync(here, "Second", "12:11");
        Until(here, "12:12");
        await here.DeliverAsync();
        Assert.Single(network.HandOvers);

        await using var restarted = await here.AnotherNodeAsync(Instead(network));
        here.Clock.Advance(TimeSpan.FromMinutes(16));
        await restarted.DeliverAsync();
        Assert.Single(network.HandOvers);
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await restarted.DeliverAsync();

        Assert.Equal(3, network.HandOvers.Count);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-36")]
    public async Task An_accepted_post_whose_answer_says_the_room_is_used_up_makes_the_next_one_wait(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(network.Take(delivery) with { PauseFor = TimeSpan.FromMinutes(9) });
        await using var here = await NorthgateAsync(kind, Instead(network));
        await AtAsync(here, "First", "12:10");
        await AtAsync(here, "Second", "12:11");
        Until(here, "12:12");

        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromMinutes(8));
        await here.DeliverAsync();
        Assert.Single(network.HandOvers);
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.DeliverAsync();

        Assert.Equal(2, network.HandOvers.Count);
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-37")]
    public async Task One_account_s_limit_leaves_the_others_alone_unless_the_network_counts_them_together(DatabaseKind kind)
    {
        foreach (var (counts, gone) in new[] { (CountedTogether.Account, 3), (CountedTogether.Server, 1), (CountedTogether.Network, 1) })
        {
            var network = new RecordingNetwork { Counts = counts };
            network.Answer = (delivery, _) => Task.FromResult<Outcome>(network.HandOvers.Count == 1
                ? new Outcome.NotSent(NotSentKind.RateLimited, TimeSpan.FromMinutes(17), Because("Too many."))
                : network.Take(delivery));
            await using var here = await NorthgateAsync(kind, Instead(network));
            await OnAccountsAsync(here, 3);

            while (await here.ClaimAsync(1) is [var claim])
                await here.FinishAsync(claim, await here.MoveAsync(claim.Id));

            Assert.Equal(gone, network.HandOvers.Count);
        }
    }

    [Theory, ClassData(typeof(BothDatabases)), Trait("case", "PUB-39")]
    public async Task Where_a_network_has_retired_the_interface_all_its_posts_wait_and_none_fails(DatabaseKind kind)
    {
        var (network, retired) = (new RecordingNetwork(), true);
        network.Answer = (delivery, _) => Task.FromResult<Outcome>(retired ? new Outcome.Rejected(RejectKind.ConnectorOutdated, Because("Retired.")) : network.Take(delivery));
        await using var here = await NorthgateAsync(kind, Instead(network));
        var posts = await OnAccountsAsync(here, 3);

        while (await here.ClaimAsync(1) is [var claim])
            await here.FinishAsync(claim, await here.MoveAsync(claim.Id));
        Assert.Single(network.HandOvers);
        Assert.Equal("connector-outdated", Assert.Single(await here.ReadAsync(db => db.LanePauses.AsNoTracking().Select(pause => pause.Why).Distinct().ToListAsync())));
        here.Clock.Advance(TimeSpan.FromMinutes(59));
        await here.DeliverAsync();
        Assert.Single(network.HandOvers);

        retired = false;
        here.Clock.Advance(TimeSpan.FromMinutes(2));
        await here.DeliverAsync();
        Assert.Equal(4, network.HandOvers.Count);
        foreach (var post in posts)
            Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post)).State);
    }

    private static void Until(AnInstallation here, string time) => here.Clock.Advance(day.ToDateTime(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)) - here.Clock.GetUtcNow().UtcDateTime);

    private static Task<List<Job>> JobsAsync(AnInstallation here) => here.ReadAsync(db => db.Jobs.AsNoTracking().ToListAsync());

    private static Task<Publication> AtAsync(AnInstallation here, string text, string time) =>
        here.AnApprovedPostAsync(text, slot: (day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), time, "Europe/London"));

    /// <summary>Approved posts on accounts of the newsroom's network, in due order within each.</summary>
    private static async Task<IReadOnlyList<Guid>> OnAccountsAsync(AnInstallation here, int accounts, int each = 1)
    {
        var (ada, hannah, bea) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var site = await here.ReadAsync(db => db.Sites.AsNoTracking().Select(row => row.Id).FirstAsync());
        var ids = new List<Guid>();
        for (var number = 0; number < accounts; number++)
            ids.Add(Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("newsroom", site, $"desk-{number}", $"Desk {number}", null, null), ada, default))).Subject);
        for (var round = 0; round < each; round++)
        {
            foreach (var account in ids)
            {
                var id = Guid.CreateVersion7();
                Taken(await here.ComposeAsync(id, hannah, $"Post {round} on desk {ids.IndexOf(account)}", [account]));
                Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, hannah)).Seal, bea));
                here.Clock.Advance(TimeSpan.FromMilliseconds(2));
            }
        }

        await here.SequenceAsync();
        return await here.ReadAsync(db => db.Publications.AsNoTracking().OrderBy(row => row.DueAt).Select(row => row.Id).ToListAsync());
    }
}
