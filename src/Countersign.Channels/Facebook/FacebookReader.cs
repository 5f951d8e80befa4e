using System.Globalization;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>Reads posts and comments: one by its identifier, the page's own posts, and the one that a lost answer may have made.</summary>
internal sealed class FacebookReader(FacebookApi api)
{
    private const int PageSize = 100;

    /// <summary>2,000 posts; what is older than that is looked for by a person.</summary>
    private const int MaxPages = 20;

    /// <summary>The most pictures that are asked for at once.</summary>
    private const int MaxIds = 50;

    /// <summary>How far Facebook's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <summary>The post or comment as it stands now.</summary>
    /// <param name="fields">Of a post, or what posts and comments have in common.</param>
    /// <returns><see cref="RejectKind.TargetGone"/> where it does not stand any more.</returns>
    public async Task<Step<FacebookPost>> ResolveAsync(ConnectedAccount account, RemoteRef post, string fields, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, $"{Uri.EscapeDataString(post.Id)}?fields={fields}", stop);
        if (!asked.Done)
            return asked.Why;
        if (asked.Made is Reply.Answered { Ok: true } ok && FacebookPost.Read(ok.Body) is { } read)
            return read;
        return FacebookVerdicts.IsGone(asked.Made)
            ? new Outcome.Rejected(RejectKind.TargetGone, FacebookVerdicts.Evidence((Reply.Answered)asked.Made, "The post is not there any more, or not shown to this page."))
            : FacebookVerdicts.OfPreparation(asked.Made, "Reading the other post");
    }

    /// <returns>The description of each picture, in order; or why they cannot be read.</returns>
    public async Task<(IReadOnlyDictionary<string, string> Alts, Outcome? Why)> AltsAsync(ConnectedAccount account, IEnumerable<string> pictures, CancellationToken stop)
    {
        var alts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var some in pictures.Distinct().Chunk(MaxIds))
        {
            var asked = await api.GetAsync(account, $"?ids={Uri.EscapeDataString(string.Join(',', some))}&fields=id,alt_text_custom", stop);
            if (!asked.Done)
                return (alts, asked.Why);
            if (asked.Made is not Reply.Answered { Ok: true } ok)
                return (alts, FacebookVerdicts.OfPreparation(asked.Made, "Reading the pictures"));
            foreach (var id in some)
                alts[id] = ok.Text(id, "alt_text_custom") ?? "";
        }

        return (alts, null);
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        List<FacebookPost> found = [];
        if (delivery.Standing is { } standing)
        {
            var resolved = await ResolveAsync(account, standing, content.ReplyTo is null ? FacebookPost.PostFields : FacebookPost.Fields, stop);
            if (!resolved.Done)
                return resolved.Why is Outcome.Rejected { Kind: RejectKind.TargetGone } ? new FindResult.NotFound(Conclusive: false) : new FindResult.Unavailable(EvidenceOf(resolved.Why));
            found.Add(resolved.Made);
        }
        else
        {
            var path = content.ReplyTo is { } parent
                ? $"{Uri.EscapeDataString(parent.Id)}/comments?filter=stream&order=reverse_chronological&fields={FacebookPost.Fields}"
                : $"{Uri.EscapeDataString(account.RemoteId ?? "")}/published_posts?fields={FacebookPost.PostFields}";
            path += "&since=" + (delivery.CreatedAt - skew).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            string? after = null;
            for (var page = 0; page < MaxPages; page++)
            {
                var (posts, next, why) = await PageAsync(account, path, after, stop);
                if (why is not null)
                    return FacebookVerdicts.IsGone(why) ? new FindResult.NotFound(Conclusive: false) : new FindResult.Unavailable(EvidenceOf(FacebookVerdicts.OfPreparation(why, "Reading the page's posts")));
                found.AddRange(posts.Where(post => post.PageId == account.RemoteId && FacebookText.Normal(post.Text) == FacebookText.Normal(content.Text) && post.Pictures.Count == content.Media.Count));
                if (next is null)
                    break;
                after = next;
            }
        }

        var (alts, unread) = await AltsAsync(account, found.SelectMany(post => post.Pictures), stop);
        if (unread is not null)
            return new FindResult.Unavailable(EvidenceOf(unread));
        return found switch
        {
            [] => new FindResult.NotFound(Conclusive: false),
            [var one] => one.DiffersFrom(content, [.. one.Pictures.Select(id => alts[id])], account.RemoteId ?? "") is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(one.Remote),
            _ => new FindResult.Ambiguous($"{found.Count} posts on the page have these very words."),
        };
    }

    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (posts, next, why) = await PageAsync(account, $"{Uri.EscapeDataString(account.RemoteId ?? "")}/published_posts?fields={FacebookPost.PostFields}", cursor, stop);
        if (why is not null)
            return new PostPage.Unavailable(EvidenceOf(FacebookVerdicts.OfPreparation(why, "Reading the page's posts")));
        var (alts, unread) = await AltsAsync(account, posts.SelectMany(post => post.Pictures), stop);
        return unread is not null
            ? new PostPage.Unavailable(EvidenceOf(unread))
            : new PostPage.Read([.. posts.Select(post => new ListedPost(post.Remote, post.Text, [.. post.Pictures.Select(id => alts[id])], post.CreatedAt))], next);
    }

    private async Task<(IReadOnlyList<FacebookPost> Posts, string? Next, Reply? Why)> PageAsync(ConnectedAccount account, string path, string? after, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, $"{path}&limit={PageSize}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)), stop);
        if (!asked.Done)
            return ([], null, new Reply.NeverLeft(EvidenceOf(asked.Why).Note));
        return asked.Made is Reply.Answered { Ok: true } page && page.Body.At("data") is { ValueKind: JsonValueKind.Array }
            ? ([.. page.Body.ItemsAt("data").Select(FacebookPost.Read).OfType<FacebookPost>()], page.Text("paging", "next") is null ? null : page.Text("paging", "cursors", "after"), null)
            : ([], null, asked.Made);
    }

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "Facebook did not answer.");
}
