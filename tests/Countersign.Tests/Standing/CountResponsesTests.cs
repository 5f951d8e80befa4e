using Countersign.Channels;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Standing;

/// <summary>What others did with our posts, as their network counts it.</summary>
public sealed class CountResponsesTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task It_is_counted_every_quarter_of_an_hour_for_thirty_days_and_what_is_not_answered_keeps_its_time(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        await here.AWatchedAccountAsync();
        var post = await here.AStandingPostAsync();
        network.Counts = new() { [post.RemoteId!] = new Responses(3, null, 0, 1) };
        Assert.Equal([post.RemoteId!], Assert.Single(network.Counted));
        Assert.Null(await CountedAsync(here, post.Id));

        // A post of which nothing was said is asked for again at the next turn.
        await here.WatchAsync();
        var first = here.Clock.GetUtcNow();
        Assert.Equal((3, null, 0, 1, first), Of(await CountedAsync(here, post.Id)));

        network.Counts[post.RemoteId!] = new Responses(4, null, 2, 1);
        here.Clock.Advance(TimeSpan.FromMinutes(14));
        await here.WatchAsync();
        Assert.Equal((2, first), (network.Counted.Count, (await CountedAsync(here, post.Id))!.CountedAt));
        here.Clock.Advance(TimeSpan.FromMinutes(1));
        await here.WatchAsync();
        var second = here.Clock.GetUtcNow();
        Assert.Equal((4, null, 2, 1, second), Of(await CountedAsync(here, post.Id)));

        network.Counts = null;
        here.Clock.Advance(TimeSpan.FromMinutes(15));
        await here.WatchAsync();
        Assert.Equal((4, null, 2, 1, second), Of(await CountedAsync(here, post.Id)));

        var asked = network.Counted.Count;
        here.Clock.Advance(TimeSpan.FromDays(30));
        await here.WatchAsync();
        Assert.Equal(asked, network.Counted.Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_turn_asks_for_as_many_as_the_network_takes_the_longest_unasked_first_and_for_nothing_that_is_not_ours(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        network.PostPast(account, "Another pointless all-hands.", here.Clock.GetUtcNow());
        var posts = new List<string>();
        for (var at = 0; at < 3; at++)
            posts.Add((await here.AStandingPostAsync($"We open on day {at} at ten.")).RemoteId!);
        network.Counts = posts.ToDictionary(id => id, _ => new Responses(1, 1, 1, 1));
        network.Counted.Clear();

        await here.WatchAsync();
        await here.WatchAsync();
        await here.WatchAsync();

        Assert.Equal([posts[0], posts[1], posts[2]], network.Counted.SelectMany(ids => ids));
        Assert.Equal([2, 1], network.Counted.Select(ids => ids.Count));
        Assert.Equal(3, await here.ReadAsync(db => db.Responses.CountAsync()));
    }

    private static Task<PostResponses?> CountedAsync(AnInstallation here, Guid publication) => here.ReadAsync(db => (
        from post in db.StandingPosts
        where post.PublicationId == publication
        join counted in db.Responses on post.Id equals counted.StandingId
        select counted).AsNoTracking().SingleOrDefaultAsync());

    private static (long?, long?, long?, long?, DateTimeOffset) Of(PostResponses? counted) =>
        (counted!.Likes, counted.Reposts, counted.Replies, counted.Quotes, counted.CountedAt);
}
