using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>Reads posts: one by its identifier, the account's own page by page, and the one that a lost answer may have made.</summary>
internal sealed partial class MastodonReader(MastodonApi api)
{
    /// <summary>The most a server gives at once.</summary>
    private const int PageSize = 40;

    /// <summary>2,000 posts; what is older than that is looked for by a person.</summary>
    private const int MaxPages = 50;

    /// <summary>How far the server's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <summary>The post as it stands now, by the identifier it last had, or by its lasting one among the account's own.</summary>
    /// <returns><see cref="RejectKind.TargetGone"/> where it stands nowhere.</returns>
    public async Task<Step<Status>> ResolveAsync(ConnectedAccount account, RemoteRef post, CancellationToken stop)
    {
        if (post.Version is { Length: > 0 } id)
        {
            var asked = await api.GetAsync(account, "/api/v1/statuses/" + Uri.EscapeDataString(id), stop);
            if (!asked.Done)
                return asked.Why;
            if (asked.Made is Reply.Answered { Ok: true } ok && Status.Read(ok.Body) is { } status && status.Uri == post.Id)
                return status;
            if (asked.Made is not Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.NotFound })
                return MastodonVerdicts.OfPreparation(asked.Made, "Reading the other post");
        }

        var (found, why) = await OwnAsync(account, status => status.Uri == post.Id, DateTimeOffset.MinValue, stop);
        if (why is not null)
            return why;
        return found is [var own, ..] ? own : new Outcome.Rejected(RejectKind.TargetGone, new(404, null, "The post is not there any more."));
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        if (delivery.Standing is { } standing)
        {
            var resolved = await ResolveAsync(account, standing, stop);
            return resolved switch
            {
                { Made: { } status } => status.DiffersFrom(content, MastodonApi.IdOf(account)) is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(status.Remote),
                { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => new FindResult.NotFound(Conclusive: false),
                _ => Unavailable(resolved.Why!),
            };
        }

        var words = MastodonText.Normal(content.Text);
        var (found, why) = await OwnAsync(
            account,
            status => status.Text == words && status.Alts.SequenceEqual(content.Media.Select(media => media.Alt)) && status.ReplyTo is null == content.ReplyTo is null,
            delivery.CreatedAt - skew,
            stop);
        return (found, why) switch
        {
            (_, not null) => Unavailable(why),
            ([], _) => new FindResult.NotFound(Conclusive: false),
            ([var one], _) => one.DiffersFrom(content, MastodonApi.IdOf(account)) is { } differs ? new FindResult.Ambiguous(differs) : new FindResult.Found(one.Remote),
            _ => new FindResult.Ambiguous($"{found.Count} posts on the account have these very words."),
        };
    }

