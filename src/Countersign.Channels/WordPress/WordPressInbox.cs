using System.Globalization;
using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>Comments that readers leave on a site, those that wait for somebody to let them through among them.</summary>
internal sealed class WordPressInbox(WordPressSite site)
{
    public static readonly IReadOnlyList<InboxKind> Kinds = [InboxKind.Comment];

    private const string Fields = "_fields=id,post,parent,author,author_name,status,link,content,date_gmt";

    private const int PageSize = 50;

    /// <summary>Read again each time: a comment may appear late with an earlier time. Whoever keeps them tells them apart by their identifiers.</summary>
    private static readonly TimeSpan overlap = TimeSpan.FromMinutes(5);

    /// <param name="cursor">As the read before gave it; null from the beginning.</param>
    public async Task<InboxPage> ReadAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop)
    {
        if (kind != InboxKind.Comment || account.Server is not { } server)
            return new InboxPage.Unavailable(new(null, null, "This site has nothing of that kind."));
        var left = Cursor.Parse(cursor);
        var query = string.Create(CultureInfo.InvariantCulture, $"wp/v2/comments?order=asc&orderby=date_gmt&per_page={PageSize}&offset={left.Given}&after={Written(left.Since)}&{Fields}");

        // Those who moderate see what waits, what was taken for spam, and each as it was written. Others see what everybody sees.
        var asked = await site.GetAsync(account, query + "&context=edit&status=any", stop);
        if (asked is { Made: Reply.Answered { Status: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, Code: "rest_forbidden_context" or "rest_forbidden_param" } })
            asked = await site.GetAsync(account, query, stop);
        if (!asked.Done)
            return new InboxPage.Unavailable(WordPressVerdicts.EvidenceOf(asked.Why));
        if (asked.Made is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } page)
            return new InboxPage.Unavailable(WordPressVerdicts.EvidenceOf(WordPressVerdicts.OfPreparation(asked.Made, "Reading the comments")));

        var comments = page.Body.EnumerateArray().Select(Comment.Read).OfType<Comment>().ToList();
        var complete = page.Body.GetArrayLength() < PageSize;
        var newest = comments.Select(comment => comment.CreatedAt).Append(left.Newest).Max() ?? left.Newest;
        var next = complete ? new Cursor(newest > left.Since + overlap ? newest - overlap : left.Since, 0, newest) : left with { Given = left.Given + page.Body.GetArrayLength(), Newest = newest };
        return new InboxPage.Read([.. comments.Select(comment => Item(comment, account, server))], next.ToString(), complete);
    }

    private static InboxItem Item(Comment comment, ConnectedAccount account, Uri server) => new(comment.In(server), InboxKind.Comment, comment.Text, comment.CreatedAt)
    {
        AuthorId = comment.Author == 0 ? null : comment.Author.ToString(CultureInfo.InvariantCulture),
        AuthorName = comment.AuthorName,
        IsOwn = comment.Author.ToString(CultureInfo.InvariantCulture) == WordPressSite.UserOf(account),
        About = Article.IdOf(server, comment.Article),
        ReplyTo = comment.Answers(server),
        State = comment.Status switch { "hold" => InboxState.Held, "spam" => InboxState.Spam, "trash" => InboxState.Removed, _ => InboxState.Shown },
    };

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <param name="Since">Comments from after this are read.</param>
    /// <param name="Given">How many of them were given already.</param>
    /// <param name="Newest">The newest seen.</param>
    private sealed record Cursor(DateTimeOffset Since, int Given, DateTimeOffset Newest)
    {
        private static readonly DateTimeOffset beginning = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public static Cursor Parse(string? cursor) =>
            cursor?.Split('|') is [var since, var given, var newest]
                && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from)
                && int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && DateTimeOffset.TryParse(newest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var last)
                ? new Cursor(from, count, last) : new Cursor(beginning, 0, beginning);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Written(Since)}|{Given}|{Written(Newest)}");
    }
}
