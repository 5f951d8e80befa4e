using System.Globalization;
using System.Xml.Linq;

namespace Countersign.Channels.Feeds;

/// <summary>RSS 2.0 and its older kin (rssboard.org/rss-specification), RSS 1.0 (web.resource.org/rss/1.0/spec).</summary>
internal static class RssItems
{
    private static readonly XNamespace content = "http://purl.org/rss/1.0/modules/content/";
    private static readonly XNamespace dublinCore = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace syndication = "http://purl.org/rss/1.0/modules/syndication/";
    private static readonly XNamespace rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace atom = "http://www.w3.org/2005/Atom";

    public static (ReadFeed?, IEnumerable<RawItem>) Read(XElement root, Uri address)
    {
        if (Child(root, "channel") is not { } channel)
            return (null, []);
        var home = RawItem.On(address, Child(channel, "link")?.Value);
        var feed = new ReadFeed(System.Net.WebUtility.HtmlDecode(Child(channel, "title")?.Value ?? "").Trim() is { Length: > 0 } title ? title : address.Host, home, Hub(channel, address), AskAfter(channel), []);

        // In RSS 1.0 the items stand beside the channel and not inside it.
        return (feed, channel.Elements().Concat(root.Elements()).Where(element => element.Name.LocalName == "item").Select(item => Item(item, home ?? address)));
    }

    private static RawItem Item(XElement item, Uri at)
    {
        var guid = Child(item, "guid");
        var id = guid?.Value.Trim() is { Length: > 0 } said ? said : item.Attribute(rdf + "about")?.Value.Trim();

        // A guid that does not say otherwise is an address (rssboard.org/rss-specification, guid).
        var permanent = guid is not null && guid.Attribute("isPermaLink")?.Value.Trim() is not "false" && guid.Value.Trim().StartsWith("http", StringComparison.OrdinalIgnoreCase) ? guid.Value : null;
        var link = RawItem.On(at, Child(item, "link")?.Value) ?? RawItem.On(at, permanent);
        return new RawItem(
            id is { Length: > 0 } ? id : null,
            // Plain text by the specification; many write an entity twice over, and then mean the character.
            System.Net.WebUtility.HtmlDecode(Child(item, "title")?.Value), false,
            item.Element(content + "encoded")?.Value ?? Child(item, "description")?.Value, true,
            item.Element(dublinCore + "creator")?.Value ?? Child(item, "author")?.Value,
            link,
            FeedTimes.Read(Child(item, "pubDate")?.Value ?? item.Element(dublinCore + "date")?.Value),
            null);
    }

    private static Uri? Hub(XElement channel, Uri address) =>
        RawItem.On(address, channel.Elements(atom + "link").FirstOrDefault(link => link.Attribute("rel")?.Value == "hub")?.Attribute("href")?.Value);

    /// <summary>"ttl" is in minutes; RSS 1.0 names a period and how often in it.</summary>
    private static TimeSpan? AskAfter(XElement channel)
    {
        if (double.TryParse(Child(channel, "ttl")?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and < 1_000_000)
            return TimeSpan.FromMinutes(minutes);
        TimeSpan? period = channel.Element(syndication + "updatePeriod")?.Value.Trim() switch
        {
            "hourly" => TimeSpan.FromHours(1),
            "daily" => TimeSpan.FromDays(1),
            "weekly" => TimeSpan.FromDays(7),
            _ => null,
        };
        return int.TryParse(channel.Element(syndication + "updateFrequency")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var often) && often is > 0 and < 1_000 ? period / often : period;
    }

    /// <summary>Without a namespace, or in that of RSS 0.90 and 1.0; never one of another vocabulary, such as a media title.</summary>
    private static XElement? Child(XElement of, string name) =>
        of.Elements().FirstOrDefault(element => element.Name.LocalName == name && element.Name.NamespaceName is "" or "http://purl.org/rss/1.0/" or "http://my.netscape.com/rdf/simple/0.9/");
}
