using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Countersign.Bench.Measures;
using Countersign.Ledger;
using Countersign.Ledger.Hashing;

namespace Countersign.Bench.Ledgers;

/// <summary>Leaves and tree recomputed from entries, by each code path, beside the framework's SHA-256 over the same entries.</summary>
internal static class Hashing
{
    private const int Entries = 200_000;

    private const int Rounds = 15;

    /// <summary>Runs that do not count: the runtime compiles what runs often a second time, better.</summary>
    private const int WarmUp = 10;

    /// <summary>Length prefixes and entries as they lie in an export.</summary>
    private static readonly byte[] bundle = Bundle();

    public static void Run()
    {
        foreach (var (path, asked) in new[] { (HashPath.SixteenLanes, "≥ 2.0"), (HashPath.EightLanes, "≥ 1.2"), (HashPath.Framework, "no figure") })
        {
            var what = $"verify {path} ÷ bare SHA256.HashData";
            if (!Hasher.IsSupported(path))
            {
                Paired.Print(what, "not on this processor", asked);
                continue;
            }

            for (var time = 0; time < WarmUp; time++)
                BuildTree(path);
            var (ours, bare, ratio) = Paired.RunOnProcessor(Rounds, () => BuildTree(path), HashEach);
            Paired.Print(what, string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} ({ours * 1000:F0} ms, {bare * 1000:F0} ms)"), asked);
        }
    }

    private static byte[] Bundle()
    {
        var bytes = new byte[Entries * (2 + AnExport.EntryLength)];
        new Random(1).NextBytes(bytes);
        for (var at = 0; at < bytes.Length; at += 2 + AnExport.EntryLength)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), AnExport.EntryLength);
        return bytes;
    }

    private static void BuildTree(HashPath path)
    {
        var tree = new GrowingTree();
        var hasher = new Hasher(path);
        var tile = new TileTree(hasher);
        var entries = new Stretch[Tile.FullWidth];
        ReadOnlySpan<byte> rest = bundle;
        while (rest.Length > 0)
        {
            var from = rest;
            var count = 0;
            for (; count < entries.Length && EntryBundle.TryTake(ref rest, out var entry); count++)
                entries[count] = new Stretch(from.Length - rest.Length - entry.Length, entry.Length);
            hasher.Leaves(from, entries.AsSpan(0, count), tile.Room);
            tile.Build(count);
            tree.Append(tile);
            _ = tree.ChangedTiles();
        }

        if (tree.Size != Entries)
            throw new InvalidOperationException("The tree lost entries.");
    }

    private static void HashEach()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        for (var at = 0; at < bundle.Length; at += 2 + AnExport.EntryLength)
            SHA256.HashData(bundle.AsSpan(at + 2, AnExport.EntryLength), digest);
    }
}
