using System.Globalization;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>Reads posts and comments: one by its name, the page's own posts, and the one that a lost answer may have made.</summary>
internal sealed class LinkedInReader(LinkedInApi api)
{
    private const int PageSize = 100;

    /// <summary>2,000 posts; what is older than that is looked for by a person.</summary>
    private const int MaxPages = 20;

    /// <summary>How far LinkedIn's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <summary>The post or comment as it stands now.</summary>
    /// <returns><see cref="RejectKind.TargetGone"/> where it does not stand any more.</returns>
    public async Task<Step<LinkedInPost>> ResolveAsync(ConnectedAccount account, string id, CancellationToken stop)
    {
        var comment = LinkedInApi.CommentOf(id);
        var asked = await api.GetAsync(
            account, comment is { } c ? $"/rest/socialActions/{LinkedInApi.Escaped(c.Below)}/comments/{c.Number}" : $"/rest/posts/{LinkedInApi.Escaped(id)}", stop);
        if (!asked.Done)
            return asked.Why;
        if (asked.Made is Reply.Answered { Ok: true } ok && (comment is null ? LinkedInPost.Read(ok.Body) : LinkedInPost.ReadComment(ok.Body)) is { } read)
            return read;
        return LinkedInVerdicts.IsGone(asked.Made)
            ? new Outcome.Rejected(RejectKind.TargetGone, LinkedInVerdicts.Evidence((Reply.Answered)asked.Made, "The post is not there any more, or not shown to this page."))
            : LinkedInVerdicts.OfPreparation(asked.Made, "Reading the other post");
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        if (delivery.Standing is { } standing)
        {
            var resolved = await ResolveAsync(account, standing.Id, stop);
            return resolved switch
            {
                { Made: { } post } => Judge(post, delivery),
                { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => new FindResult.NotFound(Conclusive: false),
                _ => new FindResult.Unavailable(EvidenceOf(resolved.Why!)),
            };
        }

        var since = delivery.CreatedAt - skew;
        List<LinkedInPost> found = [];
        var start = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var (posts, next, why) = content.ReplyTo is { } parent ? await CommentsAsync(account, parent, start, stop) : await PageAsync(account, start, stop);
            if (why is not null)
                return why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new FindResult.NotFound(Conclusive: false) : new FindResult.Unavailable(EvidenceOf(why));
            found.AddRange(posts.Where(post => !(post.CreatedAt < since) && post.Author == account.RemoteId && LinkedInText.Normal(post.Text) == LinkedInText.Normal(content.Text)
                && post.Alts.SequenceEqual(content.Media.Select(media => media.Alt)) && post.Shares == content.Quotes?.Id));
            if (next is not { } further || (posts.Count > 0 && posts.All(post => post.CreatedAt < since)))
                break;
            start = further;
        }

        return found switch
        {
            [] => new FindResult.NotFound(Conclusive: false),
            [var one] => Judge(one, delivery),
            _ => new FindResult.Ambiguous($"{found.Count} posts on the page have these very words."),
        };
    }

    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (posts, next, why) = await PageAsync(account, int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : 0, stop);
        return why is not null
            ? new PostPage.Unavailable(EvidenceOf(why))
            : new PostPage.Read([.. posts.Select(post => new ListedPost(post.Remote, post.Text, post.Alts, post.CreatedAt) { EditedAt = post.EditedAt })], next?.ToString(CultureInfo.InvariantCulture));
    }

    private static FindResult Judge(LinkedInPost post, Delivery delivery) =>
        post.DiffersFrom(delivery.Content, delivery.Account.RemoteId ?? "") is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(post.Remote);

    private async Task<(IReadOnlyList<LinkedInPost> Posts, int? Next, Outcome? Why)> PageAsync(ConnectedAccount account, int start, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, string.Create(CultureInfo.InvariantCulture, $"/rest/posts?author={LinkedInApi.Escaped(account.RemoteId ?? "")}&q=author&count={PageSize}&start={start}&sortBy=CREATED"), stop, "FINDER");
        if (!asked.Done)
            return ([], null, asked.Why);
        if (asked.Made is not Reply.Answered { Ok: true } page || page.Body.At("elements") is null)
            return ([], null, LinkedInVerdicts.OfPreparation(asked.Made, "Reading the page's posts"));
        List<LinkedInPost> posts = [.. page.Body.ItemsAt("elements").Where(post => post.TextAt("lifecycleState") is null or "PUBLISHED").Select(LinkedInPost.Read).OfType<LinkedInPost>()];
        var count = page.Body.ItemsAt("elements").Count();
        return (posts, count == 0 ? null : start + count, null);
    }

    private async Task<(IReadOnlyList<LinkedInPost> Posts, int? Next, Outcome? Why)> CommentsAsync(ConnectedAccount account, RemoteRef parent, int start, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, string.Create(CultureInfo.InvariantCulture, $"/rest/socialActions/{LinkedInApi.Escaped(parent.Id)}/comments?count={PageSize}&start={start}"), stop);
        if (!asked.Done)
            return ([], null, asked.Why);
        if (LinkedInVerdicts.IsGone(asked.Made))
            return ([], null, new Outcome.Rejected(RejectKind.TargetGone, new(404, null, "What it answers is not there any more.")));
        if (asked.Made is not Reply.Answered { Ok: true } page || page.Body.At("elements") is null)
            return ([], null, LinkedInVerdicts.OfPreparation(asked.Made, "Reading the comments"));
        var count = page.Body.ItemsAt("elements").Count();
        return ([.. page.Body.ItemsAt("elements").Select(LinkedInPost.ReadComment).OfType<LinkedInPost>()], count == 0 ? null : start + count, null);
    }

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "LinkedIn did not answer.");
}
