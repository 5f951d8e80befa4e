using System.Numerics;

namespace Countersign.Ledger;

/// <summary>Gives any hash of a tree of one size from its stored tiles. It believes the tiles; a proof made from false ones fails.</summary>
internal sealed class TiledTree(long size, Func<int, long, byte[]?> readTile)
{
    private readonly Dictionary<(int Level, long Index), byte[]> tiles = [];

    public long Size => size;

    /// <summary>The root over the leaves from <paramref name="from"/> to before <paramref name="to"/>, as RFC 6962 splits them.</summary>
    public TreeHash Root(long from, long to)
    {
        var count = to - from;
        if (BitOperations.IsPow2(count))
        {
            var height = BitOperations.Log2((ulong)count);
            return Node(height, from >> height);
        }
        var middle = from + Split(count);
        return TreeHash.OfNode(Root(from, middle), Root(middle, to));
    }

    /// <summary>The largest power of two below the count of leaves.</summary>
    public static long Split(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    private TreeHash Node(int height, long index)
    {
        var (level, above) = Math.DivRem(height, Tile.Height);
        var first = index << above;
        var tile = TileAt(level, first >> Tile.Height);
        var at = (int)(first & (Tile.FullWidth - 1)) * TreeHash.Length;
        var length = TreeHash.Length << above;
        return at + length <= tile.Length
            ? Subtree.Root(tile.AsSpan(at, length))
            : throw new InvalidDataException($"Tile {first >> Tile.Height} of level {level} is too short for a tree of {size} leaves.");
    }

    private byte[] TileAt(int level, long index)
    {
        if (tiles.TryGetValue((level, index), out var known))
            return known;
        var tile = readTile(level, index) ?? throw new InvalidDataException($"Tile {index} of level {level} is missing.");
        tiles.Add((level, index), tile);
        return tile;
    }
}
