using System.Globalization;
using System.Security.Cryptography;
using Countersign.Bench.Measures;
using Countersign.Ledger;

namespace Countersign.Bench;

/// <summary>What the audit trail costs.</summary>
internal static class Ledger
{
    private const int Entries = 200_000;

    /// <summary>The length in bytes of a usual entry; the targets are stated for it.</summary>
    private const int EntryLength = 334;

    private const int Rounds = 9;

    public static int Run(string[] args)
    {
        var entries = new byte[Entries * EntryLength];
        new Random(1).NextBytes(entries);
        var (tree, bare, ratio) = Paired.Run(Rounds, () => BuildTree(entries), () => HashEach(entries));
        Paired.Print(
            "leaves and tree ÷ bare SHA256.HashData over the entries",
            string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} ({tree * 1000:F0} ms, {bare * 1000:F0} ms)"),
            "≥ 2.0 (AVX-512), ≥ 1.2 (AVX2)");
        return 0;
    }

    private static void BuildTree(ReadOnlySpan<byte> entries)
    {
        var tree = new GrowingTree();
        for (var at = 0; at < entries.Length; at += EntryLength)
            tree.Append(TreeHash.OfLeaf(entries.Slice(at, EntryLength)));
        if (tree.Size != Entries)
            throw new InvalidOperationException("The tree lost entries.");
    }

    private static void HashEach(ReadOnlySpan<byte> entries)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        for (var at = 0; at < entries.Length; at += EntryLength)
            SHA256.HashData(entries.Slice(at, EntryLength), digest);
    }
}
