using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Countersign.Ledger.Hashing;

/// <summary>Leaves and nodes of the tree, as many at once as there are lanes. Gives what <see cref="TreeHash.OfLeaf"/> and <see cref="TreeHash.OfNode"/> give. For one thread at a time.</summary>
internal sealed class LaneHash<TWords, TLanes>
    where TWords : unmanaged
    where TLanes : ILanes<TWords>
{
    /// <summary>In bytes.</summary>
    private const int Block = 64;

    /// <summary>The first block of a message, with its prefix, and the last two, with its padding, are put together apart.</summary>
    private const int Apart = 3 * Block;

    /// <summary>Of sixteen words.</summary>
    private static readonly int wordsLength = 16 * Unsafe.SizeOf<TWords>();

    /// <summary>Begins at a multiple of 64 bytes, where the processor reads and writes all lanes in one step; a stack gives no such place.</summary>
    private readonly Memory<byte> room;
    private readonly int[] inData = new int[TLanes.Count];
    private readonly int[] inApart = new int[TLanes.Count];

    public LaneHash()
    {
        var length = (2 * wordsLength) + (TLanes.Count * (Apart + TreeHash.Length));
        var memory = GC.AllocateArray<byte>(length + Block, pinned: true);
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) % Block);
        room = memory.AsMemory((Block - past) % Block, length);
    }

    /// <summary>Hashes leaves that have the same number of blocks, one for each lane; lanes left over repeat the first.</summary>
    /// <param name="data">Holds all leaves.</param>
    /// <param name="numbers">Which of the leaves; as many as there are lanes, or fewer.</param>
    /// <param name="digests">32 bytes for each of all leaves, in their order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OfLeaves(ReadOnlySpan<byte> data, ReadOnlySpan<Stretch> leaves, ReadOnlySpan<int> numbers, Span<byte> digests)
    {
        var blocks = leaves[numbers[0]].LeafBlocks;
        var state = State;
        var words = Words;
        var apart = room.Span.Slice(2 * wordsLength, TLanes.Count * Apart);
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            var leaf = leaves[numbers[lane < numbers.Length ? lane : 0]];
            inData[lane] = leaf.At - 1;
            inApart[lane] = lane * Apart;
            SetApart(data.Slice(leaf.At, leaf.Length), blocks, apart.Slice(lane * Apart, Apart));
        }

        Compression<TWords, TLanes>.Begin(state);
        for (var block = 0; block < blocks; block++)
        {
            var fromApart = block == 0 || block >= blocks - 2;
            if (fromApart && block > 0)
                Move(inApart, Block);
            if (fromApart)
                TLanes.Load(ref apart[0], inApart, words);
            else
                TLanes.Load(ref Unsafe.AsRef(in data[0]), inData, words);
            Move(inData, Block);
            Compression<TWords, TLanes>.Take(state, words);
        }

        var found = room.Span[^(TLanes.Count * TreeHash.Length)..];
        TLanes.Store(state, ref found[0]);
        for (var lane = 0; lane < numbers.Length; lane++)
            found.Slice(lane * TreeHash.Length, TreeHash.Length).CopyTo(digests[(numbers[lane] * TreeHash.Length)..]);
    }

    /// <summary>Hashes pairs of hashes that lie side by side, one pair for each lane.</summary>
    /// <param name="children">64 bytes for each lane.</param>
    /// <param name="parents">32 bytes for each lane; may be where the children are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void OfNodes(ref byte children, ref byte parents)
    {
        var state = State;
        var words = Words;
        for (var lane = 0; lane < TLanes.Count; lane++)
            inData[lane] = lane * Block;
        TLanes.Load(ref children, inData, words);

        // 65 bytes: the prefix pushes every byte on by one, and the last into a second block with the padding.
        var left = words[15];
        for (var i = 15; i > 0; i--)
            words[i] = Join(words[i - 1], words[i]);
        words[0] = Join(TLanes.All(TreeHash.NodePrefix), words[0]);
        Compression<TWords, TLanes>.Begin(state);
        Compression<TWords, TLanes>.Take(state, words);
        words.Clear();
        words[0] = TLanes.Add(TLanes.ShiftLeft(left, 24), TLanes.All(0x80_0000));
        words[15] = TLanes.All(65 * 8);
        Compression<TWords, TLanes>.Take(state, words);
        TLanes.Store(state, ref parents);
    }

    private Span<TWords> State => MemoryMarshal.Cast<byte, TWords>(room.Span[..wordsLength]);

    private Span<TWords> Words => MemoryMarshal.Cast<byte, TWords>(room.Span.Slice(wordsLength, wordsLength));

    /// <summary>The last byte of one word before the first three of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Join(TWords before, TWords word) => TLanes.Add(TLanes.ShiftLeft(before, 24), TLanes.Shift(word, 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(Span<int> at, int by)
    {
        for (var lane = 0; lane < at.Length; lane++)
            at[lane] += by;
    }

    /// <summary>0x00, the leaf, the bit 1, zeros, and the length in bits as the last eight bytes (FIPS 180-4, section 5.1.1): the first block and the last two.</summary>
    private static void SetApart(ReadOnlySpan<byte> leaf, int blocks, Span<byte> apart)
    {
        var prefixed = leaf.Length + 1;
        var first = Math.Max(0, blocks - 2);
        var tail = blocks > 2 ? apart[Block..] : apart[..(blocks * Block)];
        if (blocks > 2)
        {
            apart[0] = TreeHash.LeafPrefix;
            leaf[..(Block - 1)].CopyTo(apart[1..]);
            leaf[((first * Block) - 1)..].CopyTo(tail);
        }
        else
        {
            tail[0] = TreeHash.LeafPrefix;
            leaf.CopyTo(tail[1..]);
        }

        var end = prefixed - (first * Block);
        tail[end] = 0x80;
        tail[(end + 1)..^8].Clear();
        BinaryPrimitives.WriteInt64BigEndian(tail[^8..], prefixed * 8L);
    }
}

/// <summary>Where a leaf lies among others.</summary>
internal readonly record struct Stretch(int At, int Length)
{
    /// <summary>Blocks of 64 bytes that SHA-256 takes for the leaf with its prefix and padding.</summary>
    public int LeafBlocks => (1 + Length + 9 + 63) / 64;
}
