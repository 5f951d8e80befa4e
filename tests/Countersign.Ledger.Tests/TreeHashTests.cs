namespace Countersign.Ledger.Tests;

public class TreeHashTests
{
    [Fact]
    public void Leaves_and_nodes_hash_as_in_the_Certificate_Transparency_reference_tree()
    {
        var first = TreeHash.OfLeaf([]);
        var second = TreeHash.OfLeaf([0]);
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", first.ToHex());
        Assert.Equal("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", second.ToHex());
        Assert.Equal("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", TreeHash.OfNode(first, second).ToHex());
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", TreeHash.Empty.ToHex());
    }

    [Fact]
    public void A_hash_survives_both_of_its_spellings()
    {
        var hash = TreeHash.OfLeaf("entry"u8);
        Assert.True(TreeHash.TryParse(hash.ToHex(), out var fromHex));
        Assert.True(TreeHash.TryParse(hash.ToBase64(), out var fromBase64));
        Assert.Equal(hash, fromHex);
        Assert.True(hash == fromBase64);
        Assert.Equal(hash, new TreeHash(hash.ToBytes()));
        Assert.NotEqual(hash, TreeHash.Empty);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8")]
    [InlineData("x3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSu U=")]
    public void Anything_but_a_hash_is_not_read_as_one(string? text) => Assert.False(TreeHash.TryParse(text, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65535)]
    public void Long_leaves_hash_like_short_ones(int length)
    {
        var leaf = new byte[length];
        byte[] prefixed = [0, .. leaf];
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(prefixed), TreeHash.OfLeaf(leaf).ToBytes());
    }
}
