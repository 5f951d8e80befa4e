using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Channels.Http;
using Countersign.Channels.Text;

namespace Countersign.Channels.Bluesky;

/// <summary>The record app.bsky.feed.post: the same delivery always makes the same record, so that a repeat is no second version.</summary>
internal static class PostRecord
{
    public const string Collection = "app.bsky.feed.post";

    public static JsonObject Of(Delivery delivery, PreparedPost prepared)
    {
        var content = delivery.Content;
        var record = new JsonObject
        {
            ["$type"] = Collection,
            ["text"] = content.Text,
            ["createdAt"] = Time(delivery.CreatedAt),
            ["langs"] = new JsonArray(content.Language),
        };
        if (Facets(content.Text, prepared.Mentions) is { Count: > 0 } facets)
            record["facets"] = facets;
        if (prepared is { Parent: { } parent, Root: { } root })
            record["reply"] = new JsonObject { ["root"] = root.ToJson(), ["parent"] = parent.ToJson() };
        if (Embed(content, prepared) is { } embed)
            record["embed"] = embed;
        return record;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>What the post shows below its words. Pictures or a card, a quoted post, or both, which the network wraps once more.</summary>
    private static JsonObject? Embed(PostContent content, PreparedPost prepared)
    {
        var shown = content.Media.Count > 0 ? Images(content.Media, prepared.Images) : content.Preview is { } preview ? Card(preview, prepared.Card) : null;
        if (prepared.Quoted is not { } quoted)
            return shown;
        var quote = new JsonObject { ["$type"] = "app.bsky.embed.record", ["record"] = quoted.ToJson() };
        return shown is null ? quote : new JsonObject { ["$type"] = "app.bsky.embed.recordWithMedia", ["record"] = quote, ["media"] = shown };
    }

    private static JsonObject Card(LinkPreview preview, PreparedImage? picture)
    {
        var card = new JsonObject { ["uri"] = preview.Target.AbsoluteUri, ["title"] = preview.Title, ["description"] = preview.Description };
        if (picture is not null)
            card["thumb"] = Blob(picture);
        return new JsonObject { ["$type"] = "app.bsky.embed.external", ["external"] = card };
    }

    /// <summary>Links and mentions with their place in UTF-8 bytes. A mention whose account was not found stays plain text.</summary>
    private static JsonArray Facets(string text, IReadOnlyDictionary<string, string> accounts)
    {
        var links = Links.In(text).Select(l => (l.Start, l.End, Feature: Feature("link", "uri", l.Target)));
        var mentions = BlueskyText.Mentions(text).Where(m => accounts.ContainsKey(m.Handle))
            .Select(m => (m.Start, m.End, Feature: Feature("mention", "did", accounts[m.Handle])));
        return [.. links.Concat(mentions).OrderBy(f => f.Start).Select(f => (JsonNode)new JsonObject
        {
            ["index"] = new JsonObject { ["byteStart"] = BytesBefore(text, f.Start), ["byteEnd"] = BytesBefore(text, f.End) },
            ["features"] = new JsonArray(f.Feature),
        })];
    }

    private static JsonObject Images(IReadOnlyList<PostMedia> media, IReadOnlyList<PreparedImage> blobs) => new()
    {
        ["$type"] = "app.bsky.embed.images",
        ["images"] = new JsonArray([.. media.Zip(blobs, Image)]),
    };

    private static JsonNode Image(PostMedia media, PreparedImage blob)
    {
        var image = new JsonObject
        {
            ["alt"] = media.Alt,
            ["image"] = Blob(blob),
        };
        if (media is { Width: > 0, Height: > 0 })
            image["aspectRatio"] = new JsonObject { ["width"] = media.Width, ["height"] = media.Height };
        return image;
    }

    private static JsonObject Blob(PreparedImage blob) => new()
    {
        ["$type"] = "blob",
        ["ref"] = new JsonObject { ["$link"] = blob.Cid },
        ["mimeType"] = blob.ContentType,
        ["size"] = blob.Size,
    };

    /// <summary>The pictures a record shows, also beside a quoted post.</summary>
    public static IEnumerable<(string? Cid, string? Alt)> PicturesOf(JsonElement post) =>
        post.ItemsAt("embed", "images").Concat(post.ItemsAt("embed", "media", "images")).Select(i => (i.TextAt("image", "ref", "$link"), i.TextAt("alt")));

    public static string? QuotedBy(JsonElement post) => post.TextAt("embed", "record", "uri") ?? post.TextAt("embed", "record", "record", "uri");

    public static string? LinkOf(JsonElement post) => post.TextAt("embed", "external", "uri") ?? post.TextAt("embed", "media", "external", "uri");

    private static JsonObject Feature(string kind, string name, string value) =>
        new() { ["$type"] = "app.bsky.richtext.facet#" + kind, [name] = value };

    private static int BytesBefore(string text, int index) => Encoding.UTF8.GetByteCount(text.AsSpan(0, index));
}
