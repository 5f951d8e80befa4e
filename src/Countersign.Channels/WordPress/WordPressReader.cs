using System.Globalization;
using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>Reads what stands on a site: one article or comment by its number, the one under a delivery's key, and the account's own page by page.</summary>
internal sealed class WordPressReader(WordPressSite site)
{
    private const string CommentFields = "_fields=id,post,parent,author,author_name,status,link,content,date_gmt";

    /// <summary>How many copies are looked for: a site calls the second one KEY-2, the third KEY-3.</summary>
    private const int MaxCopies = 9;

    /// <summary>Articles at once. Where they are so long that the answer is cut off, fewer are asked for.</summary>
    private static readonly int[] pageSizes = [20, 3, 1];

    /// <summary>How far the site's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <returns><see cref="RejectKind.TargetGone"/> where there is none, or it lies in the trash.</returns>
    public async Task<Step<Article>> ArticleAsync(ConnectedAccount account, long id, CancellationToken stop)
    {
        var asked = await site.GetAsync(account, Path($"wp/v2/posts/{id}?{Article.Fields}"), stop);
        if (!asked.Done)
            return asked.Why;
        return asked.Made is Reply.Answered { Ok: true } ok && Article.Read(ok.Body) is { } article
            ? article.Status == "trash" ? Gone : article
            : WordPressVerdicts.OfPreparation(asked.Made, "Reading the article");
    }

    /// <summary>Whether readers see an article, whoever wrote it.</summary>
    /// <returns>Why not; null where they do.</returns>
    public async Task<Outcome?> IsShownAsync(ConnectedAccount account, long id, CancellationToken stop)
    {
        var asked = await site.GetAsync(account, Path($"wp/v2/posts/{id}?_fields=status"), stop);
        return asked switch
        {
            { Why: { } why } => why,
            { Made: Reply.Answered { Ok: true } ok } when ok.Text("status") == "publish" => null,
            { Made: Reply.Answered { Ok: true } or Reply.Answered { Code: "rest_forbidden" } } => Gone,
            _ => WordPressVerdicts.OfPreparation(asked.Made!, "Reading the article"),
        };
    }

    /// <returns><see cref="RejectKind.TargetGone"/> where there is none, or it lies in the trash or with the spam.</returns>
    public async Task<Step<Comment>> CommentAsync(ConnectedAccount account, long id, CancellationToken stop)
    {
        // Only those who moderate may read it as it was written.
        var asked = await site.GetAsync(account, Path($"wp/v2/comments/{id}?context=edit&{CommentFields}"), stop);
        if (asked is { Made: Reply.Answered { Status: HttpStatusCode.Forbidden, Code: "rest_forbidden_context" } })
            asked = await site.GetAsync(account, Path($"wp/v2/comments/{id}?{CommentFields}"), stop);
        if (!asked.Done)
            return asked.Why;
        return asked.Made is Reply.Answered { Ok: true } ok && Comment.Read(ok.Body) is { } comment
            ? comment.Status is "trash" or "spam" ? Gone : comment
            : WordPressVerdicts.OfPreparation(asked.Made, "Reading the comment");
    }

