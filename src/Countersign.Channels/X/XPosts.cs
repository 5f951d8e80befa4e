using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>One post on its way: its pictures and the posts it names, then the single write.</summary>
internal sealed class XPosts(XApi api, XReader reader, TimeProvider clock)
{
    /// <summary>How long to wait between two looks at a picture that X still works on.</summary>
    private static readonly TimeSpan lookAgain = TimeSpan.FromSeconds(1);

    /// <summary>After this the post waits for its next attempt.</summary>
    private const int MaxLooks = 20;

    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        var answered = await NamedAsync(delivery.Account, delivery.Content.ReplyTo, stop);
        var quoted = answered.Why is null ? await NamedAsync(delivery.Account, delivery.Content.Quotes, stop) : answered;
        if (quoted.Why is { } gone)
            return new PrepareOutcome.Stopped(gone);

        List<PreparedPicture> pictures = [];
        foreach (var media in delivery.Content.Media)
        {
            var uploaded = await UploadAsync(delivery.Account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            pictures.Add(uploaded.Made);
        }

        return new PrepareOutcome.Ready(new PreparedPost(pictures, answered.Id, quoted.Id).ToJson());
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        if (PreparedPost.For(delivery) is not { } prepared)
            return NotPrepared;
        var sent = await api.PostAsync(delivery.Account, SentContent.Json(Body(delivery.Content, prepared)), stop);
        return sent.Done ? XVerdicts.OfWrite(sent.Made, delivery.Content, ok => Taken(ok, delivery, null)) : sent.Why;
    }

    /// <summary>X lets some accounts edit some posts, for half an hour and five times; it says of each post whether it may be.</summary>
    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        if (PreparedPost.For(delivery) is not { } prepared)
            return NotPrepared;
        var resolved = await reader.ResolveAsync(delivery.Account, standing, stop);
        if (!resolved.Done)
            return resolved.Why;
        if (resolved.Made.AuthorId != delivery.Account.RemoteId)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));
        if (standing.Version is { } version && resolved.Made.History[^1] != version)
            return new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "The post was edited on X meanwhile."));
        if (resolved.Made.EditableUntil is not { } until || until <= clock.GetUtcNow())
            return new Outcome.Rejected(RejectKind.WindowClosed, new(200, null, "X does not let this post be edited, or not any more: half an hour, five edits, and only for some accounts. Take it down and publish anew instead."));

        var body = Body(delivery.Content, prepared);
        body["edit_options"] = new JsonObject { ["previous_post_id"] = resolved.Made.History[^1] };
        var sent = await api.PostAsync(delivery.Account, SentContent.Json(body), stop);
        return sent.Done ? XVerdicts.OfWrite(sent.Made, delivery.Content, ok => Taken(ok, delivery, resolved.Made)) : sent.Why;
    }

    private static Outcome NotPrepared => new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));

    /// <param name="edited">The version that was replaced; null for a new post.</param>
    private static Outcome.Accepted? Taken(Reply.Answered ok, Delivery delivery, XPost? edited)
    {
        if (ok.Text("data", "id") is not { Length: > 0 } id)
            return null;
        string[] history = [.. edited?.History ?? [], id];
        var post = new XPost(id, history, null, "", [], null, null, null, null);
        return new Outcome.Accepted(post.RemoteOf(XReader.NameOf(delivery.Account)))
        {
            Differs = ok.Body.ItemsAt("errors").Any() ? "X published it and reported a problem with a part of it." : null,
        };
    }

    private static JsonObject Body(PostContent content, PreparedPost prepared)
    {
        var body = new JsonObject();
        if (content.Text.Length > 0)
            body["text"] = content.Text;
        if (prepared.Pictures.Count > 0)
            body["media"] = new JsonObject { ["media_ids"] = new JsonArray([.. prepared.Pictures.Select(picture => (JsonNode)picture.Id)]) };
        if (prepared.ReplyTo is { } parent)
            body["reply"] = new JsonObject { ["in_reply_to_tweet_id"] = parent };
        if (prepared.Quotes is { } quoted)
            body["quote_tweet_id"] = quoted;
        return body;
    }

    /// <returns>The identifier of the version that is named; nothing where no post is; or why it cannot be.</returns>
    private async Task<(string? Id, Outcome? Why)> NamedAsync(ConnectedAccount account, RemoteRef? post, CancellationToken stop)
    {
        if (post is null)
            return (null, null);
        var resolved = await reader.ResolveAsync(account, post, stop);
        if (!resolved.Done)
            return (null, resolved.Why);
        return post.Version is { } version && resolved.Made.History[^1] != version
            ? (null, new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "The other post was edited since its words were approved.")))
            : (resolved.Made.History[^1], null);
    }

    private async Task<Step<PreparedPicture>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        var sent = await api.UploadAsync(account, media, stop);
        if (!sent.Done)
            return sent.Why;
        if (sent.Made is not Reply.Answered { Taken: true } answer || answer.Text("data", "id") is not { Length: > 0 } id)
            return XVerdicts.OfUpload(sent.Made, RejectKind.MediaInvalid);
        for (var look = 0; answer.Text("data", "processing_info", "state") is { } state and not "succeeded"; look++)
        {
            if (state == "failed")
                return new Outcome.Rejected(RejectKind.MediaInvalid, XVerdicts.Evidence(answer, "X could not work with a picture."));
            if (look == MaxLooks || !await WaitedAsync(stop))
                return new Outcome.NotSent(NotSentKind.MediaNotReady, null, XVerdicts.Evidence(answer, "X is still working on a picture."));
            var again = await api.PictureAsync(account, id, stop);
            if (!again.Done)
                return again.Why;
            if (again.Made is not Reply.Answered { Ok: true } told)
                return XVerdicts.OfPreparation(again.Made, "Asking for a picture");
            answer = told;
        }

        var described = await api.DescribeAsync(account, id, media.Alt, stop);
        if (!described.Done)
            return described.Why;
        return described.Made is Reply.Answered { Taken: true }
            ? new PreparedPicture(media.Sha256, media.Alt, id)
            : XVerdicts.OfUpload(described.Made, RejectKind.AltInvalid);
    }

    private async Task<bool> WaitedAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(lookAgain, clock, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What stands on X before the post. Kept with the delivery as JSON.</summary>
    private sealed record PreparedPost(IReadOnlyList<PreparedPicture> Pictures, string? ReplyTo, string? Quotes)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        /// <returns>Null when the delivery needs preparing, or was prepared for other content.</returns>
        public static PreparedPost? For(Delivery delivery)
        {
            try
            {
                var prepared = delivery.Prepared is null ? new PreparedPost([], null, null) : JsonSerializer.Deserialize<PreparedPost>(delivery.Prepared, JsonSerializerOptions.Web);
                return prepared is { Pictures: not null }
                    && prepared.Pictures.Select(p => (p.Sha256, p.Alt)).SequenceEqual(delivery.Content.Media.Select(m => (m.Sha256, m.Alt)))
                    && prepared.ReplyTo is null == delivery.Content.ReplyTo is null && prepared.Quotes is null == delivery.Content.Quotes is null ? prepared : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private sealed record PreparedPicture(string Sha256, string Alt, string Id);
}
