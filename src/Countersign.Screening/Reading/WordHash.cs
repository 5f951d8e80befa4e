using System.Runtime.InteropServices;

namespace Countersign.Screening.Reading;

/// <summary>A 64-bit hash of a short word, with fixed constants: the same word hashes the same on every machine and in every run.</summary>
internal static class WordHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    public static ulong Of(ReadOnlySpan<char> word)
    {
        var hash = First * (ulong)(word.Length + 1);
        if (word.Length < 4)
        {
            var few = word.Length == 0 ? 0UL : word[0] | ((ulong)word[word.Length / 2] << 16) | ((ulong)word[^1] << 32);
            return Mix(hash ^ few);
        }

        var bytes = MemoryMarshal.AsBytes(word);
        while (bytes.Length > 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(bytes));
            bytes = bytes[8..];
        }

        // The last four characters, which may overlap those before.
        return Mix(hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(word[^4..])));
    }

    /// <summary>The hash of no letters, from which <see cref="Longer"/> goes letter by letter: for a word whose beginnings are all asked for.</summary>
    public const ulong None = 14695981039346656037;

    public static ulong Longer(ulong hash, char letter) => (hash ^ letter) * 1099511628211;

    public static ulong OfPair(int first, int second) => Mix(((ulong)(uint)first << 32 | (uint)second) ^ First);

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Second, out var low);
        return high ^ low;
    }
}
