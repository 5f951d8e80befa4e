using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Channels.Http;
using Countersign.Channels.Text;

namespace Countersign.Channels.WordPress;

/// <summary>An article as its site gives it to those who may edit it.</summary>
/// <param name="Id">The site's number of it; lasts through every change of address.</param>
/// <param name="Slug">The last part of its address: ours is the delivery's key.</param>
/// <param name="Status">In the site's words: publish, pending, future, draft, private, trash.</param>
internal sealed record Article(
    long Id, string Slug, string Status, string? Link, long? Author, ArticleText Shown, bool AsksPassword, DateTimeOffset? CreatedAt, DateTimeOffset? ChangedAt, string Version)
{
    /// <summary>What is asked for of an article; the rest of it would only make the answer long.</summary>
    public const string Fields = "_fields=id,slug,status,link,author,title.raw,content.raw,content.protected,date_gmt,modified_gmt&context=edit";

    public bool Stands => Status is "publish";

    /// <summary>Also where only some readers see it.</summary>
    public bool IsListed => Status is "publish" or "private";

    public RemoteRef In(Uri site) => new(IdOf(site, Id), Link, Version);

    public ListedPost Listed(Uri site) => new(In(site), Shown.Text, Shown.Alts, CreatedAt)
    {
        EditedAt = ChangedAt > CreatedAt ? ChangedAt : null,
        Edition = Version,
        Audience = Status == "private" ? Status : AsksPassword ? "password" : null,

        // One that its words do not show: behind them may lie another page than the one they name.
        Link = Shown.Links.FirstOrDefault(link => !Links.In(Shown.Text).Any(said => said.Target == link)),
    };

    /// <summary>The address that a site understands whatever its articles are called.</summary>
    public static string IdOf(Uri site, long id) => string.Create(CultureInfo.InvariantCulture, $"{WordPressSite.Base(site)}?p={id}");

    /// <returns>Null for anything that is no article.</returns>
    public static Article? Read(JsonElement json)
    {
        if (json.NumberAt("id") is not { } id || json.TextAt("slug") is not { } slug || json.TextAt("status") is not { Length: > 0 } status
            || json.TextAt("title", "raw") is not { } title || json.TextAt("content", "raw") is not { } body)
            return null;
        var changed = json.TextAt("modified_gmt");

        // The time alone has a resolution of a second.
        var version = changed + "/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(status + "\0" + title + "\0" + body)))[..16];
        return new Article(
            id, slug, status, json.TextAt("link"), json.NumberAt("author"), WordPressText.Read(title, body),
            json.At("content", "protected") is { ValueKind: JsonValueKind.True }, Time(json.TextAt("date_gmt")), Time(changed), version);
    }

    /// <returns>How it differs from what was approved, in one sentence; null where it does not.</returns>
    public string? DiffersFrom(Delivery approved) => this switch
    {
        { Status: "pending" or "draft" } => "The site holds it for somebody there to look at; readers do not see it yet.",
        { Status: "future" } => "The site keeps it for a later time of its own; readers do not see it yet.",
        { Status: "private" } or { AsksPassword: true } => "The site does not show it to everybody.",
        { Status: "trash" } => "It lies in the site's trash: it was made, and somebody threw it away.",
        { Stands: false } => $"The site keeps it as \"{Status}\".",
        _ when Slug != approved.Key => SecondCopy(Slug),
        _ when Author?.ToString(CultureInfo.InvariantCulture) != WordPressSite.UserOf(approved.Account) => "The site published it under another account.",
        _ when !Shown.Alts.SequenceEqual(approved.Content.Media.Select(media => media.Alt)) => "The site shows other pictures or descriptions than those approved.",
        _ when Shown.Text != WordPressText.Normal(approved.Content.Text) => "The site shows other words than those approved.",
        _ when !Shown.Links.All(Links.In(approved.Content.Text).Select(link => link.Target).Contains) => "The site shows other links than those approved.",
        _ => null,
    };

    public static string SecondCopy(string slug) => $"A second copy stands there under the address \"{slug}\": take one of the two down.";

    internal static DateTimeOffset? Time(string? written) =>
        DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}

/// <summary>A comment as its site gives it.</summary>
/// <param name="Parent">The comment it answers; 0 where it answers the article.</param>
/// <param name="Status">In the site's words: approved, hold, spam, trash.</param>
/// <param name="Exact">True where <paramref name="Text"/> is what was written, false where it is what the site shows: that has the site's own quotes and dashes.</param>
internal sealed record Comment(long Id, long Article, long Parent, long Author, string AuthorName, string Status, string? Link, string Text, bool Exact, DateTimeOffset? CreatedAt)
{
    public bool Stands => Status is "approved";

    public RemoteRef In(Uri site) => new(string.Create(CultureInfo.InvariantCulture, $"{Channels.WordPress.Article.IdOf(site, Article)}#comment-{Id}"), Link, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Status + "\0" + Text)))[..16]);

    public ListedPost Listed(Uri site) => new(In(site), Text, [], CreatedAt) { ReplyTo = Answers(site), Edition = In(site).Version };

    /// <summary>What it answers, as posts are called here.</summary>
    public string Answers(Uri site) => Parent == 0
        ? Channels.WordPress.Article.IdOf(site, Article)
        : string.Create(CultureInfo.InvariantCulture, $"{Channels.WordPress.Article.IdOf(site, Article)}#comment-{Parent}");

    /// <returns>Null for anything that is no comment.</returns>
    public static Comment? Read(JsonElement json) =>
        json.NumberAt("id") is { } id && json.NumberAt("post") is { } article && json.TextAt("status") is { } status
            && (json.TextAt("content", "raw") ?? json.TextAt("content", "rendered")) is { } html
            ? new Comment(
                id, article, json.NumberAt("parent") ?? 0, json.NumberAt("author") ?? 0, WordPressText.OfHtml(json.TextAt("author_name") ?? ""), status, json.TextAt("link"),
                WordPressText.OfHtml(html), json.TextAt("content", "raw") is not null, Channels.WordPress.Article.Time(json.TextAt("date_gmt")))
            : null;

    public bool Says(string text) => Exact ? Text == WordPressText.Normal(text) : WordPressText.Folded(Text) == WordPressText.Folded(WordPressText.Normal(text));

    public string? DiffersFrom(Delivery approved) => this switch
    {
        { Status: "hold" } => "The site holds the comment until somebody there lets it through.",
        { Stands: false } => $"The site keeps the comment as \"{Status}\".",
        _ when Author.ToString(CultureInfo.InvariantCulture) != WordPressSite.UserOf(approved.Account) => "The site published it under another account.",
        _ when !Says(approved.Content.Text) => "The site shows other words than those approved.",
        _ => null,
    };
}

/// <summary>Where something stands on a site, as its lasting address says it.</summary>
/// <param name="Comment">Null for the article itself.</param>
internal sealed record SitePlace(long Article, long? Comment)
{
    /// <returns>Null for the address of anything else, or on another site.</returns>
    public static SitePlace? Of(RemoteRef remote, Uri site)
    {
        var begin = WordPressSite.Base(site).AbsoluteUri + "?p=";
        if (!remote.Id.StartsWith(begin, StringComparison.Ordinal))
            return null;
        return remote.Id[begin.Length..].Split("#comment-") switch
        {
            [var article] when Number(article) is { } id => new SitePlace(id, null),
            [var article, var comment] when Number(article) is { } id && Number(comment) is { } commentId => new SitePlace(id, commentId),
            _ => null,
        };
    }

    private static long? Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
