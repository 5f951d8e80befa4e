using System.Text;
using System.Text.Json;

namespace Countersign.Channels.Bluesky;

/// <summary>What stands on the network before the post: its pictures, and the accounts it names. Kept with the delivery as JSON.</summary>
/// <param name="Images">One per picture, in order.</param>
/// <param name="Mentions">Handle to DID, for the handles that exist.</param>
/// <param name="Parent">The post that is answered.</param>
/// <param name="Root">The post its conversation began with.</param>
/// <param name="Quoted">The post that is shown inside.</param>
/// <param name="Card">The picture of the link preview.</param>
internal sealed record PreparedPost(
    IReadOnlyList<PreparedImage> Images, IReadOnlyDictionary<string, string> Mentions,
    StrongRef? Parent = null, StrongRef? Root = null, StrongRef? Quoted = null, PreparedImage? Card = null)
{
    private static readonly PreparedPost Nothing = new([], new Dictionary<string, string>());

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <returns>Null when the delivery needs preparing, or was prepared for other pictures.</returns>
    public static PreparedPost? For(Delivery delivery)
    {
        if (delivery.Prepared is null)
            return Fits(Nothing, delivery.Content) && BlueskyText.Mentions(delivery.Content.Text).Count == 0 ? Nothing : null;

        try
        {
            var prepared = JsonSerializer.Deserialize<PreparedPost>(delivery.Prepared, JsonSerializerOptions.Web);
            return prepared is { Images: not null, Mentions: not null } && Fits(prepared, delivery.Content) ? prepared : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Fits(PreparedPost prepared, PostContent content) =>
        prepared.Images.Select(i => i.Cid).SequenceEqual(content.Media.Select(BlobId.Of))
        && prepared.Parent?.Uri == content.ReplyTo?.Id
        && (prepared.Root is null) == (prepared.Parent is null)
        && prepared.Quoted?.Uri == content.Quotes?.Id
        && prepared.Card?.Cid == (content.Preview?.Picture is { } picture ? BlobId.Of(picture) : null);
}

internal sealed record PreparedImage(string Cid, string ContentType, long Size);

/// <summary>The content id the AT Protocol gives a blob: CID version 1, raw bytes, SHA-256, in base 32. So the approved hash names the stored picture.</summary>
internal static class BlobId
{
    private static ReadOnlySpan<byte> Prefix => [0x01, 0x55, 0x12, 0x20];

    public static string Of(PostMedia media) =>
        "b" + Base32([.. Prefix, .. Convert.FromHexString(media.Sha256)]);

    /// <summary>RFC 4648, lower case, no padding.</summary>
    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz234567";
        var letters = new StringBuilder();
        int held = 0, bits = 0;
        foreach (var b in bytes)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
                letters.Append(alphabet[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }

        if (bits > 0)
            letters.Append(alphabet[(held << (5 - bits)) & 31]);
        return letters.ToString();
    }
}
