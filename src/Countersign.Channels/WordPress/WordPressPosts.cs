using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>One post on its way: its pictures and what it answers, then the single write.</summary>
internal sealed class WordPressPosts(WordPressSite site, WordPressReader reader)
{
    public async Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop)
    {
        if (delivery.Content.ReplyTo is { } target && await TargetAsync(delivery.Account, target, stop) is { } gone)
            return new PrepareOutcome.Stopped(gone);

        List<PreparedPicture> pictures = [];
        foreach (var media in delivery.Content.Media)
        {
            var uploaded = await PictureAsync(delivery.Account, media, stop);
            if (!uploaded.Done)
                return new PrepareOutcome.Stopped(uploaded.Why);
            pictures.Add(uploaded.Made);
        }

        return new PrepareOutcome.Ready(PreparedPicture.ToJson(pictures));
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        if (PreparedPicture.For(delivery) is not { } pictures)
            return NotPrepared;
        if (delivery.Content.ReplyTo is { } target)
            return await CommentAsync(delivery, target, stop);

        // The site would take a second one gladly, under "KEY-2".
        var there = await reader.UnderKeyAsync(delivery.Account, delivery.Key, stop);
        if (!there.Done)
            return there.Why;
        if (there.Made.Length > 0)
            return new Outcome.Unknown(new(200, null, "Something already stands under this post's address."));

        var sent = await site.PostAsync(delivery.Account, "wp/v2/posts", SentContent.Json(new
        {
            slug = delivery.Key,
            status = "publish",
            title = WordPressText.Title(delivery.Content),
            content = WordPressText.Body(delivery.Content.Text, pictures.Select(picture => picture.Picture)),
        }), stop);
        return sent.Done ? WordPressVerdicts.OfWrite(sent.Made, body => Article.Read(body) is { } article ? Taken(article, delivery) : null) : sent.Why;
    }

    /// <summary>The whole post once more. The site lets the last writer win and keeps what was there as a revision, so what stands is read first: another version than the expected one is left alone.</summary>
    public async Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop)
    {
        if (PreparedPicture.For(delivery) is not { } pictures)
            return NotPrepared;
        var account = delivery.Account;
        if (account.Server is null || SitePlace.Of(standing, account.Server) is not { } place)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this site."));
        if (place.Comment is { } commentId)
            return await EditCommentAsync(delivery, commentId, standing, stop);

        var read = await reader.ArticleAsync(account, place.Article, stop);
        if (!read.Done)
            return read.Why;
        if (standing.Version is { } version && version != read.Made.Version)
            return VersionConflict;
        var sent = await site.PostAsync(account, Path($"wp/v2/posts/{place.Article}"), SentContent.Json(new
        {
            title = WordPressText.Title(delivery.Content),
            content = WordPressText.Body(delivery.Content.Text, pictures.Select(picture => picture.Picture)),
        }), stop);
        return sent.Done ? WordPressVerdicts.OfWrite(sent.Made, body => Article.Read(body) is { } article && article.Id == place.Article ? Taken(article, delivery) : null) : sent.Why;
    }

    private static Outcome NotPrepared => new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(null, null, "The post must be prepared first."));

    private static Outcome VersionConflict =>
        new Outcome.Rejected(RejectKind.VersionConflict, new(200, null, "Another version than the one to be replaced stands there: somebody has changed it on the site."));

    private static Outcome.Accepted Taken(Article article, Delivery delivery) => new(article.In(delivery.Account.Server!)) { Differs = article.DiffersFrom(delivery) };

    private static Outcome.Accepted Taken(Comment comment, Delivery delivery) => new(comment.In(delivery.Account.Server!)) { Differs = comment.DiffersFrom(delivery) };

    /// <returns>Why there is nothing to answer; null where there is.</returns>
    private async Task<Outcome?> TargetAsync(ConnectedAccount account, RemoteRef target, CancellationToken stop)
    {
        if (account.Server is null || SitePlace.Of(target, account.Server) is not { } place)
            return new Outcome.Rejected(RejectKind.TargetGone, new(null, null, "The post that is answered is none of this site."));

        // A site takes an answer to a comment that is not there (measured).
        if (place.Comment is { } comment)
            return (await reader.CommentAsync(account, comment, stop)).Why;
        return await reader.IsShownAsync(account, place.Article, stop);
    }

    private async Task<Outcome> CommentAsync(Delivery delivery, RemoteRef target, CancellationToken stop)
    {
        if (SitePlace.Of(target, delivery.Account.Server!) is not { } place)
            return new Outcome.Rejected(RejectKind.TargetGone, new(null, null, "The post that is answered is none of this site."));
        var sent = await site.PostAsync(delivery.Account, "wp/v2/comments", SentContent.Json(new
        {
            post = place.Article,
            parent = place.Comment ?? 0,
            content = WordPressText.Comment(delivery.Content.Text),
        }), stop);
        return sent.Done ? WordPressVerdicts.OfWrite(sent.Made, body => Comment.Read(body) is { } comment && comment.Article == place.Article ? Taken(comment, delivery) : null) : sent.Why;
    }

    private async Task<Outcome> EditCommentAsync(Delivery delivery, long id, RemoteRef standing, CancellationToken stop)
    {
        var read = await reader.CommentAsync(delivery.Account, id, stop);
        if (!read.Done)
            return read.Why;
        if (standing.Version is { } version && version != read.Made.In(delivery.Account.Server!).Version)
            return VersionConflict;
        var sent = await site.PostAsync(delivery.Account, Path($"wp/v2/comments/{id}"), SentContent.Json(new { content = WordPressText.Comment(delivery.Content.Text) }), stop);
        return sent.Done ? WordPressVerdicts.OfWrite(sent.Made, body => Comment.Read(body) is { } comment && comment.Id == id ? Taken(comment, delivery) : null) : sent.Why;
    }

    /// <summary>The picture in the site's library, under a name of its own, so that a repeat takes the one that is there already.</summary>
    private async Task<Step<PreparedPicture>> PictureAsync(ConnectedAccount account, PostMedia media, CancellationToken stop)
    {
        var name = "countersign-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(media.Sha256 + media.Alt)))[..40];
        var asked = await site.GetAsync(account, $"wp/v2/media?slug={name}&author={Uri.EscapeDataString(WordPressSite.UserOf(account))}&_fields=id,source_url,alt_text", stop);
        if (!asked.Done)
            return asked.Why;
        if (asked.Made is not Reply.Answered { Status: HttpStatusCode.OK, Body.ValueKind: JsonValueKind.Array } known)
            return WordPressVerdicts.OfPreparation(asked.Made, "Looking for a picture");
        if (known.Body.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } there)
            return await DescribedAsync(account, media, there, stop);

        var sent = await site.UploadAsync(account, media, $"{name}.{media.ContentType.Split('/')[^1].Replace("jpeg", "jpg", StringComparison.Ordinal)}", stop);
        if (!sent.Done)
            return sent.Why;
        return sent.Made is Reply.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Created, Body.ValueKind: JsonValueKind.Object } made
            ? await DescribedAsync(account, media, made.Body, stop)
            : WordPressVerdicts.OfUpload(sent.Made);
    }

    private async Task<Step<PreparedPicture>> DescribedAsync(ConnectedAccount account, PostMedia media, JsonElement there, CancellationToken stop)
    {
        if (there.NumberAt("id") is not { } id || there.TextAt("source_url") is not { Length: > 0 } address || !Uri.TryCreate(address, UriKind.Absolute, out _))
            return new Outcome.NotSent(NotSentKind.MediaNotReady, null, new(200, null, "The site's answer does not say where it put a picture."));
        if (there.TextAt("alt_text") is not { Length: > 0 })
        {
            var sent = await site.PostAsync(account, Path($"wp/v2/media/{id}"), SentContent.Json(new { alt_text = WordPressText.Words(media.Alt) }), stop);
            if (!sent.Done)
                return sent.Why;
            if (sent.Made is not Reply.Answered { Ok: true })
                return WordPressVerdicts.OfPreparation(sent.Made, "Describing a picture");
        }

        return new PreparedPicture(media.Sha256, new SitePicture(id, address, media.Alt));
    }

    private static string Path(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);

    /// <summary>A picture that is in the site's library. Kept with the delivery as JSON.</summary>
    private sealed record PreparedPicture(string Sha256, SitePicture Picture)
    {
        public static string ToJson(IReadOnlyList<PreparedPicture> pictures) => JsonSerializer.Serialize(pictures, JsonSerializerOptions.Web);

        /// <returns>Null when the delivery needs preparing, or was prepared for other content.</returns>
        public static IReadOnlyList<PreparedPicture>? For(Delivery delivery)
        {
            try
            {
                var pictures = delivery.Prepared is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<PreparedPicture>>(delivery.Prepared, JsonSerializerOptions.Web);
                return pictures is not null
                    && pictures.Select(p => (p.Sha256, p.Picture.Alt)).SequenceEqual(delivery.Content.Media.Select(m => (m.Sha256, m.Alt))) ? pictures : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
