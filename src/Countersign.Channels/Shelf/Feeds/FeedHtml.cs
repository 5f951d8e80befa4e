using System.Net;
using System.Text;
using Countersign.Channels.Text;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>A post as HTML: every word escaped, links and line breaks kept, pictures with their descriptions.</summary>
internal static class FeedHtml
{
    public static string Of(FeedPost post)
    {
        var html = new StringBuilder("<p>");
        var at = 0;
        foreach (var link in Links.In(post.Text))
        {
            html.Append(Words(post.Text[at..link.Start]))
                .Append("<a href=\"").Append(WebUtility.HtmlEncode(link.Target)).Append("\">").Append(Words(post.Text[link.Start..link.End])).Append("</a>");
            at = link.End;
        }

        html.Append(Words(post.Text[at..])).Append("</p>");
        foreach (var picture in post.Pictures)
        {
            html.Append("<p><img src=\"").Append(WebUtility.HtmlEncode(picture.Address.AbsoluteUri))
                .Append("\" alt=\"").Append(WebUtility.HtmlEncode(picture.Alt)).Append("\"></p>");
        }

        return html.ToString();
    }

    private static string Words(string text) => WebUtility.HtmlEncode(text).ReplaceLineEndings("<br>");
}
