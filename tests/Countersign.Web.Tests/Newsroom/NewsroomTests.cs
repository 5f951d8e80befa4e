using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Newsroom;

public sealed class NewsroomTests(ADemo demo) : IClassFixture<ADemo>
{
    private static readonly XNamespace atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task Anybody_reads_what_was_published_with_its_pictures_described()
    {
        using var anybody = demo.Program.Visit();

        var page = await anybody.OpenAsync("/newsroom");
        var permalink = await anybody.OpenAsync(page.One(".news-meta a").GetAttribute("href")!);
        var picture = page.One(".news-picture");
        var bytes = await anybody.Http.GetAsync(new Uri(picture.GetAttribute("src")!, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, permalink.Status);
        Assert.NotEmpty(permalink.One(".news-text").TextContent.Trim());
        Assert.NotEmpty(picture.GetAttribute("alt")!);
        Assert.Equal("image/png", bytes.Content.Headers.ContentType?.MediaType);
        Assert.Contains("public", bytes.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Posts_stand_newest_first()
    {
        using var anybody = demo.Program.Visit();

        var times = (await anybody.OpenAsync("/newsroom")).Document.QuerySelectorAll("time").Select(time => time.GetAttribute("datetime")!).ToList();

        Assert.NotEmpty(times);
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
    }

    [Fact]
    public async Task The_page_names_its_feeds_and_each_of_them_holds_its_posts()
    {
        using var anybody = demo.Program.Visit();
        var page = await anybody.OpenAsync("/newsroom");
        var permalink = new Uri(demo.Program.Address, page.One(".news-meta a").GetAttribute("href")!).ToString();
        var feeds = page.Document.QuerySelectorAll("link[rel=alternate]").ToDictionary(link => link.GetAttribute("type")!, link => link.GetAttribute("href")!);

        var rss = XDocument.Parse(await TextAsync(anybody, feeds["application/rss+xml"], "application/rss+xml")).Root!.Element("channel")!;
        var feed = XDocument.Parse(await TextAsync(anybody, feeds["application/atom+xml"], "application/atom+xml")).Root!;
        var json = JsonDocument.Parse(await TextAsync(anybody, feeds["application/feed+json"], "application/feed+json")).RootElement;

        Assert.All(["title", "link", "description"], name => Assert.NotEmpty(rss.Element(name)!.Value));
        Assert.Equal(permalink, rss.Element("item")!.Element("link")!.Value);
        Assert.All(["id", "title", "updated"], name => Assert.NotEmpty(feed.Element(atom + name)!.Value));
        Assert.Equal(permalink, feed.Element(atom + "entry")!.Elements(atom + "link").First(link => link.Attribute("rel")?.Value == "alternate").Attribute("href")!.Value);
        Assert.Equal("https://jsonfeed.org/version/1.1", json.GetProperty("version").GetString());
        Assert.Equal(permalink, json.GetProperty("items")[0].GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("/newsroom")]
    [InlineData("/newsroom/newsroom")]
    [InlineData("/newsroom/feed.rss")]
    [InlineData("/newsroom/feed.atom")]
    [InlineData("/newsroom/newsroom/feed.json")]
    public async Task A_reader_that_has_it_already_gets_nothing_again(string path)
    {
        using var anybody = demo.Program.Visit();
        using var first = await anybody.Http.GetAsync(new Uri(path, UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var other = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"something-else\""));

        using var unchanged = await anybody.Http.SendAsync(again);
        using var changed = await anybody.Http.SendAsync(other);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(60), first.Headers.CacheControl?.MaxAge);
    }

    [Fact]
    public async Task A_reader_may_ask_for_the_headers_alone()
    {
        using var anybody = demo.Program.Visit();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri("/newsroom/feed.rss", UriKind.Relative));

        using var answer = await anybody.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotNull(answer.Headers.ETag);
    }

    [Theory]
    [InlineData("/newsroom/nobody")]
    [InlineData("/newsroom/nobody/feed.rss")]
    [InlineData("/newsroom/posts/01900000-0000-7000-8000-000000000000")]
    [InlineData("/newsroom/media/01900000-0000-7000-8000-000000000000/abc")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var anybody = demo.Program.Visit();

        var page = await anybody.OpenAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("Not here", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_public_only_with_a_post_that_shows_it()
    {
        using var anybody = demo.Program.Visit();
        var page = await anybody.OpenAsync("/newsroom");
        var sources = page.Document.QuerySelectorAll(".news-picture").Select(image => image.GetAttribute("src")!.Split('/')).ToList();
        var (one, other) = (sources[0], sources.First(source => source[^1] != sources[0][^1]));

        Assert.Equal(HttpStatusCode.NotFound, (await anybody.OpenAsync($"/newsroom/media/{one[^2]}/{other[^1]}")).Status);
    }

    [Fact]
    public async Task The_sandbox_is_for_people_who_are_signed_in()
    {
        using var anybody = demo.Program.Visit();

        Assert.StartsWith("/sign-in", (await anybody.OpenAsync("/sandbox/posts/01900000-0000-7000-8000-000000000000")).Path, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(Visitor visitor, string path, string type)
    {
        using var answer = await visitor.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}
