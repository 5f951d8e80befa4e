using Countersign.Ledger.Hashing;

namespace Countersign.Ledger;

/// <summary>
/// Hashes leaves by other code than <see cref="TreeHash.OfLeaf"/>, in lanes where the processor has them, so that a fault in one of the
/// two is noticed before the wrong hash is signed. One flipped bit made a public log unusable for ever (DigiCert Yeti 2022).
/// </summary>
public static class SecondOpinion
{
    private static readonly HashPath path = Hasher.Fastest == HashPath.Framework ? HashPath.OneLane : Hasher.Fastest;

    /// <summary>Must always equal <see cref="TreeHash.OfLeaf"/> of each.</summary>
    public static TreeHash[] OfLeaves(IReadOnlyList<byte[]> leaves)
    {
        var stretches = new Stretch[leaves.Count];
        var data = GC.AllocateUninitializedArray<byte>(leaves.Sum(leaf => leaf.Length));
        var at = 0;
        for (var number = 0; number < leaves.Count; number++)
        {
            leaves[number].CopyTo(data, at);
            stretches[number] = new Stretch(at, leaves[number].Length);
            at += leaves[number].Length;
        }

        var digests = new byte[leaves.Count * TreeHash.Length];
        OfLeaves(data, stretches, digests);
        return [.. Enumerable.Range(0, leaves.Count).Select(number => new TreeHash(digests.AsSpan(number * TreeHash.Length, TreeHash.Length)))];
    }

    /// <param name="digests">32 bytes for each leaf.</param>
    internal static void OfLeaves(ReadOnlySpan<byte> data, ReadOnlySpan<Stretch> leaves, Span<byte> digests) =>
        new Hasher(path, neverFramework: true).Leaves(data, leaves, digests);
}
