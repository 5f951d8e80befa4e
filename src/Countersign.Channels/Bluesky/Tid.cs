using System.Security.Cryptography;

namespace Countersign.Channels.Bluesky;

/// <summary>A record key of the AT Protocol: 53 bits of microseconds and 10 bits that tell writers apart, in 13 sortable letters.</summary>
public static class Tid
{
    private const string Alphabet = "234567abcdefghijklmnopqrstuvwxyz";
    private const int Length = 13;
    private const int Writers = 1024;

    /// <param name="random">Chosen by whoever mints, so that two processes do not meet; any bits above the tenth are ignored.</param>
    public static string Mint(DateTimeOffset at, int random)
    {
        var bits = ((ulong)Microseconds(at) << 10) | (uint)(random & (Writers - 1));
        return string.Create(Length, bits, (letters, rest) =>
        {
            for (var i = letters.Length - 1; i >= 0; i--, rest >>= 5)
                letters[i] = Alphabet[(int)(rest & 31)];
        });
    }

    public static string Mint(DateTimeOffset at) => Mint(at, RandomNumberGenerator.GetInt32(Writers));

    /// <summary>13 letters of the alphabet, the first of them below 2^4 because the top bit is always nought.</summary>
    public static bool IsValid(string key) =>
        key.Length == Length && key.All(Alphabet.Contains) && Alphabet.IndexOf(key[0], StringComparison.Ordinal) < 16;

    /// <summary>Microseconds since 1970.</summary>
    internal static long Microseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}

/// <summary>Mints keys that never meet within this process, even when the clock stands still between two of them.</summary>
internal sealed class TidMint
{
    private readonly Lock turn = new();
    private long last;

    public string Next(DateTimeOffset at)
    {
        lock (turn)
        {
            last = Math.Max(Tid.Microseconds(at), last + 1);
            return Tid.Mint(DateTimeOffset.UnixEpoch.AddTicks(last * TimeSpan.TicksPerMicrosecond));
        }
    }
}
