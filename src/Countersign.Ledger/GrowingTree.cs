using System.Numerics;

namespace Countersign.Ledger;

/// <summary>
/// The tree of RFC 6962, section 2.1, while it grows at its right edge. It keeps only that edge: one open tile per level and one
/// hash per height, at most 8 × 8 KiB, however many leaves there are.
/// </summary>
public sealed class GrowingTree
{
    /// <summary>The root of the complete subtree of height h at the right edge lies at [h], where bit h of the size is set.</summary>
    private readonly TreeHash[] edge = new TreeHash[63];

    private readonly List<OpenTile> open = [];
    private readonly List<Tile> filled = [];

    public long Size { get; private set; }

    /// <summary>What a checkpoint of this size signs.</summary>
    public TreeHash Root
    {
        get
        {
            if (Size == 0)
                return TreeHash.Empty;
            var height = BitOperations.TrailingZeroCount(Size);
            var root = edge[height];
            for (height++; Size >> height != 0; height++)
            {
                if ((Size >> height & 1) != 0)
                    root = TreeHash.OfNode(edge[height], root);
            }
            return root;
        }
    }

    /// <summary>
    /// Takes up a tree where its stored tiles left it. It believes the tiles: compare <see cref="Root"/> with the last signed
    /// checkpoint before appending.
    /// </summary>
    /// <param name="size">How many leaves the tree had.</param>
    /// <param name="readTile">Gives the bytes of a tile by level and index, or null where there is none.</param>
    /// <exception cref="InvalidDataException">A tile of the right edge is missing or too short.</exception>
    public static GrowingTree Resume(long size, Func<int, long, byte[]?> readTile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var tree = new GrowingTree { Size = size };
        for (var level = 0; level * Tile.Height < 63 && size >> (level * Tile.Height) > 0; level++)
        {
            var index = size >> (level * Tile.Height) >> Tile.Height;
            var width = (int)(size >> (level * Tile.Height) & (Tile.FullWidth - 1));
            var bytes = width == 0 ? [] : readTile(level, index);
            if (bytes is null || bytes.Length < width * TreeHash.Length)
                throw new InvalidDataException($"Tile {index} of level {level} should hold {width} hashes, and does not.");
            var tile = tree.OpenAt(level, index);
            for (var i = 0; i < width; i++)
                tile.Add(new TreeHash(bytes.AsSpan(i * TreeHash.Length, TreeHash.Length)));
            tile.Changed = false;
            tree.FillEdge(level, tile);
        }
        return tree;
    }

    public void Append(TreeHash leaf) => Carry(0, leaf);

    /// <summary>The same for many: whole tiles of them are hashed side by side.</summary>
    public void Append(ReadOnlySpan<TreeHash> leaves)
    {
        TileTree? whole = null;
        while (leaves.Length > 0)
        {
            if (Size % Tile.FullWidth != 0 || leaves.Length < Tile.FullWidth)
            {
                Append(leaves[0]);
                leaves = leaves[1..];
                continue;
            }

            whole ??= new TileTree(new Hashing.Hasher(Hashing.Hasher.Fastest));
            for (var at = 0; at < Tile.FullWidth; at++)
                leaves[at].CopyTo(whole.Room[(at * TreeHash.Length)..]);
            whole.Build(Tile.FullWidth);
            Append(whole);
            leaves = leaves[Tile.FullWidth..];
        }
    }

    /// <summary>Takes up to 256 leaves at once, where the last tile is full.</summary>
    /// <param name="asTile">Whether the tile of leaves, once full, is among <see cref="ChangedTiles"/>.</param>
    internal void Append(TileTree leaves, bool asTile = true)
    {
        if (Size % Tile.FullWidth != 0)
            throw new InvalidOperationException("The last tile is not full.");
        if (open.Count == 0)
            OpenAt(0, 0);
        for (var height = 0; height < Tile.Height; height++)
        {
            if ((leaves.Width >> height & 1) != 0)
                edge[height] = leaves.Subtree(height, (leaves.Width >> height) - 1);
        }

        open[0].AddAll(leaves.Leaves);
        if (leaves.Width < Tile.FullWidth)
        {
            Size += leaves.Width;
            return;
        }

        if (asTile)
            filled.Add(open[0].ToTile(0));
        open[0].Renew();
        var carried = leaves.Subtree(Tile.Height, 0);
        Size += Tile.FullWidth - 1;
        Carry(Tile.Height, carried);
    }

