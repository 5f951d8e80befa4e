using System.Numerics;
using Countersign.Ledger.Hashing;

namespace Countersign.Ledger;

/// <summary>A complete part of the tree: a power of two of hashes that lie side by side.</summary>
internal static class Subtree
{
    [ThreadStatic]
    private static TileTree? tree;

    /// <summary>What lies above these hashes.</summary>
    /// <param name="hashes">32 bytes each; 1, 2, 4, … or 256 of them.</param>
    public static TreeHash Root(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == TreeHash.Length)
            return new TreeHash(hashes);
        tree ??= new TileTree(new Hasher(Hasher.Fastest));
        var width = hashes.Length / TreeHash.Length;
        hashes.CopyTo(tree.Room);
        tree.Build(width);
        return tree.Subtree(BitOperations.Log2((uint)width), 0);
    }
}
