using System.Numerics;

namespace Countersign.Ledger;

/// <summary>Shows that an older tree is the beginning of a newer one: nothing in it was changed, removed or reordered (RFC 6962, section 2.1.2).</summary>
/// <param name="OldSize">In entries.</param>
/// <param name="NewSize">In entries, not less than the old size.</param>
/// <param name="Hashes">At most 64.</param>
public sealed record ConsistencyProof(long OldSize, long NewSize, IReadOnlyList<TreeHash> Hashes)
{
    /// <summary>Makes the proof from the stored tiles of a tree that has at least <paramref name="newSize"/> leaves.</summary>
    /// <param name="readTile">Gives the bytes of a tile by level and index, or null where there is none.</param>
    /// <exception cref="InvalidDataException">A tile is missing or too short.</exception>
    public static ConsistencyProof Build(long oldSize, long newSize, Func<int, long, byte[]?> readTile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var hashes = new List<TreeHash>();
        if (oldSize > 0 && oldSize < newSize)
        {
            var tree = new TiledTree(newSize, readTile);
            var (from, to) = (0L, newSize);
            while (oldSize != to)
            {
                var middle = from + TiledTree.Split(to - from);
                if (oldSize <= middle)
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
            // A subtree that is the whole old tree needs no hash: whoever verifies has its root.
            if (from > 0)
                hashes.Add(tree.Root(from, to));
        }
        hashes.Reverse();
        return new ConsistencyProof(oldSize, newSize, hashes);
    }

    /// <summary>Whether the tree with the old root is the beginning of the tree with the new one (RFC 9162, section 2.1.4.2).</summary>
    public bool Verifies(TreeHash oldRoot, TreeHash newRoot)
    {
        if (OldSize < 0 || OldSize > NewSize)
            return false;
        if (OldSize == NewSize)
            return Hashes.Count == 0 && oldRoot == newRoot && (OldSize > 0 || oldRoot == TreeHash.Empty);
        if (OldSize == 0)
            return Hashes.Count == 0 && oldRoot == TreeHash.Empty;

        var path = BitOperations.IsPow2(OldSize) ? Hashes.Prepend(oldRoot) : Hashes;
        var shift = BitOperations.TrailingZeroCount(OldSize);
        var (node, last) = ((OldSize - 1) >> shift, (NewSize - 1) >> shift);
        TreeHash? older = null;
        TreeHash newer = default;
        foreach (var hash in path)
        {
            if (older is null)
            {
                older = newer = hash;
                continue;
            }
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                older = TreeHash.OfNode(hash, older.Value);
                newer = TreeHash.OfNode(hash, newer);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                newer = TreeHash.OfNode(newer, hash);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && older == oldRoot && newer == newRoot;
    }
}
