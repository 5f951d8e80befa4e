namespace Countersign.Ledger;

/// <summary>A complete part of the tree: a power of two of hashes that lie side by side.</summary>
internal static class Subtree
{
    /// <summary>What lies above these hashes.</summary>
    /// <param name="hashes">32 bytes each; 1, 2, 4, … or 256 of them.</param>
    public static TreeHash Root(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == TreeHash.Length)
            return new TreeHash(hashes);
        var half = hashes.Length / 2;
        return TreeHash.OfNode(Root(hashes[..half]), Root(hashes[half..]));
    }
}
