using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Countersign.Channels.Text;

/// <summary>The words of HTML, and nothing else of it: no tag, script or address comes through.</summary>
internal static class HtmlWords
{
    /// <summary>Deeper than any page that a person wrote.</summary>
    private const int MaxDepth = 200;

    /// <summary>More than anybody follows in one message.</summary>
    private const int MostLinks = 150;

    public static string Of(string html) => Of(new HtmlParser().ParseDocument("<body>" + html).Body!);

    /// <summary>Blocks are parted by an empty line, and a line break is one.</summary>
    public static string Of(INode node)
    {
        var text = new StringBuilder();
        Walk(node, text, 0);
        return text.ToString();
    }

    /// <summary>The words without the space around them, and where some of them lead.</summary>
    public static (string Text, IReadOnlyList<RenderedLink> Links) OfMessage(string html)
    {
        var text = new StringBuilder();
        List<RenderedLink> links = [];
        Walk(new HtmlParser().ParseDocument("<body>" + html).Body!, text, 0, links);
        var whole = text.ToString();
        var words = whole.Trim();
        var cut = words.Length == 0 ? 0 : whole.IndexOf(words, StringComparison.Ordinal);
        return (words, [.. links.Select(link => link with { Start = link.Start - cut, End = Math.Min(link.End - cut, words.Length) }).Where(link => link.Start >= 0 && link.Start < link.End)]);
    }

    private static void Walk(INode node, StringBuilder text, int depth, List<RenderedLink>? links = null)
    {
        if (depth > MaxDepth)
            return;
        foreach (var child in node.ChildNodes)
        {
            switch (child)
            {
                // Between two blocks stand line breaks that nobody sees.
                case IText words when !string.IsNullOrWhiteSpace(words.Data) || !words.Data.Contains('\n', StringComparison.Ordinal):
                    text.Append(words.Data);
                    break;
                case IElement { LocalName: "br" }:
                    text.Append('\n');
                    break;
                case IElement { LocalName: "script" or "style" or "template" or "iframe" or "noscript" or "object" or "svg" or "math" }:
                    break;
                case IElement element:
                    var start = text.Length;
                    Walk(element, text, depth + 1, links);
                    if (links?.Count < MostLinks && element is IHtmlAnchorElement && Address(element.GetAttribute("href")) is { } target && text.Length > start)
                        links.Add(new RenderedLink(start, text.Length, target));
                    if (!IsInline(element))
                        text.Append("\n\n");
                    break;
            }
        }
    }

    private static string? Address(string? written) =>
        Uri.TryCreate(written, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) ? written : null;

    private static bool IsInline(IElement element) =>
        element.LocalName is "a" or "b" or "i" or "em" or "strong" or "span" or "code" or "s" or "u" or "sub" or "sup" or "mark" or "small" or "q" or "cite" or "abbr" or "img" or "font" or "time";
}
