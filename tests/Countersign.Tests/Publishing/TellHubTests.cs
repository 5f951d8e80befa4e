using System.Net;
using System.Text;
using Countersign.Accounts;
using Countersign.Channels.Shelf;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>What a hub hears of the newsroom, and when, on both databases.</summary>
public sealed class TellHubTests
{
    private static readonly string[] feeds = ["newsroom/feed.rss", "newsroom/feed.atom", "newsroom/feed.json", "newsroom/newsroom/feed.rss", "newsroom/newsroom/feed.atom", "newsroom/newsroom/feed.json"];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_hub_is_told_of_each_feed_after_a_post_and_after_it_went_once_and_it_is_recorded(DatabaseKind kind)
    {
        await using var hub = new AHub();
        await using var here = await NorthgateAsync(kind, Naming(hub));
        await TellDueAsync(here);
        hub.Calls.Clear();

        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);
        Assert.Empty(hub.Calls);
        await TellDueAsync(here);

        Assert.Equal(feeds.Select(feed => $"http://127.0.0.1:5080/{feed}").Order(), hub.Calls.Select(call => call.Topic).Order());
        await TellDueAsync(here);
        Assert.Equal(feeds.Length, hub.Calls.Count);
        Assert.Equal(["account.hub-told", "account.hub-told", "organisation.hub-told", "organisation.hub-told"], await ActsAsync(here));

        await here.Services.GetRequiredService<IShelf>().RemoveAsync(await here.ReadAsync(db => db.ShelvedPosts.Select(row => row.Key).SingleAsync()), default);
        await TellDueAsync(here);
        Assert.Equal(feeds.Length * 2, hub.Calls.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_hub_that_fails_keeps_no_post_and_is_told_again_less_and_less_often_until_it_takes_it(DatabaseKind kind)
    {
        await using var hub = new AHub { Answer = HttpStatusCode.ServiceUnavailable };
        await using var here = await NorthgateAsync(kind, Naming(hub));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Accepted, (await here.PublicationAsync(post.Id)).State);

        List<TimeSpan> waits = [];
        for (var round = 0; round < 8; round++)
        {
            var next = Assert.IsType<DateTimeOffset>((await TellDueAsync(here))[0]);
            waits.Add(next - here.Clock.GetUtcNow());
            here.Clock.Advance(next - here.Clock.GetUtcNow());
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], waits.Select(wait => wait.TotalMinutes));
        Assert.Equal(["account.hub-silent", "organisation.hub-silent"], await ActsAsync(here));
        Assert.All(await TopicsAsync(here), topic => Assert.Equal(("The hub answered 503.", 8, null), (topic.Trouble, topic.Failures, topic.Told)));

        hub.RetryAfter = 7_200;
        Assert.All(await TellDueAsync(here), next => Assert.Equal(TimeSpan.FromHours(2), next - here.Clock.GetUtcNow()));
        here.Clock.Advance(TimeSpan.FromHours(2));
        hub.Answer = HttpStatusCode.Accepted;
        Assert.All(await TellDueAsync(here), Assert.Null);
        Assert.Equal(["account.hub-silent", "account.hub-told", "organisation.hub-silent", "organisation.hub-told"], await ActsAsync(here));
        Assert.All(await TopicsAsync(here), topic => Assert.Equal((null, 0, topic.Wanted), (topic.Trouble, topic.Failures, topic.Told)));
        Assert.Contains("\"tries\":10", Encoding.UTF8.GetString(Assert.Single(await EntriesAsync(here), entry => entry.Act == "account.hub-told").Leaf), StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_changed_while_no_program_ran_is_told_by_the_next_and_of_two_nodes_one_tells(DatabaseKind kind)
    {
        await using var hub = new AHub();
        await using var here = await NorthgateAsync(kind);
        await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        Assert.Empty(await TellDueAsync(here));
        Assert.Empty(hub.Calls);

        await using var there = await here.AnotherNodeAsync(Naming(hub));
        await using var beside = await here.AnotherNodeAsync(Naming(hub));
        await there.UseAsync<TellHub, bool>(PlanAsync);
        await beside.UseAsync<TellHub, bool>(PlanAsync);
        var told = await Task.WhenAll(ClaimedAsync(there), ClaimedAsync(beside));

        Assert.Equal(2, told.Sum(claims => claims.Count));
        Assert.Equal(feeds.Length, hub.Calls.Count);
    }

    private static Action<IServiceCollection> Naming(AHub hub) => services => services.Configure<NewsroomSettings>(settings => settings.Hub = hub.Address);

    private static async Task<bool> PlanAsync(TellHub tell)
    {
        await tell.PlanAsync(default);
        return true;
    }

    /// <summary>One look of the loop.</summary>
    /// <returns>When each topic that was due is due next; null where it is done.</returns>
    private static async Task<IReadOnlyList<DateTimeOffset?>> TellDueAsync(AnInstallation here)
    {
        await here.UseAsync<TellHub, bool>(PlanAsync);
        return await ClaimedAsync(here);
    }

    private static async Task<IReadOnlyList<DateTimeOffset?>> ClaimedAsync(AnInstallation here)
    {
        List<DateTimeOffset?> all = [];
        foreach (var claim in await here.UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(TellHub.JobKind, TellHub.JobKind, 10, TimeSpan.FromMinutes(5), default)))
        {
            var next = await here.UseAsync<TellHub, DateTimeOffset?>(tell => tell.RunAsync(claim.Id, default));
            await here.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Leaves) : null);
            all.Add(next);
        }

        return all;
    }

    private static Task<List<HubTopic>> TopicsAsync(AnInstallation here) => here.ReadAsync(db => db.HubTopics.AsNoTracking().ToListAsync());

    private static async Task<IReadOnlyList<LedgerEvent>> EntriesAsync(AnInstallation here)
    {
        await here.SequenceAsync();
        return await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(entry => entry.Act.Contains(".hub-")).ToListAsync());
    }

    private static async Task<IEnumerable<string>> ActsAsync(AnInstallation here) => (await EntriesAsync(here)).Select(entry => entry.Act).Order(StringComparer.Ordinal);
}
