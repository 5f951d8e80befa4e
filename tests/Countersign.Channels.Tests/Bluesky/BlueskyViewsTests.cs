using System.Text.Json;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>What readers of the network are shown of our posts: by its real public views, which lag some seconds behind what is written.</summary>
public sealed class BlueskyViewsTests : IAsyncLifetime
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    private BlueskyNetwork network = null!;
    private ChannelUnderTest ours = null!;
    private ChannelUnderTest bob = null!;

    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedWithViewsAsync();
        ours = OnBluesky.Open(network, network.Alice, network.Server);
        bob = OnBluesky.Open(network, network.Bob, network.Server);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Readers_see_a_thread_as_one_conversation_in_its_order()
    {
        var first = await SentAsync(ours, Some.Words("One of three") with { Part = new ThreadPart(1, 3) });
        var second = await SentAsync(ours, Some.Words("Two of three") with { Part = new ThreadPart(2, 3), ReplyTo = first });
        var third = await SentAsync(ours, Some.Words("Three of three") with { Part = new ThreadPart(3, 3), ReplyTo = second });

        var thread = await SeenAsync(
            $"app.bsky.feed.getPostThread?depth=6&uri={Uri.EscapeDataString(first.Id)}",
            answer => answer.GetProperty("thread") is var top && Reply(top) is { } next && Reply(next) is not null);

        var (top, next) = (thread.GetProperty("thread"), Reply(thread.GetProperty("thread"))!.Value);
        Assert.Equal((first.Id, second.Id, third.Id), (UriOf(top), UriOf(next), UriOf(Reply(next)!.Value)));
    }

    [Fact]
    public async Task The_other_side_is_told_of_a_reply_a_quote_and_a_repost()
    {
        var question = await SentAsync(bob, Some.Words("Is the bridge open?"));

        // Whoever answers has read it. An answer that the views see before its question tells nobody.
        await SeenAsync(PostsQuery(question), posts => TextOf(posts) is not null);
        var answer = await SentAsync(ours, Some.Words("Since six this morning.") with { ReplyTo = question });
        var quote = await SentAsync(ours, Some.Words("Asked and answered") with { Quotes = question });
        var repost = Assert.IsType<Outcome.Accepted>(await Reposts.RepostAsync(new Repost(ours.Mint(), ours.Account, question, TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken)).Remote;

        var told = await SeenAsync(
            "app.bsky.notification.listNotifications",
            list => new[] { answer.Id, quote.Id, repost.Id }.All(id => Notices(list).Any(notice => notice.Uri == id)),
            network.Bob);

        Assert.Equal(
            [("quote", quote.Id), ("reply", answer.Id), ("repost", repost.Id)],
            Notices(told).Where(notice => new[] { answer.Id, quote.Id, repost.Id }.Contains(notice.Uri)).Order());
    }

    [Fact]
    public async Task Readers_find_a_post_by_its_words_and_no_more_once_it_is_taken_down()
    {
        var post = await SentAsync(ours, Some.Words("Zeppelinfahrplan for the long weekend"));
        await SeenAsync("app.bsky.feed.searchPosts?q=Zeppelinfahrplan", found => Found(found, post.Id), network.Bob);

        Assert.IsType<Outcome.Accepted>(await Deletes.DeleteAsync(ours.Account, post, TestContext.Current.CancellationToken));

        await SeenAsync("app.bsky.feed.searchPosts?q=Zeppelinfahrplan", found => !Found(found, post.Id), network.Bob);
    }

    [Fact]
    public async Task Readers_see_the_pictures_with_their_descriptions()
    {
        var post = await SentAsync(ours, new PostContent("The new bridge", [Some.Picture("A bridge of grey steel over a river")]));

        var seen = await SeenAsync(PostsQuery(post), posts => posts.GetProperty("posts").GetArrayLength() == 1);

        var image = seen.GetProperty("posts")[0].GetProperty("embed").GetProperty("images")[0];
        Assert.Equal("A bridge of grey steel over a river", image.GetProperty("alt").GetString());
    }

    [Fact]
    public async Task What_readers_did_with_a_post_is_counted_and_a_post_that_is_not_there_is_not()
    {
        var (post, quiet) = (await SentAsync(ours, Some.Words("The bridge opens at six.")), await SentAsync(ours, Some.Words("The bridge closes at ten.")));
        await SeenAsync(PostsQuery(quiet), posts => TextOf(posts) is not null);
        await network.LikeAsync(network.Bob, post.Id, post.Version!);
        await network.LikeAsync(network.Alice, post.Id, post.Version!);
        await SentAsync(bob, Some.Words("At last.") with { ReplyTo = post });
        await SentAsync(bob, Some.Words("Read this") with { Quotes = post });
        Assert.IsType<Outcome.Accepted>(await ((IRepost)bob.Channel).RepostAsync(new Repost(bob.Mint(), bob.Account, post, TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken));
        await SeenAsync(PostsQuery(post), posts => posts.GetProperty("posts")[0] is var seen && seen.GetProperty("likeCount").GetInt32() == 2 && seen.GetProperty("quoteCount").GetInt32() == 1 && seen.GetProperty("replyCount").GetInt32() == 1 && seen.GetProperty("repostCount").GetInt32() == 1);
        var nowhere = post.Id[..post.Id.LastIndexOf('/')] + "/3kdgeujwlq32y";

        var counted = Assert.IsType<ResponsesReading.Read>(await ((ICountResponses)ours.Channel).CountAsync(ours.Account, [post.Id, quiet.Id, nowhere], TestContext.Current.CancellationToken));

        Assert.Equal(new Responses(2, 1, 1, 1), counted.Posts[post.Id]);
        Assert.Equal(new Responses(0, 0, 0, 0), counted.Posts[quiet.Id]);
        Assert.False(counted.Posts.ContainsKey(nowhere));
    }

    [Fact]
    public async Task Views_that_do_not_answer_count_nothing()
    {
        var alone = await BlueskyNetwork.SharedAsync();
        var account = OnBluesky.Open(alone, alone.Alice, alone.Server);

        var counted = await ((ICountResponses)account.Channel).CountAsync(account.Account, [$"at://{alone.Alice.Did}/app.bsky.feed.post/3kdgeujwlq32y"], TestContext.Current.CancellationToken);

        Assert.IsType<ResponsesReading.Unavailable>(counted);
    }

    /// <summary>The network's documents leave it open; these are the views bsky 0.0.221.</summary>
    [Fact]
    public async Task Readers_see_the_new_words_of_a_post_that_was_edited()
    {
        var delivery = ours.Deliver(Some.Words("Doors at ten"));
        var post = Assert.IsType<Outcome.Accepted>(await ours.SendAsync(delivery)).Remote;
        await SeenAsync(PostsQuery(post), posts => TextOf(posts) == "Doors at ten");

        Assert.IsType<Outcome.Accepted>(await ours.EditAsync(delivery with { Content = Some.Words("Doors at eleven") }, post));

        await SeenAsync(PostsQuery(post), posts => TextOf(posts) == "Doors at eleven");
    }

    private IRepost Reposts => (IRepost)ours.Channel;

    private IDelete Deletes => (IDelete)ours.Channel;

    private static async Task<RemoteRef> SentAsync(ChannelUnderTest from, PostContent content) =>
        Assert.IsType<Outcome.Accepted>(await from.SendAsync(from.Deliver(content))).Remote;

    private static string PostsQuery(RemoteRef post) => $"app.bsky.feed.getPosts?uris={Uri.EscapeDataString(post.Id)}";

    private static string? TextOf(JsonElement posts) =>
        posts.GetProperty("posts") is var all && all.GetArrayLength() == 1 ? all[0].GetProperty("record").GetProperty("text").GetString() : null;

    private static JsonElement? Reply(JsonElement thread) =>
        thread.TryGetProperty("replies", out var replies) && replies.GetArrayLength() > 0 ? replies[0] : null;

    private static string? UriOf(JsonElement thread) => thread.GetProperty("post").GetProperty("uri").GetString();

    private static IEnumerable<(string? Reason, string? Uri)> Notices(JsonElement list) =>
        list.GetProperty("notifications").EnumerateArray().Select(notice => (notice.GetProperty("reason").GetString(), notice.GetProperty("uri").GetString()));

    private static bool Found(JsonElement search, string uri) =>
        search.GetProperty("posts").EnumerateArray().Any(post => post.GetProperty("uri").GetString() == uri);

    /// <summary>Asks the public views until they show it.</summary>
    private async Task<JsonElement> SeenAsync(string query, Func<JsonElement, bool> shown, BlueskyAccount? reader = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(300, TestContext.Current.CancellationToken))
        {
            var answer = await network.ReadAsync(query, reader ?? network.Alice);
            if (answer is { } read && shown(read))
                return read;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < patience, $"The public views do not show it after {patience.TotalSeconds:0} s: {answer}");
        }
    }
}
