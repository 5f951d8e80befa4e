using System.Buffers;
using System.Buffers.Binary;

namespace Countersign.Ledger;

/// <summary>Up to 256 entries in one file, each behind its length as two bytes, the higher first.</summary>
internal static class EntryBundle
{
    /// <summary>In bytes: what two bytes can count.</summary>
    public const int LongestEntry = ushort.MaxValue;

    /// <summary>In bytes.</summary>
    public const int LengthPrefix = sizeof(ushort);

    public static void Add(ArrayBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bundle.GetSpan(LengthPrefix), (ushort)entry.Length);
        bundle.Advance(LengthPrefix);
        bundle.Write(entry);
    }

    /// <summary>Takes the next entry off the front; false where there is no whole one.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> entry)
    {
        entry = [];
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out var length) || rest.Length < LengthPrefix + length)
            return false;
        entry = rest.Slice(LengthPrefix, length);
        rest = rest[(LengthPrefix + length)..];
        return true;
    }
}
