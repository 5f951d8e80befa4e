namespace Countersign.Ledger.Tests;

/// <summary>The definitions of RFC 6962, section 2.1, word for word and without any thought of speed.</summary>
internal static class ReferenceTree
{
    /// <summary>The eight leaves with which Certificate Transparency implementations check each other.</summary>
    public static readonly byte[][] Leaves =
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    /// <summary>The published root of the first n + 1 of those leaves.</summary>
    public static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    public static TreeHash Root(ReadOnlySpan<TreeHash> leaves)
    {
        if (leaves.Length == 0)
            return TreeHash.Empty;
        if (leaves.Length == 1)
            return leaves[0];
        var k = Split(leaves.Length);
        return TreeHash.OfNode(Root(leaves[..k]), Root(leaves[k..]));
    }

    /// <summary>PATH(m, D[n]) of section 2.1.1.</summary>
    public static IEnumerable<TreeHash> Path(int m, TreeHash[] leaves)
    {
        if (leaves.Length == 1)
            return [];
        var k = Split(leaves.Length);
        return m < k ? Path(m, leaves[..k]).Append(Root(leaves.AsSpan(k))) : Path(m - k, leaves[k..]).Append(Root(leaves.AsSpan(0, k)));
    }

    /// <summary>SUBPROOF(m, D[n], b) of section 2.1.2; PROOF is this with b true.</summary>
    public static IEnumerable<TreeHash> Subproof(int m, TreeHash[] leaves, bool complete)
    {
        if (m == leaves.Length)
            return complete ? [] : [Root(leaves)];
        var k = Split(leaves.Length);
        return m <= k
            ? Subproof(m, leaves[..k], complete).Append(Root(leaves.AsSpan(k)))
            : Subproof(m - k, leaves[k..], complete: false).Append(Root(leaves.AsSpan(0, k)));
    }

    /// <summary>Distinct leaf hashes, the same in every run.</summary>
    public static TreeHash[] Hashes(int count) => [.. Enumerable.Range(0, count).Select(i => TreeHash.OfLeaf(BitConverter.GetBytes(i)))];

    /// <summary>The largest power of two below n.</summary>
    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n)
            k *= 2;
        return k;
    }
}
