namespace Countersign.Ledger;

/// <summary>An earlier state of the log that somebody kept.</summary>
/// <param name="IsOutside">It came from outside the folder, which makes it worth more.</param>
internal readonly record struct KeptCheckpoint(long Size, TreeHash Root, bool IsOutside);

/// <summary>
/// Builds the tree anew from hashes of leaves and notes on the way where it differs from the stored tiles and from earlier checkpoints.
/// </summary>
/// <param name="kept">In order of size.</param>
internal sealed class TreePass(LogFiles files, IReadOnlyList<KeptCheckpoint> kept)
{
    private readonly GrowingTree tree = new();
    private readonly FileContents storedTile = new();
    private readonly Dictionary<int, Tile> edge = [];
    private int nextKept;

    public Findings Tiles { get; } = new();

    public Findings Contradictions { get; } = new();

    /// <summary>The largest size at which a kept checkpoint was borne out.</summary>
    public long BorneOut { get; private set; }

    public long Size => tree.Size;

    public TreeHash Root => tree.Root;

    /// <summary>Takes the next 256 leaves, or the last ones.</summary>
    /// <param name="areStored">The file of these leaves' hashes is known to be right.</param>
    public void Take(TileTree leaves, bool areStored)
    {
        for (; nextKept < kept.Count && kept[nextKept].Size <= tree.Size + leaves.Width; nextKept++)
            Compare(kept[nextKept], tree.RootWith(leaves, (int)(kept[nextKept].Size - tree.Size)));
        tree.Append(leaves, asTile: !areStored);
        CompareFullTiles();
    }

    public void Finish()
    {
        for (; nextKept < kept.Count && kept[nextKept].Size == tree.Size; nextKept++)
            Compare(kept[nextKept], tree.Root);
        CompareFullTiles();
        foreach (var tile in edge.Values)
            Compare(tile);
    }

    private void Compare(KeptCheckpoint earlier, TreeHash root)
    {
        var size = earlier.Size;
        if (root == earlier.Root)
            BorneOut = size;
        else if (earlier.IsOutside)
            Contradictions.Add("log-rewritten", $"The first {size:N0} entries are not those of the checkpoint you kept: the log was rewritten after it.");
        else
            Contradictions.Add("kept-contradicted", $"The first {size:N0} entries are not those signed in {LogFolder.KeptPath(size)}.", LogFolder.KeptPath(size));
    }

    private void CompareFullTiles()
    {
        foreach (var tile in tree.ChangedTiles())
        {
            if (!tile.IsFull)
            {
                edge[tile.Level] = tile;
                continue;
            }
            edge.Remove(tile.Level);
            Compare(tile);
        }
    }

    private void Compare(Tile right)
    {
        var path = TilePath.Hashes(right.Level, right.Index, right.Width);
        if (!files.TryReadHashes(right.Level, right.Index, right.Width, storedTile, out var fault))
        {
            Tiles.Add(fault == "is missing" ? "tile-missing" : "tile-changed", $"The file {path} {fault}.", path);
            return;
        }
        var same = right.Hashes.AsSpan().CommonPrefixLength(storedTile.Bytes);
        if (same == right.Hashes.Length)
            return;
        var number = (right.Index * Tile.FullWidth) + (same / TreeHash.Length);
        Tiles.Add(
            "tile-changed",
            right.Level == 0
                ? $"The file {path} was changed: what it says about entry {number:N0} does not fit the entry."
                : $"The file {path} was changed: its hash {number:N0} is not that of the part of the tree below it.",
            path);
    }
}
