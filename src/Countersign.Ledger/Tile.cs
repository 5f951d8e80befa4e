namespace Countersign.Ledger;

/// <summary>
/// A stretch of up to 256 hashes of one level of the tree, as C2SP tlog-tiles stores them: level L holds the hashes of height 8L.
/// </summary>
/// <param name="Level">0 for the hashes of the leaves.</param>
/// <param name="Index">Counts tiles of this level from the left, from 0.</param>
/// <param name="Hashes">32 bytes each, one after another.</param>
public sealed record Tile(int Level, long Index, byte[] Hashes)
{
    /// <summary>How many levels of the binary tree one tile spans.</summary>
    public const int Height = 8;

    /// <summary>In hashes.</summary>
    public const int FullWidth = 1 << Height;

    public int Width => Hashes.Length / TreeHash.Length;

    /// <summary>A full tile never changes again; a partial one is replaced as the tree grows.</summary>
    public bool IsFull => Width == FullWidth;

    public TreeHash this[int position] => new(Hashes.AsSpan(position * TreeHash.Length, TreeHash.Length));
}
