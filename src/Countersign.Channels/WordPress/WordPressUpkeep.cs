using System.Globalization;
using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>Taking a post down, and how the account is.</summary>
internal sealed class WordPressUpkeep(WordPressSite site, WordPressReader reader)
{
    /// <summary>Into the site's trash, where readers no longer see it and the site's people still can; for good where the site has no trash.</summary>
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        if (account.Server is null || SitePlace.Of(standing, account.Server) is not { } place)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));
        var (author, why) = await AuthorAsync(account, place, stop);
        if (why is not null)
            return why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new Outcome.Accepted(standing) : why;
        if (author?.ToString(CultureInfo.InvariantCulture) != WordPressSite.UserOf(account))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));

        var path = place.Comment is { } comment ? Path($"wp/v2/comments/{comment}") : Path($"wp/v2/posts/{place.Article}");
        var sent = await site.DeleteAsync(account, path, stop);
        if (sent is { Made: Reply.Answered { Status: HttpStatusCode.NotImplemented, Code: "rest_trash_not_supported" } })
            sent = await site.DeleteAsync(account, path + "?force=true", stop);
        if (!sent.Done)
            return sent.Why;
        return sent.Made switch
        {
            // 410: it lies in the trash already. 404: it is gone for good (both measured).
            Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Gone } or Reply.Answered { Status: HttpStatusCode.NotFound, Code: "rest_post_invalid_id" or "rest_comment_invalid_id" } => new Outcome.Accepted(standing),
            Reply.Answered answered => WordPressVerdicts.OfRefusal(answered) ?? new Outcome.Unknown(answered.Evidence("The answer does not say whether the post is gone.")),

            // A deletion has no body, so nobody knows whether its first byte left.
            _ => new Outcome.Unknown(new(null, null, "No complete answer came.")),
        };
    }

    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        var asked = await site.GetAsync(account, "wp/v2/users/me?context=edit", stop);
        var answered = asked.Made as Reply.Answered;
        IReadOnlyList<string> missing = answered is { Ok: true } me ? WordPressConnect.Missing(me) : [];
        var (standing, note) = asked switch
        {
            { Why: Outcome.Rejected { Kind: RejectKind.AuthRevoked } } or { Made: Reply.Answered { Status: HttpStatusCode.Unauthorized } } =>
                (AccountStanding.Closed, "The site no longer lets Countersign into this account. Connect it again."),
            { Made: Reply.Answered { Ok: true } ok } when ok.Body.NumberAt("id")?.ToString(CultureInfo.InvariantCulture) != WordPressSite.UserOf(account) =>
                (AccountStanding.Closed, "The site answers for another account."),
            { Made: Reply.Answered { Ok: true } } when missing.Count > 0 => (AccountStanding.Restricted, "On this site the account may not do what publishing needs any more."),
            { Made: Reply.Answered { Ok: true } } => (AccountStanding.Open, null),
            { Made: Reply.Answered { Status: HttpStatusCode.Forbidden, Code: not null } } => (AccountStanding.Restricted, "The site has restricted this account."),
            _ => (AccountStanding.Unanswered, "The site did not answer as it should."),
        };
        return new AccountCheck(standing, null, missing, answered?.Limit, note is null ? null : new Evidence((int?)answered?.Status, answered?.Code, note));
    }

    private async Task<(long? Author, Outcome? Why)> AuthorAsync(ConnectedAccount account, SitePlace place, CancellationToken stop)
    {
        if (place.Comment is { } id)
        {
            var comment = await reader.CommentAsync(account, id, stop);
            return (comment.Made?.Author, comment.Why);
        }

        var article = await reader.ArticleAsync(account, place.Article, stop);
        return (article.Made?.Author, article.Why);
    }

    private static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);
}
