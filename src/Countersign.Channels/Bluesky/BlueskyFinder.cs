using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Reads what stands under a delivery's key, and whether it is the approved post: words, pictures and descriptions.</summary>
internal sealed class BlueskyFinder(Xrpc xrpc)
{
    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        var server = BlueskyServer.Of(delivery.Account);
        var repo = delivery.Account.RemoteId ?? delivery.Account.Handle;
        var reply = await xrpc.GetAsync(server, "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(repo, delivery.Key), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when Read(ok) is var (did, cid, post) => IsApproved(post, delivery.Content)
                ? new FindResult.Found(new RemoteRef(
                    BlueskyPosts.RecordId(did, delivery.Key), BlueskyServer.AddressOf(server, did, delivery.Key), cid))
                : new FindResult.Ambiguous("Under this post's key stands a post with other words or pictures than those approved."),
            // Absence is 400 here, not 404.
            Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "RecordNotFound" } => new FindResult.NotFound(Conclusive: true),
            _ => new FindResult.Unavailable(reply.Seen("The network did not say whether the post is there.")),
        };
    }

    /// <summary>The key of a repost is the key of its record, as with posts.</summary>
    public async Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop)
    {
        var place = new RecordPlace(repost.Account.RemoteId ?? repost.Account.Handle, BlueskyUpkeep.Reposts, repost.Key);
        var reply = await xrpc.GetAsync(BlueskyServer.Of(repost.Account), "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(place), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when ok.Text("uri") is { } uri && ok.Text("cid") is { } cid => ok.Text("value", "subject", "uri") == repost.Post.Id
                ? new FindResult.Found(new RemoteRef(uri, null, cid))
                : new FindResult.Ambiguous("Under this repost’s key another post is shown than the one approved."),
            Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "RecordNotFound" } => new FindResult.NotFound(Conclusive: true),
            _ => new FindResult.Unavailable(reply.Seen("The network did not say whether the repost is there.")),
        };
    }

    private static (string Did, string Cid, JsonElement Post)? Read(Reply.Answered answer) =>
        answer.Text("uri")?.Split('/') is ["at:", "", var did, PostRecord.Collection, _]
            && answer.Text("cid") is { } cid
            && answer.Body.At("value") is { } post ? (did, cid, post) : null;

    private static bool IsApproved(JsonElement post, PostContent approved) =>
        post.TextAt("text") == approved.Text
        && PostRecord.PicturesOf(post).SequenceEqual(approved.Media.Select(m => ((string?)BlobId.Of(m), (string?)m.Alt)))
        && post.TextAt("reply", "parent", "uri") == approved.ReplyTo?.Id
        && PostRecord.QuotedBy(post) == approved.Quotes?.Id
        && PostRecord.LinkOf(post) == approved.Preview?.Target.AbsoluteUri;
}
