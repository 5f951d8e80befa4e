using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>One post or comment on its way: its pictures and the post it names, then the single write.</summary>
internal sealed class LinkedInPosts(LinkedInApi api, LinkedInReader reader, TimeProvider clock)
{
    /// <summary>How long to wait between two looks at a picture that LinkedIn still works on.</summary>
    private static readonly TimeSpan lookAgain = TimeSpan.FromSeconds(1);

    /// <summary>After this the post waits for its next attempt.</summary>
    private const int MaxLooks = 20;

    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        foreach (var named in ((RemoteRef?[])[delivery.Content.ReplyTo, delivery.Content.Quotes]).OfType<RemoteRef>())
        {
            var target = await reader.ResolveAsync(delivery.Account, named.Id, stop);
            if (!target.Done)
                return new PrepareOutcome.Stopped(target.Why);
        }

        List<PreparedPicture> pictures = [];

        // What stands already keeps its pictures; an edit on LinkedIn changes words only.
        foreach (var media in delivery.Standing is null ? delivery.Content.Media : [])
        {
            var uploaded = await UploadAsync(delivery.Account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            pictures.Add(uploaded.Made);
        }

        return new PrepareOutcome.Ready(JsonSerializer.Serialize(pictures, JsonSerializerOptions.Web));
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        if (PicturesOf(delivery) is not { } pictures)
            return new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));
        if (content.ReplyTo is { } parent)
            return await CommentAsync(account, content, parent, stop);
        var sent = await api.PostAsync(account, "/rest/posts", SentContent.Json(Body(account, content.Text, pictures, content.Quotes?.Id)), stop);
        if (!sent.Done)
            return sent.Why;
        return LinkedInVerdicts.IsDuplicate(sent.Made)
            ? new Outcome.Unknown(await DuplicateAsync(account, sent.Made, stop))
            : LinkedInVerdicts.OfWrite(sent.Made, content, Taken);
    }

    /// <summary>A post that shows another and says nothing. LinkedIn refuses a second one and names the first.</summary>
    public async Task<Outcome> RepostAsync(Repost repost, CancellationToken stop)
    {
        var target = await reader.ResolveAsync(repost.Account, repost.Post.Id, stop);
        if (!target.Done)
            return target.Why;
        var sent = await api.PostAsync(repost.Account, "/rest/posts", SentContent.Json(Body(repost.Account, "", [], repost.Post.Id)), stop);
        if (!sent.Done)
            return sent.Why;
        if (!LinkedInVerdicts.IsDuplicate(sent.Made))
            return LinkedInVerdicts.OfWrite(sent.Made, PostContent.Empty, Taken);
        return LinkedInVerdicts.Named(sent.Made) is { } named && (await reader.ResolveAsync(repost.Account, named, stop)).Made is { Text: "" } stands && stands.Author == repost.Account.RemoteId && stands.Shares == repost.Post.Id
            ? new Outcome.Accepted(stands.Remote)
            : new Outcome.Unknown(await DuplicateAsync(repost.Account, sent.Made, stop));
    }

    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        var resolved = await reader.ResolveAsync(account, standing.Id, stop);
        if (!resolved.Done)
            return resolved.Why;
        if (resolved.Made.Author != account.RemoteId)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this page."));
        if (!resolved.Made.Alts.SequenceEqual(content.Media.Select(media => media.Alt)))
            return new Outcome.Rejected(RejectKind.NotOffered, new(null, null, "LinkedIn lets the words of a post be edited, not its pictures. Take it down and publish anew instead."));
        var patch = LinkedInApi.CommentOf(standing.Id) is { } comment
            ? await api.PostAsync(account, $"/rest/socialActions/{LinkedInApi.Escaped(comment.Below)}/comments/{comment.Number}?actor={LinkedInApi.Escaped(account.RemoteId ?? "")}", SentContent.Json(Patch("message", new JsonObject { ["text"] = content.Text })), stop, "PARTIAL_UPDATE")
            : await api.PostAsync(account, $"/rest/posts/{LinkedInApi.Escaped(standing.Id)}", SentContent.Json(Patch("commentary", LinkedInText.Escape(content.Text))), stop, "PARTIAL_UPDATE");
        return patch.Done
            ? LinkedInVerdicts.OfWrite(patch.Made, content, ok => ok.Status is HttpStatusCode.NoContent or HttpStatusCode.OK ? new Outcome.Accepted(standing) : null)
            : patch.Why;
    }

    /// <summary>The answer names what was made in a header; its body is empty.</summary>
    private static Outcome.Accepted? Taken(Reply.Answered ok) =>
        ok is { Status: HttpStatusCode.Created, MadeId: { } id } && id.StartsWith("urn:li:", StringComparison.Ordinal) ? new Outcome.Accepted(LinkedInPost.RemoteOf(id)) : null;

    /// <summary>Reads the post that a refusal names before it is believed: it may be gone.</summary>
    private async Task<Evidence> DuplicateAsync(ConnectedAccount account, Reply refused, CancellationToken stop)
    {
        var evidence = LinkedInVerdicts.Evidence((Reply.Answered)refused, "LinkedIn says these words stand there already, and names no post that could be read.");
        if (LinkedInVerdicts.Named(refused) is not { } named)
            return evidence;
        var read = await reader.ResolveAsync(account, named, stop);
        return read switch
        {
            { Made: not null } => evidence with { Note = $"LinkedIn says these words stand there already, as {named}, and that post is there." },
            { Why: Outcome.Rejected { Kind: RejectKind.TargetGone } } => evidence with { Note = $"LinkedIn says these words stand there already, as {named}, but that post is gone." },
            _ => evidence,
        };
    }

    private async Task<Outcome> CommentAsync(ConnectedAccount account, PostContent content, RemoteRef parent, CancellationToken stop)
    {
        var body = new JsonObject { ["actor"] = account.RemoteId, ["object"] = LinkedInApi.CommentOf(parent.Id)?.Below ?? parent.Id, ["message"] = new JsonObject { ["text"] = content.Text } };
        if (LinkedInApi.CommentOf(parent.Id) is not null)
            body["parentComment"] = parent.Id;
        var sent = await api.PostAsync(account, $"/rest/socialActions/{LinkedInApi.Escaped(parent.Id)}/comments", SentContent.Json(body), stop);
        if (!sent.Done)
            return sent.Why;
        return LinkedInVerdicts.OfWrite(sent.Made, content, ok => ok.Taken && LinkedInPost.ReadComment(ok.Body) is { } made && LinkedInApi.CommentOf(made.Id) is not null
            ? new Outcome.Accepted(made.Remote) { Differs = made.DiffersFrom(content, account.RemoteId ?? "") }
            : null);
    }

    private static JsonObject Body(ConnectedAccount account, string text, IReadOnlyList<PreparedPicture> pictures, string? shows)
    {
        var body = new JsonObject
        {
            ["author"] = account.RemoteId,
            ["commentary"] = LinkedInText.Escape(text),
            ["visibility"] = "PUBLIC",
            ["distribution"] = new JsonObject { ["feedDistribution"] = "MAIN_FEED", ["targetEntities"] = new JsonArray(), ["thirdPartyDistributionChannels"] = new JsonArray() },
            ["lifecycleState"] = "PUBLISHED",
            ["isReshareDisabledByAuthor"] = false,
        };
        if (pictures is [var one])
            body["content"] = new JsonObject { ["media"] = new JsonObject { ["id"] = one.Id, ["altText"] = one.Alt } };
        else if (pictures.Count > 1)
            body["content"] = new JsonObject { ["multiImage"] = new JsonObject { ["images"] = new JsonArray([.. pictures.Select(picture => (JsonNode)new JsonObject { ["id"] = picture.Id, ["altText"] = picture.Alt })]) } };
        if (shows is not null)
            body["reshareContext"] = new JsonObject { ["parent"] = shows };
        return body;
    }

    private static JsonObject Patch(string field, JsonNode value) =>
        field == "message" ? new() { ["patch"] = new JsonObject { ["message"] = new JsonObject { ["$set"] = value } } } : new() { ["patch"] = new JsonObject { ["$set"] = new JsonObject { [field] = value } } };

    private async Task<Step<PreparedPicture>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        var begun = await api.PostAsync(account, "/rest/images?action=initializeUpload", SentContent.Json(new { initializeUploadRequest = new { owner = account.RemoteId } }), stop);
        if (!begun.Done)
            return begun.Why;
        if (begun.Made is not Reply.Answered { Ok: true } ok || ok.Text("value", "image") is not { Length: > 0 } id || !Uri.TryCreate(ok.Text("value", "uploadUrl"), UriKind.Absolute, out var place))
            return LinkedInVerdicts.OfPreparation(begun.Made, "Uploading a picture");
        if (!LinkedInApi.IsLinkedIn(account, place))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(200, null, "LinkedIn asked for a picture to be sent to a server that is not its own."));
        var put = await api.PutAsync(account, place, media, stop);
        if (!put.Done)
            return put.Why;
        if (put.Made is not Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Created })
            return put.Made is Reply.Answered { Status: HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge } refused ? new Outcome.Rejected(RejectKind.MediaInvalid, LinkedInVerdicts.Evidence(refused, "LinkedIn refused a picture.")) : LinkedInVerdicts.OfPreparation(put.Made, "Uploading a picture");
        for (var look = 0; ; look++)
        {
            var told = await api.GetAsync(account, "/rest/images/" + LinkedInApi.Escaped(id), stop);
            if (!told.Done)
                return told.Why;
            if (told.Made is not Reply.Answered { Ok: true } picture)
                return LinkedInVerdicts.OfPreparation(told.Made, "Asking for a picture");
            switch (picture.Text("status"))
            {
                case "AVAILABLE":
                    return new PreparedPicture(media.Sha256, media.Alt, id);
                case "PROCESSING_FAILED":
                    return new Outcome.Rejected(RejectKind.MediaInvalid, LinkedInVerdicts.Evidence(picture, "LinkedIn could not work with a picture."));
            }

            if (look == MaxLooks || !await WaitedAsync(stop))
                return new Outcome.NotSent(NotSentKind.MediaNotReady, null, LinkedInVerdicts.Evidence(picture, "LinkedIn is still working on a picture."));
        }
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

    /// <returns>Null when the delivery needs preparing, or was prepared for other pictures.</returns>
    private static IReadOnlyList<PreparedPicture>? PicturesOf(Delivery delivery)
    {
        try
        {
            var pictures = delivery.Prepared is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<PreparedPicture>>(delivery.Prepared, JsonSerializerOptions.Web);
            return pictures?.Select(p => (p.Sha256, p.Alt)).SequenceEqual(delivery.Content.Media.Select(m => (m.Sha256, m.Alt))) == true ? pictures : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record PreparedPicture(string Sha256, string Alt, string Id);
}
