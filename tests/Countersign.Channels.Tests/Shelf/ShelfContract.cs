using Countersign.Channels.Shelf;

namespace Countersign.Channels.Tests.Shelf;

/// <summary>The contract, and what networks of our own add to it.</summary>
public abstract class ShelfContract : ChannelContract
{
    protected abstract int FoldAt { get; }

    protected static Uri Pages { get; } = new("https://news.example.test/posts/");

    protected abstract IChannel Open(IShelf shelf);

    protected override Task<ChannelUnderTest> ConnectedAsync() => Task.FromResult(Standing(new MemoryShelf()));

    protected override Task<ChannelUnderTest> LosingAnswersAsync() => Task.FromResult(Standing(new MemoryShelf { LosesAnswers = true }));

    [Fact]
    public async Task A_post_has_a_page_under_its_key_and_a_permanent_id()
    {
        var network = await ConnectedAsync();
        var delivery = network.Deliver(Some.Words("News"));

        var accepted = Assert.IsType<Outcome.Accepted>(await network.SendAsync(delivery));

        Assert.Equal(new RemoteRef("urn:uuid:" + delivery.Key, "https://news.example.test/posts/" + delivery.Key), accepted.Remote);
    }

    [Fact]
    public async Task Long_text_folds_after_whole_characters()
    {
        var network = await ConnectedAsync();
        const string family = "👨‍👩‍👧‍👦";
        string Families(int count) => string.Concat(Enumerable.Repeat(family, count));

        Assert.Null(((IRender)network.Channel).Render(Some.Words(Families(FoldAt))).FoldAt);
        Assert.Equal(FoldAt * family.Length, ((IRender)network.Channel).Render(Some.Words(Families(FoldAt + 1))).FoldAt);
    }

    [Fact]
    public async Task What_breaks_the_rules_is_refused_even_when_nobody_validated_it()
    {
        var network = await ConnectedAsync();
        var limit = network.Measures.Measure("").Single().Limit!.Value;
        var delivery = network.Deliver(Some.Words(Some.Letters(limit + 1)));

        Assert.Equal(RejectKind.TextTooLong, Assert.IsType<Outcome.Rejected>(await network.SendAsync(delivery)).Kind);
        Assert.Empty(await network.StandingAsync(delivery));
    }

    [Fact]
    public async Task A_name_opens_an_account_and_no_name_opens_none()
    {
        var connecting = (IConnect)(await ConnectedAsync()).Channel;
        Task<ConnectOutcome> Connect(string name) => connecting.ConnectAsync(new ConnectRequest(null, name, null), TestContext.Current.CancellationToken);

        var (first, again) = (Assert.IsType<ConnectOutcome.Connected>(await Connect(" Press-Office ")), Assert.IsType<ConnectOutcome.Connected>(await Connect("press-office")));
        Assert.Equal(("press-office", first.RemoteId), (first.Handle, again.RemoteId));
        foreach (var name in (string[])["  ", Some.Letters(61), "a/b", "feed.rss", "posts", "media", "..", "<b>x</b>", "press office", "-a", "a-", "é"])
            Assert.Equal("bad-name", Assert.IsType<ConnectOutcome.Refused>(await Connect(name)).Code);
    }

    [Fact]
    public async Task What_stands_is_listed_page_by_page_read_back_compared_and_taken_down_twice()
    {
        var stop = TestContext.Current.CancellationToken;
        var network = await ConnectedAsync();
        var picture = Some.Picture("A pier");
        List<RemoteRef> put = [];
        for (var number = 1; number <= 130; number++)
            put.Add(Assert.IsType<Outcome.Accepted>(await network.SendAsync(network.Deliver(new PostContent($"Post {number}", [picture])))).Remote);
        var (lists, reads, deletes, compares) = ((IListPosts)network.Channel, (IReadPost)network.Channel, (IDelete)network.Channel, (ICompare)network.Channel);

        var first = Assert.IsType<PostPage.Read>(await lists.ListAsync(network.Account, null, stop));
        var second = Assert.IsType<PostPage.Read>(await lists.ListAsync(network.Account, first.Next, stop));
        Assert.Null(second.Next);
        Assert.Equal((100, 30), (first.Posts.Count, second.Posts.Count));
        Assert.Equal(put.Select(post => post.Id).Order(StringComparer.Ordinal), first.Posts.Concat(second.Posts).Select(post => post.Remote.Id).Order(StringComparer.Ordinal));
        Assert.Empty(Assert.IsType<PostPage.Read>(await lists.ListAsync(network.Account with { Id = "another" }, null, stop)).Posts);

        var read = Assert.IsType<PostReading.Stands>(await reads.ReadAsync(network.Account, put[4], stop)).Post;
        Assert.Equal(Differences.None, compares.Compare(read, new PostContent("Post 5", [picture])));
        Assert.Equal(Differences.Words | Differences.Descriptions, compares.Compare(read, new PostContent("Post 6", [picture with { Alt = "A bridge" }])));

        Assert.Equal(RejectKind.Misconfigured, Assert.IsType<Outcome.Rejected>(await deletes.DeleteAsync(network.Account with { Id = "another" }, put[4], stop)).Kind);
        Assert.IsType<Outcome.Accepted>(await deletes.DeleteAsync(network.Account, put[4], stop));
        Assert.IsType<Outcome.Accepted>(await deletes.DeleteAsync(network.Account, put[4], stop));
        Assert.IsType<PostReading.Gone>(await reads.ReadAsync(network.Account, put[4], stop));
        Assert.IsType<PostReading.Stands>(await reads.ReadAsync(network.Account, put[5], stop));
    }

    private ChannelUnderTest Standing(MemoryShelf shelf) => new(
        Open(shelf),
        new ConnectedAccount("account", "Press office", null, "press office", null),
        delivery => Task.FromResult<IReadOnlyList<StandingPost>>(
            [.. shelf.Posts.Where(p => p.Key == delivery.Key).Select(p => new StandingPost(p.Content.Text, [.. p.Content.Media.Select(m => m.Alt)]))]));
}

public sealed class NewsroomTests : ShelfContract
{
    protected override int FoldAt => 280;

    protected override IChannel Open(IShelf shelf) => new NewsroomChannel(shelf, Pages);

    [Fact]
    public async Task It_takes_eight_pictures_and_twenty_thousand_characters()
    {
        var newsroom = await ConnectedAsync();

        Assert.Equal(8, newsroom.Channel.Describe().MaxMedia);
        Assert.Equal(20_000, newsroom.Measures.Measure("").Single().Limit);
    }
}

public sealed class SandboxTests : ShelfContract
{
    protected override int FoldAt => 210;

    protected override IChannel Open(IShelf shelf) => new SandboxChannel(shelf, Pages, TimeProvider.System);

    [Fact]
    public async Task It_says_that_it_is_not_a_real_network() =>
        Assert.Contains("not a real network", (await ConnectedAsync()).Channel.Describe().Title, StringComparison.Ordinal);

    [Fact]
    public async Task It_says_that_everybody_who_writes_to_it_is_invented() =>
        Assert.Contains("everybody who writes to it is invented", (await ConnectedAsync()).Channel.Describe().VerifiedAgainst, StringComparison.Ordinal);
}
