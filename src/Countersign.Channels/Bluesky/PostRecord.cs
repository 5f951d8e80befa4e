using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
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
            ["createdAt"] = delivery.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["langs"] = new JsonArray(content.Language),
        };
        if (Facets(content.Text, prepared.Mentions) is { Count: > 0 } facets)
            record["facets"] = facets;
        if (content.Media.Count > 0)
            record["embed"] = Images(content.Media, prepared.Images);
        return record;
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
            ["image"] = new JsonObject
            {
                ["$type"] = "blob",
                ["ref"] = new JsonObject { ["$link"] = blob.Cid },
                ["mimeType"] = blob.ContentType,
                ["size"] = blob.Size,
            },
        };
        if (media is { Width: > 0, Height: > 0 })
            image["aspectRatio"] = new JsonObject { ["width"] = media.Width, ["height"] = media.Height };
        return image;
    }

    private static JsonObject Feature(string kind, string name, string value) =>
        new() { ["$type"] = "app.bsky.richtext.facet#" + kind, [name] = value };

    private static int BytesBefore(string text, int index) => Encoding.UTF8.GetByteCount(text.AsSpan(0, index));
}