    /// <summary>An account shows a post again once at most, so its own list tells.</summary>
    public async Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop)
    {
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var (read, next, why) = await RawPageAsync(repost.Account, cursor, stop);
            if (why is not null)
                return Unavailable(why);
            if (read.FirstOrDefault(status => status.Shows?.Uri == repost.Post.Id) is { } found)
                return new FindResult.Found(found.Remote);
            if (next is null)
                break;
            cursor = next;
        }

        return new FindResult.NotFound(Conclusive: false);
    }

    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (read, next, why) = await PageAsync(account, cursor, stop);
        return why is not null ? new PostPage.Unavailable(EvidenceOf(why)) : new PostPage.Read(
            [
                .. read.Select(status => status.Listed),
            ],
            next);
    }

    public async Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) =>
        await ResolveAsync(account, standing, stop) switch
        {
            { Made: { } status } => new PostReading.Stands(status.Listed),
            { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => new PostReading.Gone(),
            var resolved => new PostReading.Unavailable(EvidenceOf(resolved.Why!)),
        };

    /// <summary>The account's own server fetches the post, from wherever it stands, and gives it an identifier of its own.</summary>
    public async Task<FoundPost> FindPostAsync(ConnectedAccount account, string address, CancellationToken stop)
    {
        var asked = await api.GetAsync(account, $"/api/v2/search?type=statuses&resolve=true&limit=1&q={Uri.EscapeDataString(address.Trim())}", stop);
        if (!asked.Done)
            return new FoundPost.Unavailable(EvidenceOf(asked.Why));
        if (asked.Made is not Reply.Answered { Ok: true } ok || ok.Body.At("statuses") is not { ValueKind: JsonValueKind.Array })
            return new FoundPost.Unavailable(EvidenceOf(MastodonVerdicts.OfPreparation(asked.Made, "Looking for the post")));
        return ok.Body.ItemsAt("statuses").Select(found => (Status: Status.Read(found), Author: found.TextAt("account", "acct"))).FirstOrDefault(found => found.Status is { Shows: null }) is ({ } status, var author)
            ? new FoundPost.Stands(status.Listed, author ?? "")
            : new FoundPost.NotHere();
    }

    private async Task<(IReadOnlyList<Status> Found, Outcome? Why)> OwnAsync(ConnectedAccount account, Func<Status, bool> wanted, DateTimeOffset since, CancellationToken stop)
    {
        List<Status> found = [];
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var (read, next, why) = await PageAsync(account, cursor, stop);
            if (why is not null)
                return ([], why);
            found.AddRange(read.Where(status => wanted(status) && !found.Exists(one => one.Uri == status.Uri)));
            if (next is null || (read.Count > 0 && read.All(status => status.CreatedAt < since)))
                break;
            cursor = next;
        }

        return ([.. found.Where(status => !(status.CreatedAt < since))], null);
    }

    /// <summary>One page of the account's own posts. A repost of an own post stands for it, because some servers then list only that (measured); reposts of others are left out.</summary>
    private async Task<(IReadOnlyList<Status> Posts, string? Next, Outcome? Why)> PageAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var (all, next, why) = await RawPageAsync(account, cursor, stop);
        return ([.. all.Select(status => status.Shows ?? status).Where(status => status.AuthorId == MastodonApi.IdOf(account))], next, why);
    }

    /// <summary>As the server lists them, reposts as such.</summary>
    private async Task<(IReadOnlyList<Status> Posts, string? Next, Outcome? Why)> RawPageAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var id = MastodonApi.IdOf(account);
        var asked = await api.GetAsync(
            account, $"/api/v1/accounts/{Uri.EscapeDataString(id)}/statuses?limit={PageSize}" + (cursor is null ? "" : "&max_id=" + Uri.EscapeDataString(cursor)), stop);
        if (!asked.Done)
            return ([], null, asked.Why);
        if (asked.Made is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } page)
            return ([], null, MastodonVerdicts.OfPreparation(asked.Made, "Reading the account's posts"));

        var all = page.Body.EnumerateArray().Select(Status.Read).OfType<Status>().ToList();

        // The page after a post begins with older ones; a server that gives the post again knows no pages (measured), and gave all it has.
        if (cursor is not null && all.Exists(status => status.Id == cursor))
            return ([], null, null);
        return (all, NextOf(page, all.LastOrDefault()?.Id), null);
    }

    /// <summary>Where the page after this one begins; null where there is none.</summary>
    /// <param name="last">What this page ends with: a server that sends no links is asked on from there.</param>
    internal static string? NextOf(Reply.Answered page, string? last) =>
        page.Links.SelectMany(line => line.Split(',')).Where(link => link.Contains("rel=\"next\"", StringComparison.Ordinal)).Select(link => MaxId().Match(link)).FirstOrDefault(match => match.Success) is { } told
            ? Uri.UnescapeDataString(told.Groups["id"].Value)
            : page.Links.Count == 0 ? last : null;

    private static FindResult.Unavailable Unavailable(Outcome why) => new(EvidenceOf(why));

    private static Evidence EvidenceOf(Outcome why) => why.Against ?? new Evidence(null, null, "The server did not answer.");

    [GeneratedRegex("[?&]max_id=(?<id>[^&>]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MaxId();
}
