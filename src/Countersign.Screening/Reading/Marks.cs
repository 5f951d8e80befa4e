using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Reading;

/// <summary>Which of a few telling ASCII marks stand in a text: all of them in one pass, sixteen characters a step.</summary>
internal static class Marks
{
    public const byte Digit = 1;
    public const byte DollarOrDash = 2;

    /// <summary>`[` or `{`.</summary>
    public const byte OpenBracket = 4;

    public const byte PercentOrStar = 8;
    public const byte LessOrBackslash = 16;
    public const byte At = 32;
    public const byte Slash = 64;
    public const byte Space = 128;

    /// <summary>By the low four bits of a character, the marks that it may be; with <see cref="ByHigh"/>, those that it is.</summary>
    private static readonly Vector128<byte> ByLow = Vector128.Create(
        Digit | At | Space, Digit, Digit, Digit, Digit | DollarOrDash, Digit | PercentOrStar, Digit, Digit,
        Digit, Digit, PercentOrStar, OpenBracket, LessOrBackslash, DollarOrDash, 0, Slash);

    private static readonly Vector128<byte> ByHigh = Vector128.Create(
        0, 0, DollarOrDash | PercentOrStar | Slash | Space, Digit | LessOrBackslash, At, OpenBracket | LessOrBackslash, 0, OpenBracket,
        0, 0, 0, 0, 0, 0, 0, 0);

    public static byte In(ReadOnlySpan<char> text)
    {
        var seen = Vector128<byte>.Zero;
        ref var first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var at = 0;
        for (; at + 16 <= text.Length; at += 16)
            seen |= Of(Vector128.LoadUnsafe(ref first, (nuint)at), Vector128.LoadUnsafe(ref first, (nuint)at + 8));
        if (at < text.Length)
        {
            Span<ushort> rest = stackalloc ushort[16];
            rest.Clear();
            MemoryMarshal.Cast<char, ushort>(text[at..]).CopyTo(rest);
            seen |= Of(Vector128.Create<ushort>(rest), Vector128.Create<ushort>(rest[8..]));
        }

        var both = seen.AsUInt64()[0] | seen.AsUInt64()[1];
        both |= both >> 32;
        both |= both >> 16;
        return (byte)(both | (both >> 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Of(Vector128<ushort> one, Vector128<ushort> other)
    {
        var most = Vector128.Create((ushort)0xFF);
        var bytes = Vector128.Narrow(Vector128.Min(one, most), Vector128.Min(other, most));
        return Vector128.ShuffleNative(ByLow, bytes & Vector128.Create((byte)0x0F)) & Vector128.ShuffleNative(ByHigh, bytes >>> 4);
    }
}
