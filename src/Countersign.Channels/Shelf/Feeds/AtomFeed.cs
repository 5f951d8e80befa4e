using System.Globalization;
using System.Xml;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>Atom (RFC 4287).</summary>
public static class AtomFeed
{
    public const string ContentType = "application/atom+xml; charset=utf-8";

    public static string Write(Feed feed) => FeedXml.Write(xml =>
    {
        xml.WriteStartElement("feed", "http://www.w3.org/2005/Atom");
        xml.WriteAttributeString("xml", "lang", null, feed.Language);
        xml.Element("id", feed.Self.AbsoluteUri);
        xml.Element("title", feed.Title);
        xml.Element("subtitle", feed.Description);
        xml.Element("updated", Time(feed.Updated));
        Link(xml, "self", feed.Self, "application/atom+xml");
        Link(xml, "alternate", feed.Home, "text/html");
        if (feed.Hub is { } hub)
            Link(xml, "hub", hub, null);
        xml.WriteStartElement("author");
        xml.Element("name", feed.Publisher);
        xml.WriteEndElement();
        foreach (var post in feed.Posts)
            Entry(xml, post);
        xml.WriteEndElement();
    });

    /// <summary>RFC 3339, in UTC.</summary>
    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Entry(XmlWriter xml, FeedPost post)
    {
        xml.WriteStartElement("entry");
        xml.Element("id", post.Id);
        xml.Element("title", post.Title);
        xml.Element("published", Time(post.At));
        xml.Element("updated", Time(post.At));
        Link(xml, "alternate", post.Page, "text/html");
        foreach (var picture in post.Pictures)
            Link(xml, "enclosure", picture.Address, picture.ContentType, picture);
        xml.WriteStartElement("content");
        xml.Attribute("type", "html");
        xml.Words(FeedHtml.Of(post));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string relation, Uri address, string? type, FeedPicture? picture = null)
    {
        xml.WriteStartElement("link");
        xml.Attribute("rel", relation);
        if (type is not null)
            xml.Attribute("type", type);
        xml.Attribute("href", address.AbsoluteUri);
        if (picture is not null)
        {
            xml.Attribute("length", picture.Bytes.ToString(CultureInfo.InvariantCulture));
            xml.Attribute("title", picture.Alt);
        }

        xml.WriteEndElement();
    }
}
