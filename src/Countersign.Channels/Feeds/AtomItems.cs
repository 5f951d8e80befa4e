using System.Xml.Linq;

namespace Countersign.Channels.Feeds;

/// <summary>Atom (RFC 4287), and its forerunner 0.3 as far as it is the same.</summary>
internal static class AtomItems
{
    public static (ReadFeed?, IEnumerable<RawItem>) Read(XElement root, Uri address)
    {
        if (root.Name.NamespaceName is not ("http://www.w3.org/2005/Atom" or "http://purl.org/atom/ns#"))
            return (null, []);
        var here = Base(root, address);
        var (title, isHtml) = Words(Child(root, "title"));
        var name = (isHtml ? Text.HtmlWords.Of(title ?? "") : title ?? "").Trim();
        var author = Author(root);
        return (
            new ReadFeed(name.Length > 0 ? name : address.Host, Link(root, here, "alternate"), Link(root, here, "hub"), null, []),
            root.Elements(root.Name.Namespace + "entry").Select(entry => Entry(entry, here, author)));
    }

    private static RawItem Entry(XElement entry, Uri at, string? author)
    {
        var here = Base(entry, at);
        var (title, titleIsHtml) = Words(Child(entry, "title"));
        var (text, isHtml) = Words(Child(entry, "content")) is (not null, _) content ? content : Words(Child(entry, "summary"));
        var updated = FeedTimes.Read(Child(entry, "updated")?.Value ?? Child(entry, "modified")?.Value);
        return new RawItem(
            Child(entry, "id")?.Value.Trim() is { Length: > 0 } id ? id : null,
            title, titleIsHtml, text, isHtml,
            Author(entry) ?? author,
            Link(entry, here, "alternate"),
            FeedTimes.Read(Child(entry, "published")?.Value ?? Child(entry, "issued")?.Value) ?? updated,
            updated);
    }

    /// <summary>Text, HTML in text, or XHTML; content that only lies elsewhere is none.</summary>
    private static (string? Words, bool IsHtml) Words(XElement? element) => element switch
    {
        null => (null, false),
        _ when element.Attribute("src") is not null => (null, false),
        _ when element.Attribute("type")?.Value is "xhtml" || element.HasElements => (string.Concat(element.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting))), true),
        _ => (element.Value, element.Attribute("type")?.Value is "html" or "text/html"),
    };

    private static Uri? Link(XElement of, Uri at, string relation) =>
        of.Elements(of.Name.Namespace + "link").Where(link => (link.Attribute("rel")?.Value ?? "alternate") == relation)
            .Select(link => RawItem.On(Base(link, at), link.Attribute("href")?.Value)).FirstOrDefault(found => found is not null);

    private static string? Author(XElement of) => Child(Child(of, "author"), "name")?.Value;

    private static XElement? Child(XElement? of, string name) => of?.Element(of.Name.Namespace + name);

    private static Uri Base(XElement element, Uri at) => RawItem.On(at, element.Attribute(XNamespace.Xml + "base")?.Value) ?? at;
}
