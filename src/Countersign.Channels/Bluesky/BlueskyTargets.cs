using System.Net;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Other people's posts that ours answers, quotes or shows again: whether they stand, and in which version.</summary>
internal sealed class BlueskyTargets(Xrpc xrpc)
{
    /// <returns>The version that stands now; a refusal where none does, or another than the one approved.</returns>
    public async Task<Step<Target>> ResolveAsync(ConnectedAccount account, RemoteRef target, CancellationToken stop)
    {
        if (RecordPlace.Parse(target.Id) is not { } place)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The other post's identifier is none of this network."));
        var reply = await xrpc.GetAsync(BlueskyServer.Of(account), "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(place), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when ok.Text("cid") is { Length: > 0 } cid && ok.Body.At("value") is { } value =>
                target.Version is { } approved && approved != cid
                    ? new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "The other post was changed after this one was approved."))
                    : new Target(new StrongRef(target.Id, cid), value),
            Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "RecordNotFound" } gone =>
                new Outcome.Rejected(RejectKind.TargetGone, gone.Evidence("The other post is not there any more.")),
            _ => Verdicts.OfPreparation(reply, "Reading the other post"),
        };
    }

    /// <returns>Who wrote it, by handle or DID, and the record's key; null for what is no address of a post: neither at://… nor a page …/profile/…/post/….</returns>
    public static (string Author, string Key)? Parse(string address) => address.Trim() switch
    {
        var uri when RecordPlace.Parse(uri) is { Collection: PostRecord.Collection } place => (place.Did, place.Key),
        var uri when Uri.TryCreate(uri, UriKind.Absolute, out var page) && page.Scheme == Uri.UriSchemeHttps && page.AbsolutePath.Split('/') is ["", "profile", { Length: > 0 } author, "post", { Length: > 0 } key] =>
            (Uri.UnescapeDataString(author), key),
        _ => null,
    };

    /// <summary>The record as the account's server gives it, which asks the network where it is not its own.</summary>
    public async Task<FoundPost> FindAsync(ConnectedAccount account, string address, CancellationToken stop)
    {
        if (Parse(address) is not var (author, key))
            return new FoundPost.NotHere();
        var server = BlueskyServer.Of(account);
        var did = author;
        if (!author.StartsWith("did:", StringComparison.Ordinal))
        {
            var who = await xrpc.GetAsync(server, "com.atproto.identity.resolveHandle", "?handle=" + WebUtility.UrlEncode(author), null, stop);
            if (who is Reply.Answered { Status: HttpStatusCode.BadRequest })
                return new FoundPost.NotHere();
            if ((who as Reply.Answered)?.Text("did") is not { Length: > 0 } resolved)
                return new FoundPost.Unavailable(who.Seen("The network did not say who that is."));
            did = resolved;
        }

        var reply = await xrpc.GetAsync(server, "com.atproto.repo.getRecord", BlueskyServer.RecordQuery(did, key), null, stop);
        return reply switch
        {
            Reply.Answered { Ok: true } ok when BlueskyReader.Post(server, ok.Body) is { } post => new FoundPost.Stands(post, author),
            Reply.Answered { Status: HttpStatusCode.BadRequest } => new FoundPost.NotHere(),
            _ => new FoundPost.Unavailable(reply.Seen("The network did not say whether a post is there.")),
        };
    }
}

/// <param name="Value">The record as it stands.</param>
internal sealed record Target(StrongRef Ref, JsonElement Value)
{
    /// <summary>Where its conversation began: what it names itself, or itself.</summary>
    public StrongRef Root => Value.TextAt("reply", "root", "uri") is { } uri && Value.TextAt("reply", "root", "cid") is { } cid ? new StrongRef(uri, cid) : Ref;
}
