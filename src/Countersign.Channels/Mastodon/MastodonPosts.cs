using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>One post on its way: its pictures and the post it answers, then the single write.</summary>
internal sealed class MastodonPosts(MastodonApi api, MastodonReader reader, TimeProvider clock)
{
    /// <summary>How long to wait between two looks at a picture that the server still works on.</summary>
    private static readonly TimeSpan lookAgain = TimeSpan.FromSeconds(1);

    /// <summary>A picture takes a server seconds; after this the post waits for its next attempt.</summary>
    private const int MaxLooks = 20;

    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        string? answered = null;
        if (delivery.Content.ReplyTo is { } target)
        {
            var parent = await reader.ResolveAsync(delivery.Account, target, stop);
            if (!parent.Done)
                return new PrepareOutcome.Stopped(parent.Why);
            answered = parent.Made.Id;
        }

        List<PreparedPicture> pictures = [];
        foreach (var media in delivery.Content.Media)
        {
            var uploaded = await UploadAsync(delivery.Account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            pictures.Add(uploaded.Made);
        }

        return new PrepareOutcome.Ready(new PreparedStatus(pictures, answered).ToJson());
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        if (PreparedStatus.For(delivery) is not { } prepared)
            return NotPrepared;
        var body = Body(delivery.Content, prepared);
        body["visibility"] = Status.Word(delivery.Content.Visibility);
        if (prepared.ReplyTo is { } parent)
            body["in_reply_to_id"] = parent;
        var sent = await api.PostAsync(delivery.Account, "/api/v1/statuses", SentContent.Json(body), stop, delivery.Key);
        return sent.Done
            ? MastodonVerdicts.OfWrite(sent.Made, delivery.Content, status => Taken(status, delivery)) with { PauseFor = (sent.Made as Reply.Answered)?.Limit?.WaitBeforeNext }
            : sent.Why;
    }

    /// <summary>The whole post once more, with freshly uploaded pictures: an edit without them drops them (measured). The last writer wins; servers keep no version to compare.</summary>
    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        if (PreparedStatus.For(delivery) is not { } prepared)
            return NotPrepared;
        var resolved = await reader.ResolveAsync(delivery.Account, standing, stop);
        if (!resolved.Done)
            return resolved.Why;
        var sent = await api.PutAsync(
            delivery.Account, "/api/v1/statuses/" + Uri.EscapeDataString(resolved.Made.Id), SentContent.Json(Body(delivery.Content, prepared)), stop);
        if (!sent.Done)
            return sent.Why;
        return sent.Made is Reply.Answered { Status: HttpStatusCode.NotFound } gone
            ? new Outcome.Rejected(RejectKind.TargetGone, gone.Evidence("The post is not there any more, or the server does not let it be edited."))
            : MastodonVerdicts.OfWrite(sent.Made, delivery.Content, status => status.Uri == standing.Id
                ? Taken(status, delivery)
                : new Outcome.Unknown(new(200, null, "The server answered about another post.")));
    }

    private static Outcome NotPrepared => new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));

    private static Outcome.Accepted Taken(Status status, Delivery delivery) =>
        new Outcome.Accepted(status.Remote) { Differs = status.DiffersFrom(delivery.Content, MastodonApi.IdOf(delivery.Account)) };

    /// <summary>As JSON: of a list in a form, some servers keep only the last entry (measured).</summary>
    private static JsonObject Body(PostContent content, PreparedStatus prepared) => new()
    {
        ["status"] = content.Text,
        ["spoiler_text"] = content.ContentWarning ?? "",
        ["sensitive"] = content.ContentWarning is not null,

        // Servers take the language alone (ISO 639-1), not the country.
        ["language"] = content.Language.Split('-')[0],
        ["media_ids"] = new JsonArray([.. prepared.Pictures.Select(picture => (JsonNode)picture.Id)]),
    };

    private async Task<Step<PreparedPicture>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        var sent = await api.PostAsync(account, "/api/v2/media", MastodonApi.Upload(media), stop);
        if (sent is { Made: Reply.Answered { Status: HttpStatusCode.NotFound } })
            sent = await api.PostAsync(account, "/api/v1/media", MastodonApi.Upload(media), stop);
        for (var look = 0; sent.Done; look++)
        {
            if (sent.Made is not Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.PartialContent } answer || answer.Text("id") is not { Length: > 0 } id)
                return MastodonVerdicts.OfUpload(sent.Made);
            if (answer.Ok)
            {
                // Where there is none, it is null and not empty.
                return (answer.Text("description") ?? "") == media.Alt
                    ? new PreparedPicture(media.Sha256, media.Alt, id)
                    : new Outcome.Rejected(RejectKind.AltInvalid, new(200, null, "The server kept another description of a picture than the approved one."));
            }

            if (look == MaxLooks)
                return new Outcome.NotSent(NotSentKind.MediaNotReady, null, answer.Evidence("The server is still working on a picture."));
            try
            {
                await Task.Delay(lookAgain, clock, stop);
            }
            catch (OperationCanceledException)
            {
                return new Outcome.NotSent(NotSentKind.MediaNotReady, null, answer.Evidence("Stopped while the server was working on a picture."));
            }

            sent = await api.GetAsync(account, "/api/v1/media/" + Uri.EscapeDataString(id), stop);
        }

        return sent.Why!;
    }

    /// <summary>What stands on the server before the post. Kept with the delivery as JSON.</summary>
    /// <param name="ReplyTo">The server's identifier of the post that is answered.</param>
    private sealed record PreparedStatus(IReadOnlyList<PreparedPicture> Pictures, string? ReplyTo)
    {
        public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

        /// <returns>Null when the delivery needs preparing, or was prepared for other content.</returns>
        public static PreparedStatus? For(Delivery delivery)
        {
            try
            {
                var prepared = delivery.Prepared is null ? new PreparedStatus([], null) : JsonSerializer.Deserialize<PreparedStatus>(delivery.Prepared, JsonSerializerOptions.Web);
                return prepared is { Pictures: not null }
                    && prepared.Pictures.Select(p => (p.Sha256, p.Alt)).SequenceEqual(delivery.Content.Media.Select(m => (m.Sha256, m.Alt)))
                    && prepared.ReplyTo is null == delivery.Content.ReplyTo is null ? prepared : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private sealed record PreparedPicture(string Sha256, string Alt, string Id);
}
