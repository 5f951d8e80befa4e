using System.Text;
using Countersign.Channels.Feeds;
using Countersign.Channels.Shelf.Feeds;

namespace Countersign.Channels.Tests.Feeds;

/// <summary>Feeds as strangers write them, good and bad.</summary>
public sealed class FeedReaderTests
{
    private static readonly Uri address = new("https://news.example.test/feed.xml");
    private static readonly DateTimeOffset now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rss_2_is_read_with_its_identifiers_links_times_and_the_words_of_its_html()
    {
        var feed = Read("""
            <?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
            <title>Harbour &amp;amp; Sea</title><link>https://news.example.test/</link><description>All</description><ttl>90</ttl><atom:link rel="hub" href="https://hub.example.test/"/>
            <item><media:title>Not this</media:title><title>Ferry &lt;b&gt;late&lt;/b&gt; &amp;amp; wet</title><link>/ferry</link><guid isPermaLink="false">tag:1</guid><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate><dc:creator>Priya</dc:creator>
              <description>Short</description><content:encoded><![CDATA[<p>The <a href="javascript:alert(1)">ferry</a> is late.</p><script>alert(1)</script><p>Second<br>line</p>]]></content:encoded></item>
            <item><title>Only a link</title><link>https://news.example.test/only</link></item>
            <item><description>Only words, and nothing else at all</description></item>
            </channel></rss>
            """);

        Assert.Equal(("Harbour & Sea", "https://news.example.test/", "https://hub.example.test/", TimeSpan.FromMinutes(90)), (feed.Title, feed.Home!.AbsoluteUri, feed.Hub!.AbsoluteUri, feed.AskAfter));
        var ferry = feed.Items[0];
        Assert.Equal(("tag:1", "Ferry <b>late</b> & wet", "The ferry is late.\n\nSecond\nline", "Priya", "https://news.example.test/ferry"), (ferry.Key, ferry.Title, ferry.Text, ferry.Author, ferry.Link!.AbsoluteUri));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), ferry.At);
        Assert.Equal("https://news.example.test/only", feed.Items[1].Key);
        Assert.Equal("Only words, and nothing else at all", feed.Items[2].Title);
        Assert.StartsWith("words:", feed.Items[2].Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<rss version="0.91"><channel><title>Old</title><link>https://old.example.test/</link><description>x</description><item><title>One</title><link>https://old.example.test/1</link></item></channel></rss>""", "https://old.example.test/1")]
    [InlineData("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://old.example.test/"><title>Old</title><link>https://old.example.test/</link></channel><item rdf:about="https://old.example.test/1"><title>One</title><link>https://old.example.test/1</link></item></rdf:RDF>""", "https://old.example.test/1")]
    [InlineData("""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://old.example.test/"><title>Old</title><id>urn:x</id><updated>2026-11-01T00:00:00Z</updated><entry><id>urn:1</id><title type="html">O&lt;i&gt;n&lt;/i&gt;e</title><link href="1"/><updated>2026-11-01T00:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Words</p></div></content></entry></feed>""", "urn:1")]
    [InlineData("""{"version":"https://jsonfeed.org/version/1.1","title":"Old","items":[{"id":"urn:1","title":"One","url":"https://old.example.test/1","content_html":"<p>Words</p>"}]}""", "urn:1")]
    public void Every_format_gives_the_same(string written, string key)
    {
        var feed = Read(written);

        Assert.Equal("Old", feed.Title);
        var item = Assert.Single(feed.Items);
        Assert.Equal((key, "One", "https://old.example.test/1"), (item.Key, item.Title, item.Link!.AbsoluteUri));
    }

    [Fact]
    public void What_we_write_is_read_back_the_same_from_all_three_formats()
    {
        var post = new FeedPost("urn:uuid:0199a000-0000-7000-8000-000000000001", new Uri("https://news.example.test/posts/1"), "Doors & <b>at</b> ten\n\nSee https://example.test/", now.AddDays(-1), []);
        var written = new Feed("Example & Sons", "What we say", "Example", "en-GB", new Uri("https://news.example.test/"), address, [post]);

        foreach (var text in (string[])[RssFeed.Write(written), AtomFeed.Write(written), JsonFeed.Write(written)])
        {
            var feed = Read(text);
            var item = Assert.Single(feed.Items);
            Assert.Equal((written.Title, post.Id, post.Title, post.Text, post.Page, post.At), (feed.Title, item.Key, item.Title, item.Text, item.Link, item.At));
        }
    }

    [Theory]
    [InlineData("Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00:00Z")]
    [InlineData("Mon, 22 Nov 26 05:00:00 EST", "2026-11-22T10:00:00Z")]
    [InlineData("22 Nov 2026 10:00 +0100", "2026-11-22T09:00:00Z")]
    [InlineData("Sun, 22 Nov 2026 03:00:00 PDT", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22T10:00:00+01:00", "2026-11-22T09:00:00Z")]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-22", "2026-11-22T00:00:00Z")]
    [InlineData("yesterday, at noon", null)]
    [InlineData("Sun, 32 Nov 2026 10:00:00 GMT", null)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", null)]
    [InlineData("Wed, 22 Nov 2028 10:00:00 GMT", null)]
    public void A_time_is_read_or_left_open_and_one_that_has_not_come_is_left_open(string written, string? expected)
    {
        var item = Assert.Single(Read($"<rss version=\"2.0\"><channel><title>T</title><item><title>One</title><pubDate>{written}</pubDate></item></channel></rss>").Items);

        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), item.At);
    }

    [Fact]
    public void An_identifier_given_twice_is_one_item_unless_it_leads_to_two_pages()
    {
        var feed = Read("""
            <feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
            <entry><id>urn:1</id><title>Before</title><link href="https://a.example.test/1"/><updated>2026-11-01T00:00:00Z</updated></entry>
            <entry><id>urn:1</id><title>After</title><link href="https://a.example.test/1"/><updated>2026-11-02T00:00:00Z</updated></entry>
            <entry><id>same</id><title>Two</title><link href="https://a.example.test/2"/><updated>2026-11-01T00:00:00Z</updated></entry>
            <entry><id>same</id><title>Three</title><link href="https://a.example.test/3"/><updated>2026-11-01T00:00:00Z</updated></entry>
            </feed>
            """);

        Assert.Equal(["After", "Two", "Three"], feed.Items.Select(item => item.Title));
        Assert.Equal(3, feed.Items.Select(item => item.Key).Distinct().Count());
    }

    [Fact]
    public void An_edit_shows_as_another_hash_under_the_same_key_although_the_time_stays()
    {
        static string Written(string words) => $"<rss version=\"2.0\"><channel><title>T</title><item><guid>https://a.example.test/1</guid><title>One</title><description>{words}</description><pubDate>Sun, 01 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>";
        var (before, same, after) = (Read(Written("Ten")).Items[0], Read(Written("Ten")).Items[0], Read(Written("Eleven")).Items[0]);

        Assert.Equal((before.Key, before.At, before.Hash), (same.Key, same.At, same.Hash));
        Assert.Equal((before.Key, before.At), (after.Key, after.At));
        Assert.NotEqual(before.Hash, after.Hash);
    }

    [Theory]
    [InlineData("""<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>""", "has-dtd")]
    [InlineData("""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><title>&f;</title></channel></rss>""", "has-dtd")]
    [InlineData("""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>T</title></channel></rss>""", "has-dtd")]
    [InlineData("<!DOCTYPE html><html><body>Not a feed</body></html>", "has-dtd")]
    [InlineData("<html><body>Not a feed</body></html>", "no-feed")]
    [InlineData("""{"hello":"world"}""", "no-feed")]
    [InlineData("<rss><channel><title>T</title>", "not-readable")]
    [InlineData("{\"version\":", "not-readable")]
    [InlineData("", "not-readable")]
    [InlineData("<rss version=\"2.0\"><channel><title>&undefined;</title></channel></rss>", "not-readable")]
    public void What_is_no_feed_or_would_make_a_reader_do_something_is_refused(string written, string code) =>
        Assert.Equal(code, Assert.IsType<FeedReading.Refused>(FeedReader.Read(Encoding.UTF8.GetBytes(written), null, address, now)).Code);

    [Fact]
    public void A_document_type_in_another_encoding_is_found_as_well() =>
        Assert.Equal("has-dtd", Assert.IsType<FeedReading.Refused>(FeedReader.Read(
            Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("<!DOCTYPE a [<!ENTITY b \"c\">]><rss version=\"2.0\"><channel><title>&b;</title></channel></rss>")).ToArray(), null, address, now)).Code);

    [Fact]
    public void Feeds_too_deep_or_too_large_are_refused_and_of_very_many_items_the_newest_are_kept()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 20_000)) + string.Concat(Enumerable.Repeat("</a>", 20_000));
        Assert.Equal("not-readable", Assert.IsType<FeedReading.Refused>(FeedReader.Read(Encoding.UTF8.GetBytes($"<rss version=\"2.0\"><channel><title>{deep}</title></channel></rss>"), null, address, now)).Code);
        Assert.Equal("too-large", Assert.IsType<FeedReading.Refused>(FeedReader.Read(new byte[FeedReader.MaxBytes + 1], null, address, now)).Code);
        var html = "<![CDATA[" + string.Concat(Enumerable.Repeat("<div>", 50_000)) + "words]]>";
        Assert.Single(Read($"<rss version=\"2.0\"><channel><title>T</title><item><title>One</title><description>{html}</description></item></channel></rss>").Items);

        var many = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"<item><guid isPermaLink=\"false\">{i}</guid><title>{i}</title></item>"));
        Assert.Equal(FeedReader.MaxItems, Read($"<rss version=\"2.0\"><channel><title>T</title>{many}</channel></rss>").Items.Count);
    }

    [Fact]
    public void Nothing_of_a_feed_can_steer_a_page()
    {
        var item = Assert.Single(Read("""
            <rss version="2.0"><channel><title>T</title><item><guid isPermaLink="true">javascript:alert(1)</guid><link>javascript:alert(1)</link><title>&lt;img src=x onerror=alert(1)&gt;Plain &#x202E;reversed</title>
            <description>&lt;svg onload=alert(1)&gt;&lt;iframe src="https://evil.example.test/"&gt;&lt;/iframe&gt;&lt;style&gt;body{}&lt;/style&gt;&lt;p&gt;Safe&lt;/p&gt;</description></item></channel></rss>
            """).Items);

        Assert.Null(item.Link);
        Assert.Equal("<img src=x onerror=alert(1)>Plain reversed", item.Title);
        Assert.DoesNotContain("<", item.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", item.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_encoding_is_the_servers_word_or_the_documents_own()
    {
        var written = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss version=\"2.0\"><channel><title>Zürich</title></channel></rss>";

        Assert.Equal("Zürich", Assert.IsType<FeedReading.Read>(FeedReader.Read(Encoding.Latin1.GetBytes(written), null, address, now)).Feed.Title);
        Assert.Equal("Zürich", Assert.IsType<FeedReading.Read>(FeedReader.Read(Encoding.Latin1.GetBytes(written.Replace("iso-8859-1", "utf-8", StringComparison.Ordinal)), "iso-8859-1", address, now)).Feed.Title);
        Assert.Equal("Zürich", Assert.IsType<FeedReading.Read>(FeedReader.Read(Encoding.UTF8.GetBytes("\ufeff" + written.Replace("iso-8859-1", "utf-8", StringComparison.Ordinal)), null, address, now)).Feed.Title);
    }

    private static ReadFeed Read(string written) => FeedReader.Read(Encoding.UTF8.GetBytes(written), null, address, now) switch
    {
        FeedReading.Read read => read.Feed,
        FeedReading.Refused refused => throw new InvalidOperationException(refused.Sentence),
        _ => throw new InvalidOperationException(),
    };
}
