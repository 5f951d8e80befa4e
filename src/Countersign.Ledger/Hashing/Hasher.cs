using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Ledger.Hashing;

/// <summary>Hashes many leaves or nodes by the fastest code that the processor has, or by the one asked for. For one thread at a time.</summary>
internal sealed class Hasher
{
    /// <summary>How much longer the framework takes to begin a message than to go on with it, in blocks of 64 bytes.</summary>
    private const int BlocksToBegin = 8;

    /// <summary>How much longer all lanes together take for a block than the framework does.</summary>
    private const int LanesToBlock = 9;

    private readonly LaneHash<Vector512<uint>, SixteenLanes>? sixteen;
    private readonly LaneHash<Vector256<uint>, EightLanes>? eight;

    /// <summary>For what does not fill the lanes; null where the framework takes that.</summary>
    private readonly LaneHash<uint, OneLane>? one;
    private readonly int lanes;
    private int[] order = [];
    private int[] blocks = [];

    /// <param name="neverFramework">What does not fill the lanes is hashed by our own code, too.</param>
    public Hasher(HashPath path, bool neverFramework = false)
    {
        if (!IsSupported(path))
            throw new PlatformNotSupportedException($"This processor has no {path}.");
        sixteen = path == HashPath.SixteenLanes ? new() : null;
        eight = path == HashPath.EightLanes ? new() : null;
        one = path == HashPath.OneLane || neverFramework ? new() : null;
        lanes = path switch { HashPath.SixteenLanes => 16, HashPath.EightLanes => 8, _ => 1 };
    }

    public static HashPath Fastest { get; } =
        IsSupported(HashPath.SixteenLanes) ? HashPath.SixteenLanes : IsSupported(HashPath.EightLanes) ? HashPath.EightLanes : HashPath.Framework;

    public static bool IsSupported(HashPath path) => path switch
    {
        HashPath.SixteenLanes => SixteenLanes.IsSupported,
        HashPath.EightLanes => EightLanes.IsSupported,
        _ => true,
    };

    /// <param name="data">Holds all leaves.</param>
    /// <param name="digests">32 bytes for each leaf.</param>
    public void Leaves(ReadOnlySpan<byte> data, ReadOnlySpan<Stretch> leaves, Span<byte> digests)
    {
        if (digests.Length < leaves.Length * TreeHash.Length)
            throw new ArgumentException("There is no room for all digests.", nameof(digests));
        if (lanes == 1)
        {
            for (var number = 0; number < leaves.Length; number++)
                Leaf(data, leaves, number, digests);
            return;
        }

        // Leaves of the same number of blocks go side by side.
        if (order.Length < leaves.Length)
            (order, blocks) = (new int[leaves.Length], new int[leaves.Length]);
        var alike = true;
        for (var number = 0; number < leaves.Length; number++)
        {
            (order[number], blocks[number]) = (number, leaves[number].LeafBlocks);
            alike &= blocks[number] == blocks[0];
        }

        if (!alike)
            Array.Sort(blocks, order, 0, leaves.Length);
        for (var from = 0; from < leaves.Length;)
        {
            var to = from + 1;
            while (to < leaves.Length && to - from < lanes && blocks[to] == blocks[from])
                to++;
            if (Fills(to - from, blocks[from]))
                Together(data, leaves, order.AsSpan(from..to), digests);
            else
            {
                foreach (var number in order.AsSpan(from..to))
                    Leaf(data, leaves, number, digests);
            }

            from = to;
        }
    }

    /// <summary>Hashes pairs of hashes that lie side by side.</summary>
    /// <param name="children">64 bytes for each parent.</param>
    /// <param name="parents">32 bytes for each; not where the children are.</param>
    public void Nodes(ReadOnlySpan<byte> children, Span<byte> parents)
    {
        var count = children.Length / (2 * TreeHash.Length);
        if (parents.Length < count * TreeHash.Length)
            throw new ArgumentException("There is no room for all parents.", nameof(parents));
        var done = 0;
        for (; lanes > 1 && done + lanes <= count; done += lanes)
            TogetherNodes(ref Unsafe.AsRef(in children[done * 2 * TreeHash.Length]), ref parents[done * TreeHash.Length]);
        if (lanes > 1 && Fills(count - done, 2))
        {
            Span<byte> some = stackalloc byte[16 * 2 * TreeHash.Length];
            Span<byte> found = stackalloc byte[16 * TreeHash.Length];
            children[(done * 2 * TreeHash.Length)..].CopyTo(some);
            TogetherNodes(ref some[0], ref found[0]);
            found[..((count - done) * TreeHash.Length)].CopyTo(parents[(done * TreeHash.Length)..]);
            return;
        }

        for (; done < count; done++)
            Node(children.Slice(done * 2 * TreeHash.Length, 2 * TreeHash.Length), parents.Slice(done * TreeHash.Length, TreeHash.Length));
    }

    /// <summary>Whether so few messages take longer one after the other than all lanes do together.</summary>
    private static bool Fills(int count, int ofBlocks) => count * (BlocksToBegin + ofBlocks) > ofBlocks * LanesToBlock;

    private void Leaf(ReadOnlySpan<byte> data, ReadOnlySpan<Stretch> leaves, int number, Span<byte> digests)
    {
        if (one is not null)
            one.OfLeaves(data, leaves, [number], digests);
        else
            TreeHash.OfLeaf(data.Slice(leaves[number].At, leaves[number].Length)).CopyTo(digests[(number * TreeHash.Length)..]);
    }

    private void Node(ReadOnlySpan<byte> children, Span<byte> parent)
    {
        if (one is not null)
            one.OfNodes(ref MemoryMarshal.GetReference(children), ref parent[0]);
        else
            TreeHash.OfNode(new TreeHash(children[..TreeHash.Length]), new TreeHash(children[TreeHash.Length..])).CopyTo(parent);
    }

    private void Together(ReadOnlySpan<byte> data, ReadOnlySpan<Stretch> leaves, ReadOnlySpan<int> numbers, Span<byte> digests)
    {
        if (sixteen is not null)
            sixteen.OfLeaves(data, leaves, numbers, digests);
        else
            eight!.OfLeaves(data, leaves, numbers, digests);
    }

    private void TogetherNodes(ref byte children, ref byte parents)
    {
        if (sixteen is not null)
            sixteen.OfNodes(ref children, ref parents);
        else
            eight!.OfNodes(ref children, ref parents);
    }
}
