using System.Net;
using Countersign.Channels.Http;
using Countersign.Channels.Shelf.Feeds;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Shelf;

public sealed class HubPingTests
{
    private static readonly Uri feed = new("https://news.example.test/newsroom/feed.atom");

    [Theory]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Accepted, true)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    [InlineData(HttpStatusCode.Found, false)]
    public async Task A_hub_is_told_the_feeds_address_and_nothing_else_and_only_its_yes_counts(HttpStatusCode answer, bool taken)
    {
        await using var hub = new AHub { Answer = answer, RetryAfter = 90 };

        var told = await TellAsync(hub.Address);

        var call = Assert.Single(hub.Calls);
        Assert.Equal(("POST", "application/x-www-form-urlencoded"), (call.Method, call.ContentType));
        Assert.Equal(new Dictionary<string, string> { ["hub.mode"] = "publish", ["hub.url"] = feed.AbsoluteUri, ["hub.topic"] = feed.AbsoluteUri }, call.Fields);
        Assert.Null(call.Authorization);
        Assert.Equal(taken ? new HubAnswer.Took() : new HubAnswer.DidNot("hub-refused", $"The hub answered {(int)answer}.", TimeSpan.FromSeconds(90)), told);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_has_not_been_told()
    {
        var nowhere = new Uri($"http://127.0.0.1:{Ports.Free()}/");

        Assert.Equal(new HubAnswer.DidNot("not-reached", "The hub could not be reached.", null), await TellAsync(nowhere));
    }

    [Theory]
    [InlineData("https://hub.example.test/", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://hub.example.test/", false)]
    [InlineData("https://someone:secret@hub.example.test/", false)]
    [InlineData("ftp://hub.example.test/", false)]
    public void A_hub_on_the_web_is_spoken_to_by_https_only(string hub, bool taken) => Assert.Equal(taken, HubPing.MayBe(new Uri(hub)));

    private static async Task<HubAnswer> TellAsync(Uri hub)
    {
        using var http = new HttpClient(Transport.NewHandler());
        return await new HubPing(http, TimeProvider.System).TellAsync(hub, feed, TestContext.Current.CancellationToken);
    }
}
