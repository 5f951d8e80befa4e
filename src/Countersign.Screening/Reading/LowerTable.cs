using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>Lower case without a call into the operating system's tables for each character: pages of 256 units, made when first met.</summary>
internal static class LowerTable
{
    private static readonly char[]?[] Pages = new char[256][];

    /// <summary>Unit for unit what <see cref="MemoryExtensions.ToLowerInvariant"/> gives.</summary>
    /// <param name="lower">As long as the text, or longer.</param>
    public static void ToLower(ReadOnlySpan<char> text, Span<char> lower)
    {
        for (var at = 0; at < text.Length;)
        {
            Ascii.ToLower(text[at..], lower[at..], out var plain);
            for (at += plain; at < text.Length && text[at] >= 0x80; at++)
            {
                if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                {
                    ToLowerPair(text.Slice(at, 2), lower[at..]);
                    at++;
                }
                else
                {
                    lower[at] = (Volatile.Read(ref Pages[text[at] >> 8]) ?? Page(text[at] >> 8))[text[at] & 0xFF];
                }
            }
        }
    }

    private static void ToLowerPair(ReadOnlySpan<char> pair, Span<char> lower)
    {
        // Pictures, the usual pairs, have no case.
        if (pair[0] is >= '\uD83C' and <= '\uD83E')
            pair.CopyTo(lower);
        else
            pair.ToLowerInvariant(lower);
    }

    private static char[] Page(int number)
    {
        var page = new char[256];
        for (var at = 0; at < page.Length; at++)
            page[at] = char.ToLowerInvariant((char)((number << 8) | at));
        Volatile.Write(ref Pages[number], page);
        return page;
    }
}
