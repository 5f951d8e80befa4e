using System.Net;
using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>One post on its way: everything that must stand on the network before it, then the single write.</summary>
internal sealed class BlueskyPosts(Xrpc xrpc, BlueskyWrites writes, BlueskyTargets targets)
{
    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        var opened = await writes.OpenAsync(delivery.Account, stop);
        if (!opened.Done)
            return new PrepareOutcome.Stopped(opened.Why);

        var (account, content) = (delivery.Account, delivery.Content);
        Target? parent = null, quoted = null;
        if (content.ReplyTo is { } answered)
        {
            var found = await targets.ResolveAsync(account, answered, stop);
            if (!found.Done)
                return new PrepareOutcome.Stopped(found.Why);
            parent = found.Made;
        }

        if (content.Quotes is { } shown)
        {
            var found = await targets.ResolveAsync(account, shown, stop);
            if (!found.Done)
                return new PrepareOutcome.Stopped(found.Why);
            quoted = found.Made;
        }

        List<PreparedImage> images = [];
        foreach (var media in content.Preview?.Picture is { } card ? [card] : content.Media)
        {
            var uploaded = await UploadAsync(account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            images.Add(uploaded.Made);
        }

        var mentions = await MentionedAsync(delivery, stop);
        if (!mentions.Done)
            return new PrepareOutcome.Stopped(mentions.Why);
        var prepared = new PreparedPost(content.Preview is null ? images : [], mentions.Made, parent?.Ref, parent?.Root, quoted?.Ref, content.Preview is null ? null : images.FirstOrDefault());
        return new PrepareOutcome.Ready(prepared.ToJson());
    }

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) =>
        // "Only if nothing stands there": without it, a put overwrites whatever does (measured).
        PutAsync(delivery, null, Verdicts.OfWrite, stop);

    /// <summary>The same record key with other content, in the place of exactly the version named.</summary>
    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) =>
        standing.Version is not { } version || RecordPlace.Parse(standing.Id)?.Key != delivery.Key
            ? new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "An edit names the version it replaces, under the post's own key."))
            : await PutAsync(delivery, version, Verdicts.OfEdit, stop);

    public static string RecordId(string did, string key) => new RecordPlace(did, PostRecord.Collection, key).ToString();

    /// <param name="swap">The version in whose place it is put; null for "nothing stands there".</param>
    private async Task<Outcome> PutAsync(Delivery delivery, string? swap, Func<Reply, string, PostContent, Func<string?>, Outcome> verdict, CancellationToken stop)
    {
        if (!Tid.IsValid(delivery.Key))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The delivery's key is no record key of this network."));
        if (PreparedPost.For(delivery) is not { } prepared)
            return new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));
        var server = BlueskyServer.Of(delivery.Account);
        return await writes.SendAsync(
            delivery.Account,
            "com.atproto.repo.putRecord",
            did => new JsonObject
            {
                ["repo"] = did,
                ["collection"] = PostRecord.Collection,
                ["rkey"] = delivery.Key,
                ["record"] = PostRecord.Of(delivery, prepared),
                ["swapRecord"] = swap,
            },
            (reply, did) => verdict(reply, RecordId(did, delivery.Key), delivery.Content, () => BlueskyServer.AddressOf(server, did, delivery.Key)),
            stop);
    }

    private async Task<Step<Dictionary<string, string>>> MentionedAsync(Delivery delivery, CancellationToken stop)
    {
        Dictionary<string, string> mentions = [];
        foreach (var handle in BlueskyText.Mentions(delivery.Content.Text).Select(m => m.Handle).Distinct())
        {
            var reply = await xrpc.GetAsync(
                BlueskyServer.Of(delivery.Account), "com.atproto.identity.resolveHandle", "?handle=" + WebUtility.UrlEncode(handle), null, stop);
            if (reply is Reply.Answered { Ok: true } known && known.Text("did") is { } did && did.StartsWith("did:", StringComparison.Ordinal))
                mentions[handle] = did;
            else if (reply is not Reply.Answered { Status: HttpStatusCode.BadRequest, Code: "InvalidRequest" })
                return Verdicts.OfPreparation(reply, "Looking up a mentioned account");
        }

        return mentions;
    }

    /// <summary>Uploads one picture; a session that ended meanwhile is renewed once, because an upload may be repeated.</summary>
    private async Task<Step<PreparedImage>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        for (var mayRenew = true; ; mayRenew = false)
        {
            var opened = await writes.OpenAsync(account, stop);
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
            writes.Refused(account, opened.Made);
        }
    }

    private static PreparedImage? Image(Reply reply) =>
        reply is Reply.Answered { Ok: true } ok
            && ok.Text("blob", "ref", "$link") is { } cid && ok.Text("blob", "mimeType") is { } type && ok.Body.NumberAt("blob", "size") is { } size
            ? new PreparedImage(cid, type, size) : null;
}
