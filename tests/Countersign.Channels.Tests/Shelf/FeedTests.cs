using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Countersign.Channels.Shelf.Feeds;

namespace Countersign.Channels.Tests.Shelf;

/// <summary>Each feed is read back with a parser that knows nothing of us, and held against its format's required elements.</summary>
public sealed class FeedTests
{
    private const string Awkward = "Prices & <b>\"terms\"</b> ]]> at https://example.test/?a=1&b=2\nSecond line \u0001 漢字 👩‍🚀";

    private static readonly XNamespace atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace media = "http://search.yahoo.com/mrss/";

    private static readonly FeedPost older = new(
        "urn:uuid:0199a000-0000-7000-8000-000000000001", new Uri("https://news.example.test/posts/1"), "We open at nine.", new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(2)), []);

    private static readonly FeedPost newer = new(
        "urn:uuid:0199a000-0000-7000-8000-000000000002", new Uri("https://news.example.test/posts/2"), Awkward, new(2026, 11, 12, 9, 42, 5, TimeSpan.Zero),
        [new(new Uri("https://news.example.test/media/a.png"), "image/png", 1234, "A \"sign\" & <a lamp>"), new(new Uri("https://news.example.test/media/b.jpg"), "image/jpeg", 99, "A boat")]);

    private static readonly Feed feed = new(
        "Example & Sons", "What <we> say", "Example & Sons Ltd", "en-GB", new Uri("https://news.example.test/"), new Uri("https://news.example.test/feed.xml"), [newer, older]);

    [Fact]
    public void Rss_has_what_its_specification_requires()
    {
        var channel = Parse(RssFeed.Write(feed)).Root!.Element("channel")!;

        Assert.Equal("2.0", channel.Parent!.Attribute("version")!.Value);
        Assert.Equal(["Example & Sons", "https://news.example.test/", "What <we> say"], [channel.Element("title")!.Value, channel.Element("link")!.Value, channel.Element("description")!.Value]);
        Assert.Equal("https://news.example.test/feed.xml", channel.Elements(atom + "link").Single(l => l.Attribute("rel")!.Value == "self").Attribute("href")!.Value);
        Assert.Equal("Thu, 12 Nov 2026 09:42:05 GMT", channel.Element("lastBuildDate")!.Value);

        var items = channel.Elements("item").ToList();
        Assert.Equal([newer.Id, older.Id], items.Select(i => i.Element("guid")!.Value));
        Assert.All(items, i => Assert.Equal("false", i.Element("guid")!.Attribute("isPermaLink")!.Value));
        Assert.Equal("Sun, 01 Mar 2026 06:00:00 GMT", items[1].Element("pubDate")!.Value);
        Assert.Equal(older.At, DateTimeOffset.Parse(items[1].Element("pubDate")!.Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Rss_carries_the_first_picture_as_enclosure_and_every_description()
    {
        var item = Parse(RssFeed.Write(feed)).Descendants("item").First();

        var enclosure = item.Elements("enclosure").Single();
        Assert.Equal(["https://news.example.test/media/a.png", "1234", "image/png"], [enclosure.Attribute("url")!.Value, enclosure.Attribute("length")!.Value, enclosure.Attribute("type")!.Value]);
        Assert.Equal(newer.Pictures.Select(p => p.Alt), item.Elements(media + "content").Select(c => c.Element(media + "description")!.Value));
    }

    [Fact]
    public void Atom_has_what_rfc_4287_requires()
    {
        var root = Parse(AtomFeed.Write(feed)).Root!;

        Assert.Equal(atom + "feed", root.Name);
        Assert.Equal(["https://news.example.test/feed.xml", "Example & Sons", "2026-11-12T09:42:05Z"], [root.Element(atom + "id")!.Value, root.Element(atom + "title")!.Value, root.Element(atom + "updated")!.Value]);
        Assert.Equal("Example & Sons Ltd", root.Element(atom + "author")!.Element(atom + "name")!.Value);
        Assert.Equal("https://news.example.test/feed.xml", root.Elements(atom + "link").Single(l => l.Attribute("rel")!.Value == "self").Attribute("href")!.Value);

        var entries = root.Elements(atom + "entry").ToList();
        Assert.Equal([newer.Id, older.Id], entries.Select(e => e.Element(atom + "id")!.Value));
        Assert.All(entries, e => Assert.All(["title", "updated", "published", "content"], name => Assert.NotNull(e.Element(atom + name))));
        Assert.Equal("2026-03-01T06:00:00Z", entries[1].Element(atom + "updated")!.Value);
        Assert.Single(entries[1].Elements(atom + "link"), l => l.Attribute("rel")!.Value == "alternate");
        Assert.Equal(newer.Pictures.Select(p => (p.Address.AbsoluteUri, p.Alt)), entries[0].Elements(atom + "link").Where(l => l.Attribute("rel")!.Value == "enclosure").Select(l => (l.Attribute("href")!.Value, l.Attribute("title")!.Value)));
    }

    [Fact]
    public void Json_has_what_version_1_1_requires()
    {
        var root = JsonDocument.Parse(JsonFeed.Write(feed)).RootElement;

        Assert.Equal("https://jsonfeed.org/version/1.1", root.GetProperty("version").GetString());
        Assert.Equal("Example & Sons", root.GetProperty("title").GetString());
        Assert.Equal("https://news.example.test/feed.xml", root.GetProperty("feed_url").GetString());
        Assert.Equal("https://news.example.test/", root.GetProperty("home_page_url").GetString());

        var items = root.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([newer.Id, older.Id], items.Select(i => i.GetProperty("id").GetString()!));
        Assert.Equal(newer.Text, items[0].GetProperty("content_text").GetString());
        Assert.Equal("https://news.example.test/media/a.png", items[0].GetProperty("image").GetString());
        Assert.Equal("2026-03-01T06:00:00Z", items[1].GetProperty("date_published").GetString());
        Assert.Equal(newer.Pictures.Select(p => p.Alt), items[0].GetProperty("attachments").EnumerateArray().Select(a => a.GetProperty("title").GetString()!));
        Assert.False(items[1].TryGetProperty("attachments", out _));
    }

    [Fact]
    public void Words_that_look_like_markup_arrive_as_words_in_every_format()
    {
        const string html = "<p>Prices &amp; &lt;b&gt;&quot;terms&quot;&lt;/b&gt; ]]&gt; at <a href=\"https://example.test/?a=1&amp;b=2\">https://example.test/?a=1&amp;b=2</a><br>Second line ";

        Assert.StartsWith(html, Parse(RssFeed.Write(feed)).Descendants("item").First().Element("description")!.Value, StringComparison.Ordinal);
        Assert.StartsWith(html, Parse(AtomFeed.Write(feed)).Descendants(atom + "entry").First().Element(atom + "content")!.Value, StringComparison.Ordinal);
        Assert.StartsWith(html, JsonDocument.Parse(JsonFeed.Write(feed)).RootElement.GetProperty("items")[0].GetProperty("content_html").GetString(), StringComparison.Ordinal);
        Assert.Contains("alt=\"A &quot;sign&quot; &amp; &lt;a lamp&gt;\"", Parse(RssFeed.Write(feed)).Descendants("item").First().Element("description")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_shelf_is_a_valid_feed()
    {
        var empty = feed with { Posts = [] };

        Assert.Empty(Parse(RssFeed.Write(empty)).Descendants("item"));
        Assert.Equal("1970-01-01T00:00:00Z", Parse(AtomFeed.Write(empty)).Root!.Element(atom + "updated")!.Value);
        Assert.Equal(0, JsonDocument.Parse(JsonFeed.Write(empty)).RootElement.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void Xml_feeds_declare_the_encoding_they_are_sent_in()
    {
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", RssFeed.Write(feed), StringComparison.Ordinal);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", AtomFeed.Write(feed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Short line\nand more", "Short line")]
    [InlineData("", "")]
    [InlineData("One sentence. And then a second one that makes this line a good deal longer than any title has reason to be, really.", "One sentence.")]
    [InlineData("no stop at all in a line that goes on and on past every bound a sensible title would have set for itself today", "no stop at all in a line that goes on and on past every bound a sensible title would have set for…")]
    public void A_title_is_the_first_line_or_its_first_sentence(string text, string title) => Assert.Equal(title, Headline.Of(text));

    [Fact]
    public void A_post_of_pictures_alone_is_named_after_the_first() => Assert.Equal("A \"sign\" & <a lamp>", (newer with { Text = "" }).Title);

    /// <summary>DTDs are refused, as feed readers should refuse them.</summary>
    private static XDocument Parse(string xml)
    {
        using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XDocument.Load(reader);
    }
}
