using System.Text;
using System.Text.Json;
using Countersign.Channels.Http;
using Countersign.Channels.Text;

namespace Countersign.Channels.Bluesky;

/// <summary>Somebody's post as a message to the account: from what the views tell of who wrote, or from what they show of the post.</summary>
internal static class BlueskyMessage
{
    /// <summary>More links than a post of 300 characters holds.</summary>
    private const int MostLinks = 150;

    /// <param name="own">The account's identifier.</param>
    /// <param name="kind">Null where the post itself must tell.</param>
    /// <returns>Null for anything that is no post of somebody.</returns>
    public static InboxItem? Read(Uri server, string? own, JsonElement shown, InboxKind? kind)
    {
        if (shown.TextAt("uri") is not { } uri || RecordPlace.Parse(uri) is not { Collection: PostRecord.Collection } place
            || shown.TextAt("cid") is not { Length: > 0 } cid || shown.At("record") is not { ValueKind: JsonValueKind.Object } post)
        {
            return null;
        }

        var (text, quoted) = (post.TextAt("text") ?? "", PostRecord.QuotedBy(post));
        var sort = kind ?? SortOf(post, own, quoted);
        return new InboxItem(new RemoteRef(uri, BlueskyServer.AddressOf(server, place.Did, place.Key), cid), sort, Readable.Of(text), shown.TimeAt("indexedAt"))
        {
            Edition = cid,
            AuthorId = place.Did,
            AuthorName = Readable.Of(shown.TextAt("author", "displayName") is { Length: > 0 } name ? name : shown.TextAt("author", "handle") ?? place.Did),
            AuthorHandle = shown.TextAt("author", "handle"),
            IsOwn = place.Did == own,
            About = sort == InboxKind.Quote ? quoted : post.TextAt("reply", "root", "uri"),
            ReplyTo = post.TextAt("reply", "parent", "uri"),
            Language = post.ItemsAt("langs").Select(language => language.AsText()).FirstOrDefault() is { Length: > 0 and <= 35 } said ? said : null,
            Links = [.. LinksOf(post, text).Take(MostLinks)],
            Media = MediaShown(shown) is { Count: > 0 } media ? media : MediaNamed(post),
        };
    }

    /// <summary>Where the views show the pictures and the film of a post.</summary>
    public static IReadOnlyList<InboxMedia> MediaShown(JsonElement shown) =>
    [
        .. shown.ItemsAt("embed", "images").Concat(shown.ItemsAt("embed", "media", "images"))
            .Select(image => new InboxMedia(image.TextAt("fullsize"), null, Readable.Of(image.TextAt("alt") ?? ""))),
        .. ((ReadOnlySpan<JsonElement?>)[shown.At("embed"), shown.At("embed", "media")]).ToArray().OfType<JsonElement>()
            .Where(embed => embed.TextAt("playlist") is not null)
            .Select(film => new InboxMedia(film.TextAt("playlist"), "application/vnd.apple.mpegurl", Readable.Of(film.TextAt("alt") ?? ""))),
    ];

    /// <summary>What the post itself says of them: the address is not among it.</summary>
    private static List<InboxMedia> MediaNamed(JsonElement post) =>
    [
        .. post.ItemsAt("embed", "images").Concat(post.ItemsAt("embed", "media", "images"))
            .Select(image => new InboxMedia(null, image.TextAt("image", "mimeType"), Readable.Of(image.TextAt("alt") ?? ""))),
        .. ((ReadOnlySpan<JsonElement?>)[post.At("embed"), post.At("embed", "media")]).ToArray().OfType<JsonElement>()
            .Where(embed => embed.At("video") is { ValueKind: JsonValueKind.Object })
            .Select(film => new InboxMedia(null, film.TextAt("video", "mimeType"), Readable.Of(film.TextAt("alt") ?? ""))),
    ];

    /// <summary>As the views sort a post that is several things at once: who is named is told so, then whose post is quoted, then who is answered (bsky 0.0.221).</summary>
    private static InboxKind SortOf(JsonElement post, string? own, string? quoted) =>
        post.ItemsAt("facets").SelectMany(facet => facet.ItemsAt("features")).Any(feature => feature.TextAt("did") is { } named && named == own) ? InboxKind.Mention
        : quoted is not null && RecordPlace.Parse(quoted) is { } place && place.Did == own ? InboxKind.Quote
        : InboxKind.Reply;

    /// <summary>The network counts places in bytes; one that lies in no text, or within a character, is passed over.</summary>
    private static IEnumerable<RenderedLink> LinksOf(JsonElement post, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var facet in post.ItemsAt("facets"))
        {
            if (facet.NumberAt("index", "byteStart") is not { } start || facet.NumberAt("index", "byteEnd") is not { } end || start < 0 || end <= start || end > bytes.Length
                || !Begins(bytes, start) || !Begins(bytes, end))
            {
                continue;
            }

            foreach (var target in facet.ItemsAt("features").Select(feature => feature.TextAt("uri")).OfType<string>())
            {
                if (Uri.TryCreate(target, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
                    yield return new RenderedLink(Encoding.UTF8.GetCharCount(bytes, 0, (int)start), Encoding.UTF8.GetCharCount(bytes, 0, (int)end), target);
            }
        }
    }

    private static bool Begins(byte[] bytes, long place) => place == bytes.Length || (bytes[place] & 0xC0) != 0x80;
}
