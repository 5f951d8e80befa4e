namespace Countersign.Channels;

/// <summary>The four picture types taken everywhere, told by their first bytes and never by a name.</summary>
public static class Pictures
{
    public static readonly IReadOnlyList<string> Types = ["image/jpeg", "image/png", "image/webp", "image/gif"];

    /// <returns>The type the bytes begin like; null for anything else.</returns>
    public static string? TypeOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        _ => null,
    };
}
