using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>One post or comment on its way: its pictures, unpublished, and the post it answers; then the single write.</summary>
internal sealed class FacebookPosts(FacebookApi api, FacebookReader reader)
{
    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        if (delivery.Content.ReplyTo is { } parent)
        {
            var target = await reader.ResolveAsync(delivery.Account, parent, FacebookPost.Fields, stop);
            if (!target.Done)
                return new PrepareOutcome.Stopped(target.Why);
        }

        List<PreparedPicture> pictures = [];

        // What stands already keeps its pictures; an edit on Facebook changes words only.
        foreach (var media in delivery.Standing is null ? delivery.Content.Media : [])
        {
            var sent = await api.PostAsync(delivery.Account, $"{Uri.EscapeDataString(delivery.Account.RemoteId ?? "")}/photos", FacebookApi.Unpublished(media), stop);
            if (!sent.Done)
                return new PrepareOutcome.Stopped(sent.Why);
            if (sent.Made is not Reply.Answered { Ok: true } ok || ok.Text("id") is not { Length: > 0 } id)
                return new PrepareOutcome.Stopped(FacebookVerdicts.OfUpload(sent.Made));
            pictures.Add(new PreparedPicture(media.Sha256, media.Alt, id));
        }

        return new PrepareOutcome.Ready(JsonSerializer.Serialize(pictures, JsonSerializerOptions.Web));
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        var content = delivery.Content;
        if (PicturesOf(delivery) is not { } pictures)
            return new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));
        var place = content.ReplyTo is { } parent ? $"{Uri.EscapeDataString(parent.Id)}/comments" : $"{Uri.EscapeDataString(delivery.Account.RemoteId ?? "")}/feed";
        List<(string Name, string Value)> fields = [];
        if (content.Text.Length > 0)
            fields.Add(("message", content.Text));
        foreach (var (number, picture) in pictures.Index())
            fields.Add(($"attached_media[{number}]", JsonSerializer.Serialize(new { media_fbid = picture.Id })));
        if (content.ReplyTo is null && FacebookText.CardOf(content) is { } card)
            fields.Add(("link", card));
        var sent = await api.PostAsync(delivery.Account, place, SentContent.Form(fields), stop);
        return sent.Done
            ? FacebookVerdicts.OfWrite(sent.Made, content, ok => ok.Text("id") is { Length: > 0 } id ? new Outcome.Accepted(FacebookPost.RemoteOf(id)) { Differs = Elsewhere(id, delivery) } : null)
            : sent.Why;
    }

    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        var (account, content) = (delivery.Account, delivery.Content);
        var resolved = await reader.ResolveAsync(account, standing, content.ReplyTo is null ? FacebookPost.PostFields : FacebookPost.Fields, stop);
        if (!resolved.Done)
            return resolved.Why;
        if (resolved.Made.PageId != account.RemoteId)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this page."));
        var (alts, unread) = await reader.AltsAsync(account, resolved.Made.Pictures, stop);
        if (unread is not null)
            return unread;
        if (!resolved.Made.Pictures.Select(id => alts[id]).SequenceEqual(content.Media.Select(media => media.Alt)))
            return new Outcome.Rejected(RejectKind.NotOffered, new(null, null, "Facebook lets the words of a post be edited, not its pictures. Take it down and publish anew instead."));
        var sent = await api.PostAsync(account, Uri.EscapeDataString(standing.Id), SentContent.Form([("message", content.Text)]), stop);
        return sent.Done
            ? FacebookVerdicts.OfWrite(sent.Made, content, ok => ok.Body.At("success") is { ValueKind: JsonValueKind.True } ? new Outcome.Accepted(standing) : null)
            : sent.Why;
    }

    /// <summary>The identifier of a page's post begins with the page's own.</summary>
    private static string? Elsewhere(string id, Delivery delivery) =>
        delivery.Content.ReplyTo is null && !id.StartsWith(delivery.Account.RemoteId + "_", StringComparison.Ordinal) ? "Facebook published it in another place than the page." : null;

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