    /// <summary>The root there would be if only the first of these leaves were appended.</summary>
    internal TreeHash RootWith(TileTree leaves, int count)
    {
        TreeHash? root = null;
        for (var height = 0; height <= Tile.Height; height++)
        {
            if ((count >> height & 1) != 0)
                root = Over(leaves.Subtree(height, (count >> height) - 1), root);
        }

        for (var height = Tile.Height; Size >> height != 0; height++)
        {
            if ((Size >> height & 1) != 0)
                root = Over(edge[height], root);
        }

        return root ?? TreeHash.Empty;

        static TreeHash Over(TreeHash left, TreeHash? right) => right is { } hash ? TreeHash.OfNode(left, hash) : left;
    }

    /// <summary>
    /// The tiles to store so that the tree can be taken up at its present size: those filled since the last call, then the open
    /// ones that changed, each to replace what is stored at its level and index.
    /// </summary>
    public IReadOnlyList<Tile> ChangedTiles()
    {
        List<Tile> changed = [.. filled];
        filled.Clear();
        for (var level = 0; level < open.Count; level++)
        {
            if (!open[level].Changed)
                continue;
            changed.Add(open[level].ToTile(level));
            open[level].Changed = false;
        }
        return changed;
    }

    /// <summary>Puts the root of a complete subtree at the right edge and joins it with those of its height that stand there.</summary>
    private void Carry(int height, TreeHash carried)
    {
        for (; ; height++)
        {
            if (height % Tile.Height == 0)
                Store(height / Tile.Height, carried);
            if ((Size >> height & 1) == 0)
                break;
            carried = TreeHash.OfNode(edge[height], carried);
        }
        edge[height] = carried;
        Size++;
    }

    private void Store(int level, TreeHash hash)
    {
        var tile = level < open.Count ? open[level] : OpenAt(level, 0);
        tile.Add(hash);
        if (tile.Width < Tile.FullWidth)
            return;
        filled.Add(tile.ToTile(level));
        tile.Renew();
    }

    private OpenTile OpenAt(int level, long index)
    {
        if (level != open.Count)
            throw new InvalidOperationException("Levels open from the bottom up.");
        var tile = new OpenTile(index);
        open.Add(tile);
        return tile;
    }

    private void FillEdge(int level, OpenTile tile)
    {
        var from = 0;
        for (var bit = Tile.Height - 1; bit >= 0; bit--)
        {
            if ((tile.Width >> bit & 1) == 0)
                continue;
            edge[(level * Tile.Height) + bit] = Subtree.Root(tile.Hashes.Slice(from * TreeHash.Length, (1 << bit) * TreeHash.Length));
            from += 1 << bit;
        }
    }

    private sealed class OpenTile(long index)
    {
        private readonly byte[] hashes = new byte[Tile.FullWidth * TreeHash.Length];

        public long Index { get; private set; } = index;

        public int Width { get; private set; }

        public bool Changed { get; set; }

        public ReadOnlySpan<byte> Hashes => hashes.AsSpan(0, Width * TreeHash.Length);

        public void Add(TreeHash hash)
        {
            hash.CopyTo(hashes.AsSpan(Width * TreeHash.Length));
            Width++;
            Changed = true;
        }

        public void AddAll(ReadOnlySpan<byte> all)
        {
            all.CopyTo(hashes);
            Width = all.Length / TreeHash.Length;
            Changed = true;
        }

        /// <summary>Becomes the tile beside it, with nothing in it.</summary>
        public void Renew() => (Index, Width, Changed) = (Index + 1, 0, false);

        public Tile ToTile(int level) => new(level, Index, Hashes.ToArray());
    }
}
