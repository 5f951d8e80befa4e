namespace Countersign.Ledger.Tests;

/// <summary>Tiles as a database would keep them: the last one written for a level and index counts.</summary>
internal sealed class StoredTiles
{
    private readonly Dictionary<(int Level, long Index), byte[]> tiles = [];

    public int Count => tiles.Count;

    public static (GrowingTree Tree, StoredTiles Tiles) Of(IEnumerable<TreeHash> leaves)
    {
        var (tree, stored) = (new GrowingTree(), new StoredTiles());
        foreach (var leaf in leaves)
            tree.Append(leaf);
        stored.Keep(tree.ChangedTiles());
        return (tree, stored);
    }

    public void Keep(IEnumerable<Tile> changed)
    {
        foreach (var tile in changed)
            tiles[(tile.Level, tile.Index)] = tile.Hashes;
    }

    public byte[]? Read(int level, long index) => tiles.GetValueOrDefault((level, index));
}
