using System.Buffers;
using Countersign.Ledger.Hashing;

namespace Countersign.Ledger;

/// <summary>
/// Leaves side by side, each hashed twice by different code, in memory that is used again: fresh memory costs more than the hashing. Dispose of it.
/// </summary>
public sealed class LeafBatch : IDisposable
{
    private byte[] data = ArrayPool<byte>.Shared.Rent(1 << 16);
    private Stretch[] leaves = ArrayPool<Stretch>.Shared.Rent(1 << 8);
    private TreeHash[] hashes = [];
    private int length;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int number] => data.AsSpan(leaves[number].At, leaves[number].Length);

    public void Add(ReadOnlySpan<byte> leaf)
    {
        if (data.Length - length < leaf.Length)
            data = Larger(data, length, length + leaf.Length);
        if (leaves.Length == Count)
            leaves = Larger(leaves, Count, Count + 1);
        leaf.CopyTo(data.AsSpan(length));
        leaves[Count++] = new Stretch(length, leaf.Length);
        length += leaf.Length;
    }

    /// <param name="found">The hash of each leaf, until the batch is disposed of or hashed again; as far as the two agree.</param>
    /// <returns>False where the two differ: then the leaf after the last one found is the first of which they do.</returns>
    public bool TryHash(out ReadOnlySpan<TreeHash> found)
    {
        Return(hashes);
        hashes = ArrayPool<TreeHash>.Shared.Rent(Math.Max(1, Count));
        var second = ArrayPool<byte>.Shared.Rent(Math.Max(1, Count) * TreeHash.Length);
        try
        {
            SecondOpinion.OfLeaves(data, leaves.AsSpan(0, Count), second);
            for (var number = 0; number < Count; number++)
            {
                hashes[number] = TreeHash.OfLeaf(this[number]);
                if (hashes[number] == new TreeHash(second.AsSpan(number * TreeHash.Length, TreeHash.Length)))
                    continue;
                found = hashes.AsSpan(0, number);
                return false;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(second);
        }

        found = hashes.AsSpan(0, Count);
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(data);
        ArrayPool<Stretch>.Shared.Return(leaves);
        Return(hashes);
        (data, leaves, hashes, Count, length) = ([], [], [], 0, 0);
    }

    private static void Return(TreeHash[] rented)
    {
        if (rented.Length > 0)
            ArrayPool<TreeHash>.Shared.Return(rented);
    }

    private static T[] Larger<T>(T[] rented, int used, int needed)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, rented.Length * 2));
        rented.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(rented);
        return larger;
    }
}
