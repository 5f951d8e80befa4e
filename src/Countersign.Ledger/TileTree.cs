using Countersign.Ledger.Hashing;

namespace Countersign.Ledger;

/// <summary>Up to 256 leaves with every complete subtree above them, hashed level by level. Used again and again, it holds 16 KiB.</summary>
internal sealed class TileTree(Hasher hasher)
{
    /// <summary>Level 0 first; the hashes of each level side by side.</summary>
    private readonly byte[] hashes = new byte[2 * Tile.FullWidth * TreeHash.Length];

    public int Width { get; private set; }

    public ReadOnlySpan<byte> Leaves => hashes.AsSpan(0, Width * TreeHash.Length);

    /// <summary>Where to put the hashes of the leaves before <see cref="Build"/>.</summary>
    public Span<byte> Room => hashes.AsSpan(0, Tile.FullWidth * TreeHash.Length);

    public void Build(int width)
    {
        Width = width;
        for (var height = 1; width >> height > 0; height++)
            hasher.Nodes(hashes.AsSpan(At(height - 1), (width >> height) * 2 * TreeHash.Length), hashes.AsSpan(At(height)));
    }

    /// <summary>The root over a power of two of leaves.</summary>
    /// <param name="index">Counts subtrees of this height from the left.</param>
    public TreeHash Subtree(int height, int index) => new(hashes.AsSpan(At(height) + (index * TreeHash.Length), TreeHash.Length));

    private static int At(int height) => ((2 * Tile.FullWidth) - ((2 * Tile.FullWidth) >> height)) * TreeHash.Length;
}
