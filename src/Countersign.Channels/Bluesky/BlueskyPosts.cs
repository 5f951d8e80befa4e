using System.Net;
using System.Text.Json.Nodes;

namespace Countersign.Channels.Bluesky;

/// <summary>One post on its way: everything that must stand on the network before it, then the single write.</summary>
internal sealed class BlueskyPosts(Xrpc xrpc, Sessions sessions)
{
    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        var opened = await OpenAsync(delivery.Account, stop);
        if (!opened.Done)
            return new PrepareOutcome.Stopped(opened.Why);

        List<PreparedImage> images = [];
        foreach (var media in delivery.Content.Media)
        {
            var uploaded = await UploadAsync(delivery.Account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            images.Add(uploaded.Made);
        }

        Dictionary<string, string> mentions = [];
        foreach (var handle in BlueskyText.Mentions(delivery.Content.Text).Select(m => m.Handle).Distinct())
        {
            var reply = await xrpc.GetAsync(
                BlueskyServer.Of(delivery.Account), "com.atproto.identity.resolveHandle", "?handle=" + WebUtility.UrlEncode(handle), null, stop);
            if (reply is XrpcReply.Answered { Ok: true } known && known.Text("did") is { } did && did.StartsWith("did:", StringComparison.Ordinal))
                mentions[handle] = did;
            else if (reply is not XrpcReply.Answered { Status: HttpStatusCode.BadRequest, Code: "InvalidRequest" })
                return new PrepareOutcome.Stopped(Verdicts.OfPreparation(reply, "Looking up a mentioned account"));
        }

        return new PrepareOutcome.Ready(new PreparedPost(images, mentions).ToJson());
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        if (!Tid.IsValid(delivery.Key))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The delivery's key is no record key of this network."));
        if (PreparedPost.For(delivery) is not { } prepared)
            return new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));
        var opened = await OpenAsync(delivery.Account, stop);
        if (!opened.Done)
            return opened.Why;

        var session = opened.Made;
        var write = new JsonObject
        {
            ["repo"] = session.Did,
            ["collection"] = PostRecord.Collection,
            ["rkey"] = delivery.Key,
            ["record"] = PostRecord.Of(delivery, prepared),
            // "Only if nothing stands there": without it, a put overwrites whatever does (measured).
            ["swapRecord"] = null,
        };
        var server = BlueskyServer.Of(delivery.Account);
        var reply = await xrpc.PostAsync(server, "com.atproto.repo.putRecord", SentContent.Json(write), session.Access, stop);
        var outcome = Verdicts.OfWrite(
            reply, RecordId(session.Did, delivery.Key), delivery.Content, () => BlueskyServer.AddressOf(server, session.Did, delivery.Key));
        if (outcome is Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed })
            sessions.Refused(delivery.Account, session);
        return outcome;
    }

    public static string RecordId(string did, string key) => $"at://{did}/{PostRecord.Collection}/{key}";

    /// <summary>A session of the very account that was connected: a handle can change hands, a DID cannot.</summary>
    private async Task<Step<Session>> OpenAsync(ConnectedAccount account, CancellationToken stop)
    {
        var opened = await sessions.GetAsync(account, stop);
        return opened.Done && account.RemoteId is { } connected && opened.Made.Did != connected
            ? new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The password opens another account than the one connected."))
            : opened;
    }

    /// <summary>Uploads one picture; a session that ended meanwhile is renewed once, because an upload may be repeated.</summary>
    private async Task<Step<PreparedImage>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        for (var mayRenew = true; ; mayRenew = false)
        {
            var opened = await OpenAsync(account, stop);
            if (!opened.Done)
                return opened.Why;
            var reply = await xrpc.PostAsync(
                BlueskyServer.Of(account), "com.atproto.repo.uploadBlob", new SentContent(media.Bytes, media.ContentType), opened.Made.Access, stop);
            if (Image(reply) is { } image)
            {
                return image.Cid == BlobId.Of(media)
                    ? image
                    : new Outcome.Rejected(RejectKind.MediaInvalid, new(200, null, "The network stored other bytes than the approved picture."));
            }

            var why = Verdicts.OfUpload(reply);
            if (why is not Outcome.NotSent { Kind: NotSentKind.AuthNotRefreshed } || !mayRenew)
                return why;
            sessions.Refused(account, opened.Made);
        }
    }

    private static PreparedImage? Image(XrpcReply reply) =>
        reply is XrpcReply.Answered { Ok: true } ok
            && ok.Text("blob", "ref", "$link") is { } cid && ok.Text("blob", "mimeType") is { } type && ok.Body.NumberAt("blob", "size") is { } size
            ? new PreparedImage(cid, type, size) : null;
}
