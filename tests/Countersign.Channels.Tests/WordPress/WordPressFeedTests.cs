using Countersign.Channels.Feeds;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.WordPress;

/// <summary>The feeds that a real site writes, read by the reader for everybody's feeds.</summary>
[Collection(OnWordPress.OneAfterTheOther)]
public sealed class WordPressFeedTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/feed/")]
    [InlineData("/feed/atom/")]
    [InlineData("/feed/rdf/")]
    public async Task An_article_keeps_its_key_through_an_edit_and_a_new_address_and_the_edit_is_seen(string path)
    {
        var site = await WordPressServer.SharedAsync();
        var edith = await OnWordPress.OpenAsync(site, "edith");
        var delivery = edith.Deliver(Some.Words($"Tides & <b>times</b>\n\n{Some.Mark()}"));
        var standing = Assert.IsType<Outcome.Accepted>(await edith.SendAsync(delivery)).Remote;
        var before = await ItemAsync(site, path);

        Assert.Equal("Tides & <b>times</b>", before.Title);
        await site.AskAsync("edith", HttpMethod.Post, $"wp/v2/posts/{standing.Id.Split("?p=")[1]}", new { title = "Tides again", slug = $"tides-{Guid.NewGuid():N}" });
        var after = await ItemAsync(site, path);

        // RSS 1.0 knows nothing but the address.
        if (path != "/feed/rdf/")
            Assert.Equal(before.Key, after.Key);
        Assert.Equal("Tides again", after.Title);
        Assert.NotEqual(before.Hash, after.Hash);
        Assert.NotEqual(before.Link, after.Link);
    }

    private static async Task<FeedItem> ItemAsync(WordPressServer site, string path)
    {
        using var http = new HttpClient();
        var address = new Uri(site.Server, path);
        var body = await http.GetByteArrayAsync(address, Stop);
        var read = FeedReader.Read(body, null, address, TimeProvider.System.GetUtcNow().AddMinutes(1));
        var feed = Assert.IsType<FeedReading.Read>(read).Feed;
        Assert.Equal("The Harbour Post", feed.Title);
        return feed.Items.First(item => item.Title.StartsWith("Tides", StringComparison.Ordinal));
    }
}
