using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Ledger.Tests;

public class GrowingTreeTests
{
    [Fact]
    public void Every_size_has_the_published_root()
    {
        var tree = new GrowingTree();
        Assert.Equal(TreeHash.Empty, tree.Root);
        foreach (var (leaf, root) in ReferenceTree.Leaves.Zip(ReferenceTree.Roots))
        {
            tree.Append(TreeHash.OfLeaf(leaf));
            Assert.Equal(root, tree.Root.ToHex());
        }
        Assert.Equal(8, tree.Size);
    }

    [Fact]
    public void Every_size_has_the_root_that_the_definition_gives()
    {
        var leaves = ReferenceTree.Hashes(1100);
        var tree = new GrowingTree();
        for (var i = 0; i < leaves.Length; i++)
        {
            tree.Append(leaves[i]);
            if (i % 7 == 0 || i % 256 < 3 || i % 256 > 253)
                Assert.Equal(ReferenceTree.Root(leaves.AsSpan(0, i + 1)), tree.Root);
        }
    }

    [Fact]
    public void A_tree_taken_up_again_in_any_rhythm_is_the_same_tree() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        rhythm =>
        {
            var (tree, stored, total) = (new GrowingTree(), new StoredTiles(), 0);
            foreach (var batch in rhythm)
            {
                tree = GrowingTree.Resume(tree.Size, stored.Read);
                foreach (var i in Enumerable.Range(total, batch * 3))
                    tree.Append(TreeHash.OfLeaf(BitConverter.GetBytes(i)));
                total += batch * 3;
                stored.Keep(tree.ChangedTiles());
            }
            var atOnce = StoredTiles.Of(ReferenceTree.Hashes(total));
            return tree.Size == total && tree.Root == atOnce.Tree.Root && stored.Count == atOnce.Tiles.Count
                && GrowingTree.Resume(total, stored.Read).Root == tree.Root;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tiles_hold_what_tlog_tiles_says_at_seventy_thousand_leaves()
    {
        var tree = new GrowingTree();
        for (var i = 0; i < 70_000; i++)
            tree.Append(TreeHash.OfLeaf(BitConverter.GetBytes(i)));
        var tiles = tree.ChangedTiles();
        Assert.Equal(273, tiles.Count(tile => tile is { Level: 0, IsFull: true }));
        Assert.Equal(1, tiles.Count(tile => tile is { Level: 1, IsFull: true }));
        Assert.Equal([(0, 273L, 112), (1, 1L, 17), (2, 0L, 1)], tiles.Where(tile => !tile.IsFull).Select(tile => (tile.Level, tile.Index, tile.Width)));
        Assert.Equal(ReferenceTree.Root(ReferenceTree.Hashes(256)), tiles.Single(tile => tile is { Level: 1, Index: 0 })[0]);
        Assert.Empty(tree.ChangedTiles());
        tree.Append(TreeHash.Empty);
        Assert.Equal([(0, 273L, 113)], tree.ChangedTiles().Select(tile => (tile.Level, tile.Index, tile.Width)));
    }

    [Fact]
    public void A_tree_just_taken_up_has_nothing_to_store()
    {
        var (_, tiles) = StoredTiles.Of(ReferenceTree.Hashes(300));
        Assert.Empty(GrowingTree.Resume(300, tiles.Read).ChangedTiles());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(300)]
    public void A_missing_or_shortened_edge_is_noticed(int size)
    {
        Assert.Throws<InvalidDataException>(() => GrowingTree.Resume(size, (_, _) => null));
        Assert.Throws<InvalidDataException>(() => GrowingTree.Resume(size, (_, _) => new byte[31]));
    }

    [Fact]
    public void The_second_opinion_on_a_leaf_is_always_the_first() => Prop.ForAll(
        Gen.Choose(0, 5000).SelectMany(length => ArbMap.Default.GeneratorFor<byte>().ArrayOf(length)).ToArbitrary(),
        leaf => SecondOpinion.OfLeaf(leaf) == TreeHash.OfLeaf(leaf)).QuickCheckThrowOnFailure();

    [Fact]
    public void The_second_opinion_pads_every_length_around_a_block_rightly()
    {
        for (var length = 0; length < 300; length++)
        {
            var leaf = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
            Assert.Equal(TreeHash.OfLeaf(leaf), SecondOpinion.OfLeaf(leaf));
        }
    }
}
