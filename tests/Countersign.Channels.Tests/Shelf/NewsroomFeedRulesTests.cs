using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Countersign.Channels.Shelf.Feeds;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Shelf;

/// <summary>
/// The rules that the W3C's feed validation service checks, each as its page in validator.w3.org/feed/docs names it, and a reader that other people wrote
/// (feedparser, from Debian) on the very same feeds.
/// </summary>
public sealed partial class NewsroomFeedRulesTests
{
    private static readonly XNamespace atom = "http://www.w3.org/2005/Atom";

    private static readonly Uri hub = new("https://hub.example.test/");

    private static readonly Feed feed = new(
        "Example & Sons", "News from Example", "Example & Sons Ltd", "en-GB", new Uri("https://news.example.test/newsroom"), new Uri("https://news.example.test/newsroom/feed.xml"),
        [
            new("urn:uuid:0199a000-0000-7000-8000-000000000002", new Uri("https://news.example.test/newsroom/posts/2"), "Prices & <b>terms</b>\n\nSee https://example.test/?a=1&b=2 漢字", new(2026, 11, 12, 9, 42, 5, TimeSpan.Zero), [new(new Uri("https://news.example.test/media/a.png"), "image/png", 1234, "A sign")]),
            new("urn:uuid:0199a000-0000-7000-8000-000000000001", new Uri("https://news.example.test/newsroom/posts/1"), "We open at nine.", new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(2)), []),
        ])
    {
        Hub = hub,
    };

    [Fact]
    public void Rss_keeps_the_rules_of_the_validator()
    {
        var rss = XDocument.Parse(RssFeed.Write(feed)).Root!;
        var channel = rss.Element("channel")!;
        var items = channel.Elements("item").ToList();

        // error/MissingElement, error/DuplicateElement: of a channel and of an item.
        Assert.All(["title", "link", "description", "language", "lastBuildDate"], name => Assert.Single(channel.Elements(name)));
        Assert.All(items, item => Assert.All(["title", "link", "guid", "pubDate", "description"], name => Assert.Single(item.Elements(name))));

        // error/InvalidRFC2822Date, error/InvalidLink, error/InvalidFullLink, error/InvalidLanguage.
        Assert.All(channel.Descendants("pubDate").Concat(channel.Elements("lastBuildDate")), date => Assert.Matches(Rfc822(), date.Value));
        Assert.All(channel.Descendants("link"), link => Assert.True(Uri.TryCreate(link.Value, UriKind.Absolute, out _), link.Value));
        Assert.Matches("^[a-z]{2}(-[A-Z]{2})?$", channel.Element("language")!.Value);

        // error/InvalidHttpGUID, warning/DuplicateSemantics, error/DuplicateItemGUID.
        Assert.All(items, item => Assert.Equal("false", item.Element("guid")!.Attribute("isPermaLink")!.Value));
        Assert.Equal(items.Count, items.Select(item => item.Element("guid")!.Value).Distinct().Count());

        // warning/MissingAtomSelfLink, warning/ContainsHTML (no markup in a title), error/InvalidIntegerAttribute, warning/MultipleEnclosures.
        Assert.Equal(feed.Self.AbsoluteUri, Assert.Single(channel.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "self").Attribute("href")!.Value);
        Assert.All(items.SelectMany(item => item.Elements("enclosure")), enclosure => Assert.True(long.Parse(enclosure.Attribute("length")!.Value, CultureInfo.InvariantCulture) >= 0));
        Assert.All(items, item => Assert.InRange(item.Elements("enclosure").Count(), 0, 1));

        // warning/ContainsRelRef: addresses inside the HTML are whole.
        Assert.All(items, item => Assert.All(Addresses().Matches(item.Element("description")!.Value), found => Assert.StartsWith("https://", found.Groups["address"].Value, StringComparison.Ordinal)));
    }

    [Fact]
    public void Atom_keeps_the_rules_of_the_validator()
    {
        var root = XDocument.Parse(AtomFeed.Write(feed)).Root!;
        var entries = root.Elements(atom + "entry").ToList();

        // error/MissingElement, error/DuplicateElement (RFC 4287, 4.1.1 and 4.1.2).
        Assert.All(["id", "title", "updated", "subtitle"], name => Assert.Single(root.Elements(atom + name)));
        Assert.All(entries, entry => Assert.All(["id", "title", "updated", "published", "content"], name => Assert.Single(entry.Elements(atom + name))));
        Assert.NotEmpty(root.Element(atom + "author")!.Element(atom + "name")!.Value);

        // error/InvalidRFC3339Date, error/InvalidFullLink, error/DuplicateIds, warning/MissingSelf, warning/SelfDoesntMatchLocation.
        Assert.All(root.Descendants(atom + "updated").Concat(root.Descendants(atom + "published")), date => Assert.Matches(Rfc3339(), date.Value));
        Assert.All(root.Descendants(atom + "id"), id => Assert.True(Uri.TryCreate(id.Value, UriKind.Absolute, out _), id.Value));
        Assert.Equal(entries.Count + 1, root.Descendants(atom + "id").Select(id => id.Value).Distinct().Count());
        Assert.Equal(feed.Self.AbsoluteUri, Assert.Single(root.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "self").Attribute("href")!.Value);

        // error/DuplicateAltLink: one alternate of a type and language; error/InvalidMIMEType; error/InvalidURI.
        Assert.All(entries.Prepend(root), of => Assert.Single(of.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "alternate"));
        Assert.All(root.Descendants(atom + "link"), link => Assert.True(Uri.TryCreate(link.Attribute("href")!.Value, UriKind.Absolute, out _) && (link.Attribute("type") is null || MimeType().IsMatch(link.Attribute("type")!.Value))));
        Assert.Matches("^[a-z]{2}(-[A-Z]{2})?$", root.Attribute(XNamespace.Xml + "lang")!.Value);
    }

    [Fact]
    public void Every_format_names_the_hub_and_itself_as_websub_asks_and_none_where_there_is_no_hub()
    {
        // w3.org/TR/websub, 4 (discovery): rel="hub" and rel="self"; jsonfeed.org/version/1.1, hubs.
        Assert.Equal(hub.AbsoluteUri, Assert.Single(XDocument.Parse(RssFeed.Write(feed)).Descendants(atom + "link"), link => link.Attribute("rel")!.Value == "hub").Attribute("href")!.Value);
        Assert.Equal(hub.AbsoluteUri, Assert.Single(XDocument.Parse(AtomFeed.Write(feed)).Root!.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "hub").Attribute("href")!.Value);
        var named = Assert.Single(JsonDocument.Parse(JsonFeed.Write(feed)).RootElement.GetProperty("hubs").EnumerateArray());
        Assert.Equal(("WebSub", hub.AbsoluteUri), (named.GetProperty("type").GetString(), named.GetProperty("url").GetString()));

        var without = feed with { Hub = null };
        Assert.DoesNotContain("hub", RssFeed.Write(without) + AtomFeed.Write(without) + JsonFeed.Write(without), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rss", "rss20")]
    [InlineData("atom", "atom10")]
    public async Task A_reader_that_other_people_wrote_reads_it_without_complaint(string format, string version)
    {
        if (!File.Exists("/usr/lib/python3/dist-packages/feedparser/__init__.py") || !File.Exists("/usr/bin/python3"))
            Run.Lacks("feedparser is not installed (Debian: python3-feedparser).");
        const string program = """
            import feedparser, json, sys
            d = feedparser.parse(sys.argv[1])
            print(json.dumps({"bozo": bool(d.bozo), "version": d.version, "title": d.feed.title, "hub": [l.href for l in d.feed.links if l.rel == "hub"], "entries": [{"id": e.id, "title": e.title, "link": e.link, "published": list(e.published_parsed)[:6]} for e in d.entries]}))
            """;
        var file = Path.Combine(Path.GetTempPath(), $"countersign-feed-{Guid.NewGuid():N}.xml");
        await File.WriteAllTextAsync(file, format == "rss" ? RssFeed.Write(feed) : AtomFeed.Write(feed), TestContext.Current.CancellationToken);
        try
        {
            var read = JsonDocument.Parse(await Installed.RunAsync("/usr/bin/python3", ["-c", program, file], TestContext.Current.CancellationToken)).RootElement;

            Assert.False(read.GetProperty("bozo").GetBoolean(), "feedparser calls it ill-formed.");
            Assert.Equal((version, "Example & Sons"), (read.GetProperty("version").GetString(), System.Net.WebUtility.HtmlDecode(read.GetProperty("title").GetString())));
            Assert.Equal(hub.AbsoluteUri, Assert.Single(read.GetProperty("hub").EnumerateArray()).GetString());
            var entries = read.GetProperty("entries").EnumerateArray().ToList();
            Assert.Equal(feed.Posts.Select(post => post.Id), entries.Select(entry => entry.GetProperty("id").GetString()));
            Assert.Equal(feed.Posts.Select(post => post.Page.AbsoluteUri), entries.Select(entry => entry.GetProperty("link").GetString()));
            Assert.Equal([2026, 11, 12, 9, 42, 5], entries[0].GetProperty("published").EnumerateArray().Select(part => part.GetInt32()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex("^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rfc822();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rfc3339();

    [GeneratedRegex("^[a-z]+/[a-z0-9.+-]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MimeType();

    [GeneratedRegex("(href|src)=\"(?<address>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Addresses();
}
