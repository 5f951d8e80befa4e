using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Heads;

/// <summary>The quick way to read a word; <see cref="HeadReader"/> has the way for every word, and both give the same.</summary>
internal static class PlainWord
{
    /// <summary>
    /// The length of the word here where it is up to fifteen ASCII letters and digits with nothing to change but capitals, and 0 where it must be read
    /// letter by letter. Sixteen characters are looked at in one step; most words are such.
    /// </summary>
    public static int Read(ReadOnlySpan<char> text, int at, Span<char> letters, out ulong low, out ulong high)
    {
        low = high = 0;
        Vector128<byte> bytes;
        if (text.Length - at >= 16)
        {
            bytes = Narrowed(text, at);
        }
        else if (text.Length >= 16)
        {
            // The last sixteen characters, those before the word shifted out.
            var from = Vector128.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (byte)15) + Vector128.Create((byte)(16 - (text.Length - at)));
            bytes = Vector128.Shuffle(Narrowed(text, text.Length - 16), from);
        }
        else
        {
            bytes = Rest(text[at..]);
        }

        var lower = bytes | Vector128.Create((byte)0x20);
        var isLetter = Vector128.LessThan(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)26));
        var isDigit = Vector128.LessThan(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var isUnderline = Vector128.Equals(bytes, Vector128.Create((byte)'_'));
        var length = System.Numerics.BitOperations.TrailingZeroCount(~(isLetter | isDigit | isUnderline).ExtractMostSignificantBits());
        if (length > 15 || (at + length < text.Length && (text[at + length] >= 0x80 || text[at + length] == '\'')))
            return 0;
        var word = Vector128.ConditionalSelect(isLetter, lower, bytes);
        var (head, tail) = (word.AsUInt64()[0], word.AsUInt64()[1]);
        low = length >= 8 ? head : head & ((1UL << (length * 8)) - 1);
        high = length <= 8 ? 0 : tail & ((1UL << ((length - 8) * 8)) - 1);

        // Four of a letter in a row are cut to three: elsewhere.
        var next = Vector128.Create((head >> 8) | (tail << 56), tail >> 8).AsByte();
        var same = Vector128.Equals(word, next).ExtractMostSignificantBits() & ((1u << (length - 1)) - 1);
        if ((same & (same >> 1) & (same >> 2)) != 0)
            return 0;
        var (left, right) = Vector128.Widen(word);
        ref var spelt = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(letters));
        left.StoreUnsafe(ref spelt);
        right.StoreUnsafe(ref spelt, 8);
        return length;
    }

    /// <summary>Of a text shorter than sixteen characters; a method of its own, so that the usual way needs no buffer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector128<byte> Rest(ReadOnlySpan<char> text)
    {
        Span<char> rest = stackalloc char[16];
        rest.Clear();
        text.CopyTo(rest);
        return Narrowed(rest, 0);
    }

    /// <summary>Sixteen characters as bytes; those beyond a byte as 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Narrowed(ReadOnlySpan<char> text, int at)
    {
        ref var start = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var most = Vector128.Create((ushort)0xFF);
        return Vector128.Narrow(Vector128.Min(Vector128.LoadUnsafe(ref start, (nuint)at), most), Vector128.Min(Vector128.LoadUnsafe(ref start, (nuint)at + 8), most));
    }
}
