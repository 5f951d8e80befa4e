using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>What stands on an account, and how the account is.</summary>
internal sealed class BlueskyReader(Xrpc xrpc, Sessions sessions)
{
    /// <summary>The most the network gives at once.</summary>
    private const int PageSize = 100;

    /// <summary>Reads the repository itself, which does not lag behind what was written.</summary>
    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        var server = BlueskyServer.Of(account);
        var query = $"?repo={WebUtility.UrlEncode(account.RemoteId ?? account.Handle)}&collection={PostRecord.Collection}&limit={PageSize}"
            + (cursor is null ? "" : "&cursor=" + WebUtility.UrlEncode(cursor));
        var reply = await xrpc.GetAsync(server, "com.atproto.repo.listRecords", query, null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when ok.Body.At("records") is { ValueKind: JsonValueKind.Array } =>
                new PostPage.Read([.. ok.Body.ItemsAt("records").Select(item => Post(server, item)).OfType<ListedPost>()], ok.Text("cursor")),
            _ => new PostPage.Unavailable(reply.Seen("The network did not list the account's posts.")),
        };
    }

    /// <summary>One record of the repository itself. Absence is 400 here, not 404.</summary>
    public async Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        var server = BlueskyServer.Of(account);
        if (RecordPlace.Parse(standing.Id) is not { } place)
            return new PostReading.Unavailable(new(null, null, "The post's identifier is none of this network."));
        var reply = await xrpc.GetAsync(server, "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(place), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when Post(server, ok.Body) is { } post => new PostReading.Stands(post),
            Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "RecordNotFound" } => new PostReading.Gone(),
            _ => new PostReading.Unavailable(reply.Seen("The network did not say whether the post is there.")),
        };
    }

    /// <summary>The network keeps words and pictures byte for byte, so nothing is forgiven.</summary>
    public static Differences Compare(ListedPost shown, PostContent approved) =>
        Comparing.Words(shown.Text, approved.Text)
        | Comparing.Pictures(shown, approved, [.. approved.Media.Select(BlobId.Of)])
        | (shown.ReplyTo == approved.ReplyTo?.Id ? Differences.None : Differences.ReplyTarget)
        | (shown.Quotes == approved.Quotes?.Id ? Differences.None : Differences.Quote)
        | (shown.Link == approved.Preview?.Target.AbsoluteUri ? Differences.None : Differences.Link);

    /// <summary>A session that was refused is renewed once: only then is it plain whether the account still opens.</summary>
    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        for (var mayRenew = true; ; mayRenew = false)
        {
            var opened = await sessions.GetAsync(account, stop);
            if (!opened.Done)
                return new AccountCheck(Standing(opened.Why), null, [], null, opened.Why.Against);
            var reply = await xrpc.GetAsync(BlueskyServer.Of(account), "com.atproto.server.getSession", "", opened.Made.Access, stop);
            if (reply is Reply.Answered { Ok: true } ok)
            {
                var restricted = ok.Text("status") is not null || ok.Body.At("active") is { ValueKind: JsonValueKind.False };
                return new AccountCheck(restricted ? AccountStanding.Restricted : AccountStanding.Open, opened.Made.Grant?.RefreshEndsAt, [], ok.Limit);
            }

            // The call has nothing in it that could be wrong: so a server answers of an account that it has taken down (measured).
            if (reply is Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "InvalidRequest" } hidden)
                return new AccountCheck(AccountStanding.Restricted, null, [], hidden.Limit, hidden.Evidence("The network does not show this account any more."));
            var why = Verdicts.OfPreparation(reply, "Reading the account back");
            if (why is not Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed } || !mayRenew)
                return new AccountCheck(Standing(why), null, [], (reply as Reply.Answered)?.Limit, why.Against);
            sessions.Refused(account, opened.Made);
        }
    }

    internal static ListedPost? Post(Uri server, JsonElement item) =>
        item.TextAt("uri") is { } uri && RecordPlace.Parse(uri) is { } place && item.TextAt("cid") is { } cid && item.At("value") is { } post
            ? new ListedPost(
                new RemoteRef(uri, BlueskyServer.AddressOf(server, place.Did, place.Key), cid),
                post.TextAt("text") ?? "",
                [.. PostRecord.PicturesOf(post).Select(picture => picture.Alt ?? "")],
                post.TimeAt("createdAt"))
            {
                ReplyTo = post.TextAt("reply", "parent", "uri"),
                Edition = cid,
                PictureIds = [.. PostRecord.PicturesOf(post).Select(picture => picture.Cid ?? "")],
                Quotes = PostRecord.QuotedBy(post),
                Link = PostRecord.LinkOf(post),
            }
            : null;

    private static AccountStanding Standing(Outcome why) => why switch
    {
        Outcome.Rejected { Kind: RejectKind.AuthRevoked or RejectKind.AuthExpired } => AccountStanding.Closed,
        Outcome.Rejected => AccountStanding.Restricted,
        _ => AccountStanding.Unanswered,
    };
}
