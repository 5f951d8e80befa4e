namespace Countersign.Ledger;

/// <summary>Shows that one entry is part of a tree, by the hashes beside its way to the root (RFC 6962, section 2.1.1).</summary>
/// <param name="Index">The number of the entry, from 0.</param>
/// <param name="Size">How many entries the tree has.</param>
/// <param name="Hashes">From the leaf upwards; at most 63.</param>
public sealed record InclusionProof(long Index, long Size, IReadOnlyList<TreeHash> Hashes)
{
    /// <summary>Makes the proof from the stored tiles of a tree that has at least <paramref name="size"/> leaves.</summary>
    /// <param name="readTile">Gives the bytes of a tile by level and index, or null where there is none.</param>
    /// <exception cref="InvalidDataException">A tile is missing or too short.</exception>
    public static InclusionProof Build(long index, long size, Func<int, long, byte[]?> readTile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var tree = new TiledTree(size, readTile);
        var hashes = new List<TreeHash>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var middle = from + TiledTree.Split(to - from);
            if (index < middle)
            {
                hashes.Add(tree.Root(middle, to));
                to = middle;
            }
            else
            {
                hashes.Add(tree.Root(from, middle));
                from = middle;
            }
        }
        hashes.Reverse();
        return new InclusionProof(index, size, hashes);
    }

    /// <summary>Whether the leaf stands at <see cref="Index"/> in the tree with this root (RFC 9162, section 2.1.3.2).</summary>
    public bool Verifies(TreeHash leaf, TreeHash root)
    {
        if (Index < 0 || Index >= Size)
            return false;
        var (node, last) = (Index, Size - 1);
        var hash = leaf;
        foreach (var beside in Hashes)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = TreeHash.OfNode(beside, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = TreeHash.OfNode(hash, beside);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }
}
