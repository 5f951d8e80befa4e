using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Ledger.Tests;

public class ProofTests
{
    private static readonly TreeHash[] CtLeaves = [.. ReferenceTree.Leaves.Select(leaf => TreeHash.OfLeaf(leaf))];

    /// <summary>Published by RFC 6962 implementations for the eight reference leaves; numbers of leaves count from 0.</summary>
    [Theory]
    [InlineData(0, 1, "")]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(1, 5, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Published_inclusion_proofs_verify_and_are_what_we_build(int index, int size, string hashes)
    {
        var published = new InclusionProof(index, size, Parse(hashes));
        Assert.True(published.Verifies(CtLeaves[index], Root(size)));
        Assert.Equal(published.Hashes, InclusionProof.Build(index, size, StoredTiles.Of(CtLeaves[..size]).Tiles.Read).Hashes);
    }

    [Theory]
    [InlineData(1, 1, "")]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Published_consistency_proofs_verify_and_are_what_we_build(int oldSize, int newSize, string hashes)
    {
        var published = new ConsistencyProof(oldSize, newSize, Parse(hashes));
        Assert.True(published.Verifies(Root(oldSize), Root(newSize)));
        Assert.Equal(published.Hashes, ConsistencyProof.Build(oldSize, newSize, StoredTiles.Of(CtLeaves[..newSize]).Tiles.Read).Hashes);
    }

    [Fact]
    public void Every_proof_is_the_one_that_the_definition_gives() => Prop.ForAll(
        SizesUpTo(1200), sizes =>
        {
            var (part, size) = sizes;
            var leaves = ReferenceTree.Hashes(size);
            var (tree, tiles) = StoredTiles.Of(leaves);
            var consistency = ConsistencyProof.Build(part, size, tiles.Read);
            var inclusion = InclusionProof.Build(part - 1, size, tiles.Read);
            return inclusion.Hashes.SequenceEqual(ReferenceTree.Path(part - 1, leaves))
                && consistency.Hashes.SequenceEqual(ReferenceTree.Subproof(part, leaves, complete: true))
                && inclusion.Verifies(leaves[part - 1], tree.Root)
                && consistency.Verifies(ReferenceTree.Root(leaves.AsSpan(0, part)), tree.Root);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_leaf_of_every_small_tree_has_a_proof_and_every_prefix_is_consistent()
    {
        var leaves = ReferenceTree.Hashes(40);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var (tree, tiles) = StoredTiles.Of(leaves[..size]);
            for (var i = 0; i < size; i++)
            {
                Assert.True(InclusionProof.Build(i, size, tiles.Read).Verifies(leaves[i], tree.Root));
                Assert.True(ConsistencyProof.Build(i, size, tiles.Read).Verifies(ReferenceTree.Root(leaves.AsSpan(0, i)), tree.Root));
            }
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_proof_is_found() => Prop.ForAll(
        SizesUpTo(600), Gen.Choose(0, int.MaxValue).ToArbitrary(), (sizes, spin) =>
        {
            var (part, size) = sizes;
            var leaves = ReferenceTree.Hashes(size);
            var (tree, tiles) = StoredTiles.Of(leaves);
            var inclusion = InclusionProof.Build(part - 1, size, tiles.Read);
            var consistency = ConsistencyProof.Build(part, size, tiles.Read);
            var oldRoot = ReferenceTree.Root(leaves.AsSpan(0, part));
            var leaf = leaves[part - 1];
            return !inclusion.Verifies(Flip(leaf, spin), tree.Root)
                && !inclusion.Verifies(leaf, Flip(tree.Root, spin))
                && (inclusion.Hashes.Count == 0 || !(inclusion with { Hashes = Flip(inclusion.Hashes, spin) }).Verifies(leaf, tree.Root))
                && !(inclusion with { Hashes = [.. inclusion.Hashes, leaf] }).Verifies(leaf, tree.Root)
                && !consistency.Verifies(Flip(oldRoot, spin), tree.Root)
                && !consistency.Verifies(oldRoot, Flip(tree.Root, spin))
                && (consistency.Hashes.Count == 0 || !(consistency with { Hashes = Flip(consistency.Hashes, spin) }).Verifies(oldRoot, tree.Root))
                && !(consistency with { Hashes = [.. consistency.Hashes, leaf] }).Verifies(oldRoot, tree.Root);
        }).QuickCheckThrowOnFailure();

    /// <summary>Each of these hashes to the right root and lies about the place or the size.</summary>
    [Fact]
    public void A_proof_too_short_or_too_long_for_the_size_it_names_is_refused()
    {
        var firstTwo = TreeHash.OfNode(CtLeaves[0], CtLeaves[1]);
        Assert.True(new InclusionProof(0, 2, [CtLeaves[1]]).Verifies(CtLeaves[0], Root(2)));
        Assert.False(new InclusionProof(0, 3, [CtLeaves[1]]).Verifies(CtLeaves[0], Root(2)));
        Assert.True(new InclusionProof(2, 4, [CtLeaves[3], firstTwo]).Verifies(CtLeaves[2], Root(4)));
        Assert.False(new InclusionProof(0, 1, [firstTwo]).Verifies(CtLeaves[2], Root(3)));
        Assert.True(new ConsistencyProof(1, 2, [CtLeaves[1]]).Verifies(Root(1), Root(2)));
        Assert.False(new ConsistencyProof(1, 3, [CtLeaves[1]]).Verifies(Root(1), Root(2)));
    }

    [Fact]
    public void Garbage_is_refused_without_a_fault() => Prop.ForAll(
        ArbMap.Default.ArbFor<(long, long, byte)>(), garbage =>
        {
            var hashes = Enumerable.Repeat(TreeHash.Empty, garbage.Item3).ToArray();
            return !new InclusionProof(garbage.Item1, garbage.Item2, hashes).Verifies(TreeHash.OfLeaf([1]), TreeHash.OfLeaf([2]))
                && !new ConsistencyProof(garbage.Item1, garbage.Item2, hashes).Verifies(TreeHash.OfLeaf([1]), TreeHash.OfLeaf([2]))
                && !new InclusionProof(long.MinValue, long.MaxValue, hashes).Verifies(TreeHash.Empty, TreeHash.Empty)
                && !new ConsistencyProof(long.MaxValue, long.MinValue, hashes).Verifies(TreeHash.Empty, TreeHash.Empty);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_the_true_empty_root_is_the_beginning_of_everything()
    {
        Assert.True(new ConsistencyProof(0, 3, []).Verifies(TreeHash.Empty, Root(3)));
        Assert.False(new ConsistencyProof(0, 3, []).Verifies(Root(1), Root(3)));
        Assert.False(new ConsistencyProof(0, 0, []).Verifies(Root(1), Root(1)));
        Assert.False(new ConsistencyProof(3, 5, []).Verifies(Root(3), Root(5)));
    }

    private static Arbitrary<(int Part, int Size)> SizesUpTo(int most) =>
        (from size in Gen.Choose(1, most) from part in Gen.Choose(1, size) select (part, size)).ToArbitrary();

    private static TreeHash Flip(TreeHash hash, int spin)
    {
        var bytes = hash.ToBytes();
        bytes[spin / 8 % 32] ^= (byte)(1 << (spin % 8));
        return new TreeHash(bytes);
    }

    private static TreeHash[] Flip(IReadOnlyList<TreeHash> hashes, int spin)
    {
        TreeHash[] flipped = [.. hashes];
        flipped[spin % hashes.Count] = Flip(flipped[spin % hashes.Count], spin);
        return flipped;
    }

    private static TreeHash Root(int size) => TreeHash.TryParse(ReferenceTree.Roots[size - 1], out var root) ? root : throw new InvalidDataException();

    private static TreeHash[] Parse(string hashes) =>
        [.. hashes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(hex => TreeHash.TryParse(hex, out var hash) ? hash : throw new InvalidDataException(hex))];
}
