using System.Globalization;
using System.Xml;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>RSS 2.0 (rssboard.org/rss-specification), with the feed's own address in Atom's element and the descriptions of pictures in Media RSS.</summary>
public static class RssFeed
{
    public const string ContentType = "application/rss+xml; charset=utf-8";

    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Media = "http://search.yahoo.com/mrss/";

    public static string Write(Feed feed) => FeedXml.Write(xml =>
    {
        xml.WriteStartElement("rss");
        xml.Attribute("version", "2.0");
        xml.WriteAttributeString("xmlns", "atom", null, Atom);
        xml.WriteAttributeString("xmlns", "media", null, Media);
        xml.WriteStartElement("channel");
        xml.Element("title", feed.Title);
        xml.Element("link", feed.Home.AbsoluteUri);
        xml.Element("description", feed.Description);
        xml.Element("language", feed.Language);
        xml.Element("lastBuildDate", Time(feed.Updated));
        xml.WriteStartElement("link", Atom);
        xml.Attribute("rel", "self");
        xml.Attribute("type", "application/rss+xml");
        xml.Attribute("href", feed.Self.AbsoluteUri);
        xml.WriteEndElement();
        if (feed.Hub is { } hub)
        {
            xml.WriteStartElement("link", Atom);
            xml.Attribute("rel", "hub");
            xml.Attribute("href", hub.AbsoluteUri);
            xml.WriteEndElement();
        }

        foreach (var post in feed.Posts)
            Item(xml, post);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static void Item(XmlWriter xml, FeedPost post)
    {
        xml.WriteStartElement("item");
        xml.Element("title", post.Title);
        xml.Element("link", post.Page.AbsoluteUri);
        xml.WriteStartElement("guid");
        xml.Attribute("isPermaLink", "false");
        xml.Words(post.Id);
        xml.WriteEndElement();
        xml.Element("pubDate", Time(post.At));
        xml.Element("description", FeedHtml.Of(post));
        // One enclosure: many readers keep only one of several. All pictures are in the description.
        foreach (var picture in post.Pictures.Take(1))
            Enclosure(xml, picture);
        foreach (var picture in post.Pictures)
            Picture(xml, picture);
        xml.WriteEndElement();
    }

    private static void Enclosure(XmlWriter xml, FeedPicture picture)
    {
        xml.WriteStartElement("enclosure");
        xml.Attribute("url", picture.Address.AbsoluteUri);
        xml.Attribute("length", picture.Bytes.ToString(CultureInfo.InvariantCulture));
        xml.Attribute("type", picture.ContentType);
        xml.WriteEndElement();
    }

    private static void Picture(XmlWriter xml, FeedPicture picture)
    {
        xml.WriteStartElement("content", Media);
        xml.Attribute("url", picture.Address.AbsoluteUri);
        xml.Attribute("fileSize", picture.Bytes.ToString(CultureInfo.InvariantCulture));
        xml.Attribute("type", picture.ContentType);
        xml.Attribute("medium", "image");
        xml.WriteStartElement("description", Media);
        xml.Attribute("type", "plain");
        xml.Words(picture.Alt);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    /// <summary>RFC 822 with a four-digit year, in GMT.</summary>
    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
}
