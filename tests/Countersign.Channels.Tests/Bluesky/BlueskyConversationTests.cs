using System.Text.Json;
using Countersign.Channels.Http;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Bluesky;

/// <summary>Replies, quotes, cards, edits and reposts, as they stand in the repository of a real server.</summary>
public sealed class BlueskyConversationTests : IAsyncLifetime
{
    private BlueskyNetwork network = null!;
    private ChannelUnderTest bluesky = null!;
    private ChannelUnderTest bob = null!;

    public async ValueTask InitializeAsync()
    {
        network = await BlueskyNetwork.SharedAsync();
        bluesky = OnBluesky.Open(network, network.Alice, network.Server);
        bob = OnBluesky.Open(network, network.Bob, network.Server);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_reply_to_a_reply_names_the_post_the_conversation_began_with()
    {
        var first = await SentAsync(bob, Some.Words("Is the lighthouse open?"));
        var second = await SentAsync(bluesky, Some.Words("From ten.") with { ReplyTo = first });
        var third = await SentAsync(bob, Some.Words("Thank you") with { ReplyTo = second });

        var reply = (await RecordAsync(third)).GetProperty("reply");
        Assert.Equal((first.Id, first.Version), (reply.GetProperty("root").GetProperty("uri").GetString(), reply.GetProperty("root").GetProperty("cid").GetString()));
        Assert.Equal((second.Id, second.Version), (reply.GetProperty("parent").GetProperty("uri").GetString(), reply.GetProperty("parent").GetProperty("cid").GetString()));
    }

    [Fact]
    public async Task A_quote_stands_alone_beside_pictures_and_beside_a_card()
    {
        var quoted = await SentAsync(bob, Some.Words("We open at ten."));
        var alone = await RecordAsync(await SentAsync(bluesky, Some.Words("As they say") with { Quotes = quoted }));
        var pictured = await RecordAsync(await SentAsync(bluesky, new PostContent("As they say", [Some.Picture("A door")]) { Quotes = quoted }));
        var card = new LinkPreview(new Uri("https://example.test/hours"), "Hours", "When we open", Some.Picture("A clock"));
        var carded = await RecordAsync(await SentAsync(bluesky, Some.Words("As they say") with { Quotes = quoted, Preview = card }));

        Assert.Equal(quoted.Id, alone.GetProperty("embed").GetProperty("record").GetProperty("uri").GetString());
        Assert.Equal("A door", pictured.GetProperty("embed").GetProperty("media").GetProperty("images")[0].GetProperty("alt").GetString());
        Assert.Equal(quoted.Id, carded.GetProperty("embed").GetProperty("record").GetProperty("record").GetProperty("uri").GetString());
        var external = carded.GetProperty("embed").GetProperty("media").GetProperty("external");
        Assert.Equal(("https://example.test/hours", "Hours", "When we open"), (external.GetProperty("uri").GetString(), external.GetProperty("title").GetString(), external.GetProperty("description").GetString()));
        Assert.Equal(200, external.GetProperty("thumb").GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task A_quoted_post_that_changed_after_the_approval_is_not_quoted()
    {
        var before = bob.Deliver(Some.Words("We open at ten."));
        var approved = Assert.IsType<Outcome.Accepted>(await bob.SendAsync(before)).Remote;
        Assert.IsType<Outcome.Accepted>(await bob.EditAsync(before with { Content = Some.Words("Buy my coins.") }, approved));

        var outcome = await bluesky.SendAsync(bluesky.Deliver(Some.Words("As they say") with { Quotes = approved }));

        Assert.Equal(RejectKind.VersionConflict, Assert.IsType<Outcome.Rejected>(outcome).Kind);
    }

    [Fact]
    public async Task An_edit_of_another_version_overwrites_nothing()
    {
        var delivery = bluesky.Deliver(Some.Words("Doors at ten"));
        var first = Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(delivery)).Remote;
        var second = Assert.IsType<Outcome.Accepted>(await bluesky.EditAsync(delivery with { Content = Some.Words("Doors at eleven") }, first)).Remote;

        var late = await bluesky.EditAsync(delivery with { Content = Some.Words("Doors at twelve") }, first);

        Assert.Equal(RejectKind.VersionConflict, Assert.IsType<Outcome.Rejected>(late).Kind);
        Assert.Equal("Doors at eleven", (await RecordAsync(second)).GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_same_edit_twice_is_one_edit_and_keeps_the_time_of_the_post()
    {
        var delivery = bluesky.Deliver(Some.Words("Doors at ten"));
        var first = Assert.IsType<Outcome.Accepted>(await bluesky.SendAsync(delivery)).Remote;
        var edit = delivery with { Content = Some.Words("Doors at eleven") };

        var once = Assert.IsType<Outcome.Accepted>(await bluesky.EditAsync(edit, first)).Remote;
        var twice = Assert.IsType<Outcome.Accepted>(await bluesky.EditAsync(edit, first)).Remote;

        Assert.Equal(once, twice);
        Assert.Equal(delivery.CreatedAt, (await RecordAsync(once)).GetProperty("createdAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_edit_whose_answer_is_lost_is_found_by_its_words()
    {
        await using var line = new FaultyLine(network.Server);
        var lossy = OnBluesky.Open(network, network.Alice, line.Address);
        var delivery = lossy.Deliver(Some.Words("Doors at ten"));
        var first = Assert.IsType<Outcome.Accepted>(await lossy.SendAsync(delivery)).Remote;
        var edit = delivery with { Content = Some.Words("Doors at eleven") };
        line.Strikes = method => method == "putRecord" ? new Fault.LosesTheAnswer() : null;

        Assert.IsType<Outcome.Unknown>(await lossy.EditAsync(edit, first));

        Assert.IsType<FindResult.Found>(await lossy.Finds.FindAsync(edit, TestContext.Current.CancellationToken));
        Assert.IsType<FindResult.Ambiguous>(await lossy.Finds.FindAsync(delivery, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Only_the_accounts_own_posts_are_taken_down()
    {
        var others = await SentAsync(bob, Some.Words("Mine"));

        var outcome = await ((IDelete)bluesky.Channel).DeleteAsync(bluesky.Account, others, TestContext.Current.CancellationToken);

        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(outcome).Kind);
        Assert.Equal("Mine", (await RecordAsync(others)).GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_post_made_with_another_program_is_listed_and_an_account_that_is_shut_says_so()
    {
        var account = await network.CreateAccountAsync("rogue");
        var own = OnBluesky.Open(network, account, network.Server, new HttpClient(Transport.NewHandler()));
        await network.PutPostAsync(account, own.Mint(), new Dictionary<string, object> { ["$type"] = "app.bsky.feed.post", ["text"] = "Not from here", ["createdAt"] = "2026-11-12T09:42:00Z" });

        var page = Assert.IsType<PostPage.Read>(await ((IListPosts)own.Channel).ListAsync(own.Account, null, TestContext.Current.CancellationToken));
        Assert.Equal("Not from here", Assert.Single(page.Posts).Text);

        var checks = (ICheckAccount)own.Channel;
        Assert.Equal(AccountStanding.Open, (await checks.CheckAsync(own.Account, TestContext.Current.CancellationToken)).Standing);
        await network.TakeDownAsync(account);
        var down = await checks.CheckAsync(own.Account, TestContext.Current.CancellationToken);
        Assert.True(down.Standing == AccountStanding.Restricted, down.ToString());
        Assert.Equal(AccountStanding.Closed, (await checks.CheckAsync(own.Account with { Id = "other", Secret = "aaaa-bbbb-cccc-dddd" }, TestContext.Current.CancellationToken)).Standing);
    }

    [Fact]
    public async Task A_post_of_somebody_else_is_found_by_every_address_that_people_know_it_by()
    {
        var theirs = await SentAsync(bob, Some.Words("We open at ten."));
        var (did, key) = (theirs.Id.Split('/')[2], theirs.Id.Split('/')[^1]);
        var finds = (IFindPost)bluesky.Channel;

        foreach (var address in new[] { theirs.Id, $"at://{network.Bob.Handle}/app.bsky.feed.post/{key}", $"https://bsky.app/profile/{network.Bob.Handle}/post/{key}", $" https://bsky.app/profile/{did}/post/{key} " })
        {
            Assert.True(finds.IsAddress(address));
            var found = Assert.IsType<FoundPost.Stands>(await finds.FindPostAsync(bluesky.Account, address, TestContext.Current.CancellationToken));
            Assert.Equal((theirs.Id, theirs.Version, "We open at ten."), (found.Post.Remote.Id, found.Post.Remote.Version, found.Post.Text));
        }

        foreach (var nowhere in new[] { $"https://bsky.app/profile/nobody.test/post/{key}", $"https://bsky.app/profile/{did}/post/3zzzzzzzzzzzz" })
            Assert.IsType<FoundPost.NotHere>(await finds.FindPostAsync(bluesky.Account, nowhere, TestContext.Current.CancellationToken));
        Assert.All((string[])["https://bsky.app/profile/bob.test", "https://example.test/", "bob.test", "http://bsky.app/profile/a/post/b"], other => Assert.False(finds.IsAddress(other)));
    }

    private static async Task<RemoteRef> SentAsync(ChannelUnderTest by, PostContent content) =>
        Assert.IsType<Outcome.Accepted>(await by.SendAsync(by.Deliver(content))).Remote;

    private async Task<JsonElement> RecordAsync(RemoteRef remote) =>
        (await network.GetRecordAsync(remote.Id.Split('/')[2], remote.Id.Split('/')[^1]))!.Value.GetProperty("value");
}
