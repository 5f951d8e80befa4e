using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Countersign.Channels.Shelf.Feeds;
using Countersign.Channels.Text;

namespace Countersign.Channels.WordPress;

/// <param name="Id">The site's number of it.</param>
internal sealed record SitePicture(long Id, string Address, string Alt);

/// <param name="Text">Title and body as the one text they were made of.</param>
/// <param name="Alts">The description of each picture.</param>
/// <param name="Links">Where each link leads.</param>
internal sealed record ArticleText(string Text, IReadOnlyList<string> Alts, IReadOnlyList<string> Links);

/// <summary>
/// One text as an article's title and body, and back. A first line of at most 100 characters with an empty line below it is the title and does not stand in the body;
/// any other text is the body as it is, and its headline is made as the Newsroom makes it.
/// </summary>
internal static partial class WordPressText
{
    /// <summary>Our own bound, as the Newsroom's: the site states none.</summary>
    private const int MaxCharacters = 20_000;

    /// <summary>The column of a comment in WordPress's database (comment_content, text).</summary>
    private const int MaxCommentBytes = 65_525;

    private const int LongestTitle = 100;

    public static IReadOnlyList<TextCount> Measure(string text) => [new("characters", Graphemes.Count(text), MaxCharacters)];

    /// <summary>How much the front page shows is the theme's choice.</summary>
    public static Rendering Render(PostContent content) => new(content.Text, FoldAt: null, Links.In(content.Text), Measure(content.Text));

    public static IReadOnlyList<Objection> Validate(PostContent content)
    {
        var objections = Objections.Against(content, WordPressChannel.Description, Measure(content.Text)).ToList();
        if (content.ReplyTo is null)
            return objections;
        if (content.Media.Count > 0)
            objections.Add(new(RejectKind.MediaInvalid, "A reply on WordPress is a comment, and a comment has no pictures."));
        if (Encoding.UTF8.GetByteCount(Comment(content.Text)) is var bytes && bytes > MaxCommentBytes)
            objections.Add(new(RejectKind.TextTooLong, $"A comment on WordPress takes {MaxCommentBytes:N0} bytes; this has {bytes:N0}."));
        return objections;
    }

    /// <summary>The title as HTML: a site shows what it is given.</summary>
    public static string Title(PostContent content) =>
        Words(Split(content.Text).Title is { Length: > 0 } title ? title : Headline.Of(content.Media.Select(media => media.Alt).FirstOrDefault() ?? ""));

    /// <summary>The body in the site's own blocks, so that its people can open it in their editor.</summary>
    public static string Body(string text, IEnumerable<SitePicture> pictures)
    {
        var html = new StringBuilder();
        foreach (var paragraph in Split(text).Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            html.Append("<!-- wp:paragraph -->\n<p>").Append(Linked(paragraph)).Append("</p>\n<!-- /wp:paragraph -->\n\n");
        foreach (var picture in pictures)
        {
            html.Append($"<!-- wp:image {{\"id\":{picture.Id}}} -->\n<figure class=\"wp-block-image\"><img src=\"{WebUtility.HtmlEncode(picture.Address)}\" alt=\"{Words(picture.Alt)}\" class=\"wp-image-{picture.Id}\"/></figure>\n<!-- /wp:image -->\n\n");
        }

        return html.ToString().TrimEnd();
    }

    /// <summary>The words of a comment, which a site reads as HTML too. Of "&amp;#91;" it would make "&#91;" once more (measured), so the number sign is written out.</summary>
    public static string Comment(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("&amp;#", "&amp;&#035;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Everything that HTML, or a site's shortcodes in square brackets, would read as more than words.</summary>
    public static string Words(string text) => Comment(text).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("[", "&#091;", StringComparison.Ordinal).Replace("]", "&#093;", StringComparison.Ordinal);

    /// <summary>The text that an article was made of.</summary>
    /// <param name="title">As HTML.</param>
    /// <param name="body">As HTML.</param>
    public static ArticleText Read(string title, string body)
    {
        var document = new HtmlParser().ParseDocument("<body>" + body);
        var (head, words) = (OfHtml(title), Normal(HtmlWords.Of(document.Body!)));
        var alts = document.QuerySelectorAll("img").Select(picture => picture.GetAttribute("alt") ?? "").ToList();
        var whole = words.StartsWith(head.TrimEnd('…'), StringComparison.Ordinal) ? words
            : words.Length > 0 ? head + "\n\n" + words
            : alts.Count > 0 && head == Headline.Of(alts[0]) ? ""
            : head;
        return new ArticleText(whole, alts, [.. document.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")!)]);
    }

    public static string OfHtml(string html) => Normal(HtmlWords.Of(html));

    /// <summary>Space around lines and the number of empty ones do not tell two texts apart: HTML does not show them.</summary>
    public static string Normal(string text) => EmptyLines().Replace(LineEnds().Replace(text.ReplaceLineEndings("\n"), "\n"), "\n\n").Trim();

    /// <summary>A comment may only be known as readers see it, with the site's own quotes and dashes.</summary>
    public static Differences Compare(ListedPost shown, PostContent approved) =>
        (shown.ReplyTo is null ? Comparing.Words(Normal(shown.Text), Normal(approved.Text)) : Comparing.Words(Folded(Normal(shown.Text)), Folded(Normal(approved.Text))))
        | Comparing.Pictures(shown, approved, [])
        | (shown.Audience is null ? Differences.None : Differences.Audience)
        | (shown.Link is null ? Differences.None : Differences.Link)
        | (shown.ReplyTo == approved.ReplyTo?.Id ? Differences.None : Differences.ReplyTarget);

    /// <summary>As <see cref="Normal"/>, for words that come back as the site shows them, with its own quotes, dashes and dots.</summary>
    public static string Folded(string text) => Space().Replace(
        Dashes().Replace(text.Replace('’', '\'').Replace('‘', '\'').Replace('“', '"').Replace('”', '"').Replace('″', '"').Replace('′', '\'').Replace('×', 'x').Replace("…", "...", StringComparison.Ordinal).Replace(" ™", " (tm)", StringComparison.Ordinal), "-"), " ").Trim();

    private static (string Title, string Body) Split(string text)
    {
        var words = Normal(text);
        var end = words.IndexOf("\n\n", StringComparison.Ordinal);
        return end > 0 && words[..end] is var line && !line.Contains('\n', StringComparison.Ordinal) && Graphemes.Count(line) <= LongestTitle
            && !words[(end + 2)..].StartsWith(line.TrimEnd('…'), StringComparison.Ordinal)
            ? (line, words[(end + 2)..])
            : (Headline.Of(words), words);
    }

    private static string Linked(string paragraph)
    {
        var html = new StringBuilder();
        var at = 0;
        foreach (var link in Links.In(paragraph))
        {
            html.Append(Words(paragraph[at..link.Start])).Append("<a href=\"").Append(Words(link.Target)).Append("\">").Append(Words(paragraph[link.Start..link.End])).Append("</a>");
            at = link.End;
        }

        return html.Append(Words(paragraph[at..])).Replace("\n", "<br>").ToString();
    }

    [GeneratedRegex(@"[ \t]*\n[ \t]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineEnds();

    [GeneratedRegex(@"\n{2,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyLines();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();

    [GeneratedRegex(@"[-–—]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dashes();
}
