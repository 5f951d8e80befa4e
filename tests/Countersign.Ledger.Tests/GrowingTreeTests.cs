using Countersign.Ledger.Hashing;
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
    public void Leaves_appended_together_give_the_tree_and_the_tiles_of_leaves_appended_one_by_one()
    {
        var leaves = ReferenceTree.Hashes(70_000);
        var (one, many) = (new GrowingTree(), new GrowingTree());
        var at = 0;
        foreach (var count in new[] { 3, 0, 253, 256, 1, 600, 255, 511, 513, 40_000, 1, 27_607 })
        {
            foreach (var leaf in leaves.AsSpan(at, count))
                one.Append(leaf);
            many.Append(leaves.AsSpan(at, count));
            at += count;
            Assert.Equal((one.Size, one.Root), (many.Size, many.Root));
            Assert.Equal(
                one.ChangedTiles().Select(tile => (tile.Level, tile.Index, Convert.ToHexString(tile.Hashes))).Order(),
                many.ChangedTiles().Select(tile => (tile.Level, tile.Index, Convert.ToHexString(tile.Hashes))).Order());
        }

        Assert.Equal(leaves.Length, at);
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
    public void Leaves_taken_a_tile_at_a_time_give_the_same_tree_and_tiles_at_every_size()
    {
        var leaves = ReferenceTree.Hashes(3 * Tile.FullWidth);
        foreach (var path in Enum.GetValues<HashPath>().Where(Hasher.IsSupported))
        {
            for (var size = 1; size <= leaves.Length; size += size % 64 == 0 ? 1 : 7)
            {
                var (one, many) = (new GrowingTree(), new GrowingTree());
                var tile = new TileTree(new Hasher(path));
                foreach (var leaf in leaves.AsSpan(0, size))
                    one.Append(leaf);
                for (var from = 0; from < size; from += Tile.FullWidth)
                {
                    var width = Math.Min(Tile.FullWidth, size - from);
                    for (var i = 0; i < width; i++)
                        leaves[from + i].CopyTo(tile.Room[(i * TreeHash.Length)..]);
                    tile.Build(width);
                    for (var i = 1; i <= width; i += 37)
                        Assert.Equal(ReferenceTree.Root(leaves.AsSpan(0, from + i)), many.RootWith(tile, i));
                    many.Append(tile);
                }

                Assert.Equal((one.Size, one.Root), (many.Size, many.Root));
                Assert.Equal(one.ChangedTiles().Select(Said), many.ChangedTiles().Select(Said));
                one.Append(leaves[0]);
                many.Append(leaves[0]);
                Assert.Equal(one.Root, many.Root);
            }
        }

        static string Said(Tile tile) => $"{tile.Level} {tile.Index} {Convert.ToHexString(tile.Hashes)}";
    }
}