    /// <summary>Every article that a delivery may have made, those in the trash too: there, its address has another ending.</summary>
    public async Task<Step<Article[]>> UnderKeyAsync(ConnectedAccount account, string key, CancellationToken stop)
    {
        var slugs = Enumerable.Range(1, MaxCopies).Select(copy => copy == 1 ? key : Path($"{key}-{copy}")).SelectMany(slug => (string[])[slug, slug + "__trashed"]);
        var asked = await site.GetAsync(account, $"wp/v2/posts?slug={Uri.EscapeDataString(string.Join(',', slugs))}&status=any,trash&per_page=20&{Article.Fields}", stop);
        if (!asked.Done)
            return asked.Why;

        // To a caller it does not know, a site says that the question makes no sense (measured). Who is asking is known by another one.
        if (asked.Made is Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "rest_invalid_param" }
            && await site.GetAsync(account, "wp/v2/users/me?context=edit&_fields=id", stop) is { Made: Reply.Answered { Status: HttpStatusCode.Unauthorized } shut })
            return WordPressVerdicts.OfPreparation(shut, "Reading what stands under the post's address");
        return asked.Made is Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } page
            ? page.Body.EnumerateArray().Select(Article.Read).OfType<Article>().ToArray()
            : WordPressVerdicts.OfPreparation(asked.Made, "Reading what stands under the post's address");
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        if (delivery.Standing is { } standing)
            return await FindStandingAsync(delivery, standing, stop);
        if (content.ReplyTo is { } target)
            return await FindCommentAsync(delivery, target, stop);

        var read = await UnderKeyAsync(account, delivery.Key, stop);
        if (!read.Done)
            return new FindResult.Unavailable(WordPressVerdicts.EvidenceOf(read.Why));
        var standingThere = read.Made.Where(article => article.Status != "trash").ToList();
        return standingThere switch
        {
            [] when read.Made is [var thrown, ..] => new FindResult.Ambiguous(thrown.DiffersFrom(delivery)!),

            // A slug is the site's own key: what stands under none of these stands nowhere.
            [] => new FindResult.NotFound(Conclusive: true),
            [var one] => one.DiffersFrom(delivery) is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(one.In(account.Server!)),
            [.., var last] => new FindResult.Ambiguous(Article.SecondCopy(standingThere.Find(article => article.Slug != delivery.Key)?.Slug ?? last.Slug)),
        };
    }

    /// <summary>The account's own articles and comments as one list. The cursor counts what was given of each.</summary>
    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (articlesGiven, commentsGiven) = (cursor ?? "0+0").Split('+') is [var first, var second] && int.TryParse(first, CultureInfo.InvariantCulture, out var a) && int.TryParse(second, CultureInfo.InvariantCulture, out var c) ? (a, c) : (0, 0);
        var user = Uri.EscapeDataString(WordPressSite.UserOf(account));
        var articles = await PageAsync(account, $"wp/v2/posts?author={user}&status=publish,private&orderby=id&{Article.Fields}", articlesGiven, Article.Read, stop);
        if (!articles.Done)
            return new PostPage.Unavailable(WordPressVerdicts.EvidenceOf(articles.Why));
        var comments = await CommentPageAsync(account, $"wp/v2/comments?author={user}&orderby=id&{CommentFields}", commentsGiven, stop);
        if (!comments.Done)
            return new PostPage.Unavailable(WordPressVerdicts.EvidenceOf(comments.Why));

        Step<Article[]> late = articlesGiven > 0 ? Array.Empty<Article>() : await PublishedLateAsync(account, user, articles.Made.Items, stop);
        if (!late.Done)
            return new PostPage.Unavailable(WordPressVerdicts.EvidenceOf(late.Why));

        List<ListedPost> posts = [];
        var (i, k) = (0, 0);
        var (ofArticles, ofComments) = (articles.Made.Items, comments.Made.Items);

        // Until one of the two has to be asked for more: what comes next may be on its following page.
        while ((i < ofArticles.Count || !articles.Made.More) && (k < ofComments.Count || !comments.Made.More) && (i < ofArticles.Count || k < ofComments.Count))
        {
            var article = i < ofArticles.Count ? ofArticles[i] : null;
            var comment = k < ofComments.Count ? ofComments[k] : null;

            // A comment of the same second came after the article it may stand under.
            if (article is null || (comment is not null && comment.CreatedAt >= article.CreatedAt))
            {
                posts.Add(comment!.Listed(account.Server!));
                k++;
            }
            else
            {
                posts.Add(article.Listed(account.Server!));
                i++;
            }
        }

        var more = articles.Made.More || comments.Made.More || i < ofArticles.Count || k < ofComments.Count;
        return new PostPage.Read([.. posts.Concat(late.Made.Select(article => article.Listed(account.Server!))).OrderByDescending(post => post.CreatedAt)], more ? Path($"{articlesGiven + i}+{commentsGiven + k}") : null);
    }

    /// <summary>What stands there now. What the site keeps back or threw away is not there for readers.</summary>
    public async Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        if (account.Server is not { } server || SitePlace.Of(standing, server) is not { } place)
            return new PostReading.Unavailable(new(null, null, "That is no post of this site."));
        var (shown, why) = place.Comment is { } comment
            ? Shown(await CommentAsync(account, comment, stop), made => made.Stands ? made.Listed(server) : null)
            : Shown(await ArticleAsync(account, place.Article, stop), made => made.IsListed ? made.Listed(server) : null);
        return (shown, why) switch
        {
            ({ } post, _) => new PostReading.Stands(post),
            (_, null or Outcome.Rejected { Kind: RejectKind.TargetGone }) => new PostReading.Gone(),
            _ => new PostReading.Unavailable(WordPressVerdicts.EvidenceOf(why!)),
        };
    }

    private static (ListedPost? Shown, Outcome? Why) Shown<T>(Step<T> read, Func<T, ListedPost?> show)
        where T : class => read.Done ? (show(read.Made), null) : (null, read.Why);

    /// <summary>Articles that were begun long ago and published lately: they have a low number, so the newest numbers do not show them.</summary>
    private async Task<Step<Article[]>> PublishedLateAsync(ConnectedAccount account, string user, IReadOnlyList<Article> newest, CancellationToken stop)
    {
        var lately = await PageAsync(account, $"wp/v2/posts?author={user}&status=publish,private&orderby=date&{Article.Fields}", 0, Article.Read, stop);
        if (!lately.Done)
            return lately.Why;
        var oldest = newest.Min(article => article.CreatedAt);
        return lately.Made.Items.Where(article => article.CreatedAt > oldest && newest.All(one => one.Id != article.Id)).ToArray();
    }

    private static Outcome Gone => new Outcome.Rejected(RejectKind.TargetGone, new(200, null, "The post is not there any more."));

    private async Task<FindResult> FindStandingAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        var account = delivery.Account;
        if (account.Server is null || SitePlace.Of(standing, account.Server) is not { } place)
            return new FindResult.Unavailable(new(null, null, "That is no post of this site."));
        var (remote, differs, why) = (default(RemoteRef), default(string), default(Outcome));
        if (place.Comment is { } commentId)
        {
            var comment = await CommentAsync(account, commentId, stop);
            (remote, differs, why) = (comment.Made?.In(account.Server), comment.Made?.DiffersFrom(delivery), comment.Why);
        }
        else
        {
            var article = await ArticleAsync(account, place.Article, stop);
            (remote, differs, why) = (article.Made?.In(account.Server), article.Made?.DiffersFrom(delivery), article.Why);
        }

        return why switch
        {
            null => differs is null ? new FindResult.Found(remote!) : new FindResult.Ambiguous(differs),
            Outcome.Rejected { Kind: RejectKind.TargetGone } => new FindResult.NotFound(Conclusive: true),
            _ => new FindResult.Unavailable(WordPressVerdicts.EvidenceOf(why)),
        };
    }

    /// <summary>A comment has no key of ours: the account's own under that article are read, and one with these words is taken for it.</summary>
    private async Task<FindResult> FindCommentAsync(Delivery delivery, RemoteRef target, CancellationToken stop)
    {
        var account = delivery.Account;
        if (account.Server is null || SitePlace.Of(target, account.Server) is not { } place)
            return new FindResult.Unavailable(new(null, null, "The post that is answered is none of this site."));
        var since = (delivery.CreatedAt - skew).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        List<Comment> found = [];
        for (var given = 0; ;)
        {
            var page = await PageAsync(
                account, Path($"wp/v2/comments?author={Uri.EscapeDataString(WordPressSite.UserOf(account))}&post={place.Article}&parent={place.Comment ?? 0}&after={since}&orderby=id&status=all&{CommentFields}"), given, Comment.Read, stop);
            if (!page.Done)
                return new FindResult.Unavailable(WordPressVerdicts.EvidenceOf(page.Why));
            found.AddRange(page.Made.Items.Where(comment => comment.Says(delivery.Content.Text) && !found.Exists(one => one.Id == comment.Id)));
            given += page.Made.Items.Count;
            if (!page.Made.More || page.Made.Items.Count == 0)
                break;
        }

        return found switch
        {
            [] => new FindResult.NotFound(Conclusive: false),
            [var one] => one.DiffersFrom(delivery) is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(one.In(account.Server)),
            _ => new FindResult.Ambiguous($"{found.Count} comments of the account have these very words."),
        };
    }

    /// <summary>Some of the account's comments, as they were written for those who moderate and as they are shown for the others: as one alone is read, so that the two are the same edition.</summary>
    private async Task<Step<SitePage<Comment>>> CommentPageAsync(ConnectedAccount account, string path, int given, CancellationToken stop)
    {
        var written = await PageAsync(account, path + "&context=edit", given, Comment.Read, stop);
        return written.Why is Outcome.Rejected { Evidence.Code: "rest_forbidden_context" }
            ? await PageAsync(account, path, given, Comment.Read, stop)
            : written;
    }

    /// <summary>Some of a list, from the newest on. What cannot be read as one of its things is left out, but counted.</summary>
    private async Task<Step<SitePage<T>>> PageAsync<T>(ConnectedAccount account, string path, int given, Func<JsonElement, T?> read, CancellationToken stop)
        where T : class
    {
        Step<Reply> asked = default;
        foreach (var size in pageSizes)
        {
            asked = await site.GetAsync(account, Path($"{path}&offset={given}&per_page={size}"), stop);
            if (!asked.Done)
                return asked.Why;
            if (asked.Made is Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } page)
            {
                List<T> items = [.. page.Body.EnumerateArray().Select(read).OfType<T>()];
                return items.Count == page.Body.GetArrayLength()
                    ? new SitePage<T>(items, items.Count == size)
                    : new Outcome.NotSent(NotSentKind.Unreachable, null, page.Evidence("The site listed something that is no post."));
            }

            if (asked.Made is not Reply.Answered { Status: HttpStatusCode.OK })
                break;
        }

        return WordPressVerdicts.OfPreparation(asked.Made!, "Reading the account's posts");
    }

    private static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);

    private sealed record SitePage<T>(IReadOnlyList<T> Items, bool More);
}
