using System.Globalization;
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
            Reply.Answered answered => new PostPage.Unavailable(answered.Evidence("The network did not list the account's posts.")),
            Reply.Lost lost => new PostPage.Unavailable(new(lost.Status, null, lost.Note)),
            Reply.NeverLeft never => new PostPage.Unavailable(new(null, null, never.Note)),
            _ => throw new InvalidOperationException("A reply is one of three."),
        };
    }

    /// <summary>A session that was refused is renewed once: only then is it plain whether the account still opens.</summary>
    public async Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        for (var mayRenew = true; ; mayRenew = false)
        {
            var opened = await sessions.GetAsync(account, stop);
            if (!opened.Done)
                return new AccountCheck(Standing(opened.Why), null, [], null, EvidenceOf(opened.Why));
            var reply = await xrpc.GetAsync(BlueskyServer.Of(account), "com.atproto.server.getSession", "", opened.Made.Access, stop);
            if (reply is Reply.Answered { Ok: true } ok)
            {
                var restricted = ok.Text("status") is not null || ok.Body.At("active") is { ValueKind: JsonValueKind.False };
                return new AccountCheck(restricted ? AccountStanding.Restricted : AccountStanding.Open, null, [], ok.Limit);
            }

            // The call has nothing in it that could be wrong: so a server answers of an account that it has taken down (measured).
            if (reply is Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "InvalidRequest" } hidden)
                return new AccountCheck(AccountStanding.Restricted, null, [], hidden.Limit, hidden.Evidence("The network does not show this account any more."));
            var why = Verdicts.OfPreparation(reply, "Reading the account back");
            if (why is not Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed } || !mayRenew)
                return new AccountCheck(Standing(why), null, [], (reply as Reply.Answered)?.Limit, EvidenceOf(why));
            sessions.Refused(account, opened.Made);
        }
    }

    private static ListedPost? Post(Uri server, JsonElement item) =>
        item.TextAt("uri") is { } uri && RecordPlace.Parse(uri) is { } place && item.TextAt("cid") is { } cid && item.At("value") is { } post
            ? new ListedPost(
                new RemoteRef(uri, BlueskyServer.AddressOf(server, place.Did, place.Key), cid),
                post.TextAt("text") ?? "",
                [.. PostRecord.PicturesOf(post).Select(picture => picture.Alt ?? "")],
                DateTimeOffset.TryParse(post.TextAt("createdAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null)
            {
                ReplyTo = post.TextAt("reply", "parent", "uri"),
            }
            : null;

    private static AccountStanding Standing(Outcome why) => why switch
    {
        Outcome.Rejected { Kind: RejectKind.AuthRevoked or RejectKind.AuthExpired } => AccountStanding.Closed,
        Outcome.Rejected => AccountStanding.Restricted,
        _ => AccountStanding.Unanswered,
    };

    private static Evidence? EvidenceOf(Outcome why) => why switch
    {
        Outcome.Rejected rejected => rejected.Evidence,
        Outcome.NotSent notSent => notSent.Evidence,
        _ => null,
    };
}
