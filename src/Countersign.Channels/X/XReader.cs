using System.Globalization;
using System.Net;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>Reads posts: one by its identifier, the account's own page by page, and the one that a lost answer may have made.</summary>
internal sealed class XReader(XApi api)
{
    /// <summary>The most X gives at once.</summary>
    private const int PageSize = 100;

    /// <summary>3,200 posts are all that X lists of an account.</summary>
    private const int MaxPages = 32;

    /// <summary>How far X's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <summary>The post as it stands now.</summary>
    /// <returns><see cref="RejectKind.TargetGone"/> where it does not stand any more.</returns>
    public async Task<Step<XPost>> ResolveAsync(ConnectedAccount account, RemoteRef post, CancellationToken stop)
    {
        var asked = await api.ReadAsync(account, post.Version ?? post.Id, stop);
        if (!asked.Done)
            return asked.Why;
        if (asked.Made is Reply.Answered { Ok: true } ok && ok.Body.At("data") is { } data && XPost.Read(data, ok.Body.At("includes")) is { } read)
            return read;

        // X says of a post that is gone "200" with errors and no data, or "404"; one that this account may not see is gone for it.
        return asked.Made is Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.NotFound } none && XVerdicts.Problem(none) is "resource-not-found" or "not-authorized-for-resource"
            ? new Outcome.Rejected(RejectKind.TargetGone, XVerdicts.Evidence((Reply.Answered)asked.Made, "The post is not there any more, or not shown to this account."))
            : XVerdicts.OfPreparation(asked.Made, "Reading the other post");
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        if (delivery.Standing is { } standing)
        {
            var resolved = await ResolveAsync(account, standing, stop);
            return resolved switch
            {
                { Made: { } post } => Judge(post, delivery),
                { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => new FindResult.NotFound(Conclusive: false),
                _ => new FindResult.Unavailable(EvidenceOf(resolved.Why!)),
            };
        }

        var since = (delivery.CreatedAt - skew).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        List<XPost> found = [];
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var (posts, following, why) = await PageAsync(account, "&start_time=" + since, next, stop);
            if (why is not null)
                return new FindResult.Unavailable(EvidenceOf(why));
            found.AddRange(posts.Where(post => post.HasTheWordsOf(content) && post.Alts.SequenceEqual(content.Media.Select(media => media.Alt)) && post.Answers(content.ReplyTo)));
            if (following is null)
                break;
            next = following;
        }

        return found switch
        {
            [] => new FindResult.NotFound(Conclusive: false),
            [var one] => Judge(one, delivery),
            _ => new FindResult.Ambiguous($"{found.Count} posts on the account have these very words."),
        };
    }

    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (posts, next, why) = await PageAsync(account, "", cursor, stop);
        return why is not null ? new PostPage.Unavailable(EvidenceOf(why)) : new PostPage.Read(
            [
                .. posts.Select(post => post.Listed(NameOf(account))),
            ],
            next);
    }

    public async Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) =>
        await ResolveAsync(account, standing, stop) switch
        {
            { Made: { } post } => new PostReading.Stands(post.Listed(NameOf(account))),
            { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => new PostReading.Gone(),
            var resolved => new PostReading.Unavailable(EvidenceOf(resolved.Why!)),
        };

    public static string NameOf(ConnectedAccount account) => account.Handle.TrimStart('@');

    private static FindResult Judge(XPost post, Delivery delivery) =>
        post.DiffersFrom(delivery.Content, delivery.Account.RemoteId ?? "") is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(post.RemoteOf(NameOf(delivery.Account)));

    private async Task<(IReadOnlyList<XPost> Posts, string? Next, Outcome? Why)> PageAsync(ConnectedAccount account, string query, string? next, CancellationToken stop)
    {
        var asked = await api.ListAsync(account, $"&max_results={PageSize}{query}" + (next is null ? "" : "&pagination_token=" + Uri.EscapeDataString(next)), stop);
        if (!asked.Done)
            return ([], null, asked.Why);
        if (asked.Made is not Reply.Answered { Ok: true } page || page.Body.At("meta") is null)
            return ([], null, XVerdicts.OfPreparation(asked.Made, "Reading the account's posts"));
        var includes = page.Body.At("includes");
        return ([.. page.Body.ItemsAt("data").Select(post => XPost.Read(post, includes)).OfType<XPost>()], page.Text("meta", "next_token"), null);
    }

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "X did not answer.");
}
