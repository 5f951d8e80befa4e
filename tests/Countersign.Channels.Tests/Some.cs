using System.Security.Cryptography;

namespace Countersign.Channels.Tests;

/// <summary>Ordinary content, for tests that are about something else.</summary>
internal static class Some
{
    /// <summary>A picture of one pixel.</summary>
    private static readonly byte[] dot = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static int pictures;

    /// <summary>A word no other test writes.</summary>
    public static string Mark() => "mark" + Guid.NewGuid().ToString("N");

    /// <summary>What a connection begins with, as the application asks.</summary>
    /// <param name="server">Null on a network that is one place.</param>
    public static AuthoriseRequest Asking(Uri? server, AppKey? app = null) =>
        new(server, app, new Uri("https://countersign.example.test/accounts/connect/back"), "state-" + Guid.NewGuid().ToString("N"));

    public static PostContent Words(string text) => new(text, []);

    /// <param name="bytes">The size of the file; what follows the picture's own end is ignored by those who show it.</param>
    public static PostMedia Picture(string alt = "A lighthouse in the rain", int bytes = 200)
    {
        var file = new byte[bytes];
        dot.CopyTo(file, 0);
        BitConverter.TryWriteBytes(file.AsSpan(dot.Length), Interlocked.Increment(ref pictures));
        return Media(file, "image/png", alt);
    }

    public static PostMedia Media(byte[] file, string type, string alt) =>
        new(Convert.ToHexStringLower(SHA256.HashData(file)), type, 1, 1, alt, file);

    /// <summary>Letters that need no escape, cannot be a link, and take one byte each.</summary>
    public static string Letters(int count) => new('a', count);
}
