using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Countersign.Channels.Text;

/// <summary>The words of HTML, and nothing else of it: no tag, script or address comes through.</summary>
internal static class HtmlWords
{
    /// <summary>Deeper than any page that a person wrote.</summary>
    private const int MaxDepth = 200;

    public static string Of(string html) => Of(new HtmlParser().ParseDocument("<body>" + html).Body!);

    /// <summary>Blocks are parted by an empty line, and a line break is one.</summary>
    public static string Of(INode node)
    {
        var text = new StringBuilder();
        Walk(node, text, 0);
        return text.ToString();
    }

    private static void Walk(INode node, StringBuilder text, int depth)
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
                    Walk(element, text, depth + 1);
                    if (!IsInline(element))
                        text.Append("\n\n");
                    break;
            }
        }
    }

    private static bool IsInline(IElement element) =>
        element.LocalName is "a" or "b" or "i" or "em" or "strong" or "span" or "code" or "s" or "u" or "sub" or "sup" or "mark" or "small" or "q" or "cite" or "abbr" or "img" or "font" or "time";
}
