using System.Security.Cryptography;
using System.Text;

namespace Countersign.Ledger.Tests;

public class CommitmentTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void It_is_the_digest_of_tag_salt_item_and_content()
    {
        var expected = SHA256.HashData([.. "cs1"u8, .. Salt, .. "post/7/text"u8, 0, .. "Zwölf € 😂"u8]);
        Assert.Equal(Convert.ToHexStringLower(expected), Commitment.Of(Salt, "post/7/text", "Zwölf € 😂").ToHex());
    }

    [Fact]
    public void Nothing_can_be_moved_between_its_parts()
    {
        Assert.NotEqual(Commitment.Of(Salt, "a", "bc"), Commitment.Of(Salt, "ab", "c"));
        Assert.Throws<ArgumentException>(() => Commitment.Of(Salt, "a\0b", "c"));
        Assert.Throws<ArgumentException>(() => Commitment.Of(Salt.AsSpan(1), "a", "c"));
        Assert.ThrowsAny<ArgumentException>(() => Commitment.Of(Salt, "a", "\ud800"));
    }

    [Fact]
    public void It_is_read_back_from_lower_case_digits_only()
    {
        var commitment = Commitment.Of(Salt, "a", "b");
        Assert.True(Commitment.TryParse(commitment.ToHex(), out var read) && read == commitment);
        Assert.False(Commitment.TryParse(commitment.ToHex().ToUpperInvariant(), out _));
        Assert.False(Commitment.TryParse(commitment.ToHex()[1..], out _));
    }

    [Fact]
    public void Content_is_read_back_as_it_was_written()
    {
        var content = new CommittedContent(Commitment.NewSalt(), "post/7", "Say \"hello\"\n");
        Assert.True(CommittedContent.TryParse(content.ToBytes(), out var read));
        Assert.Equal(content.Commitment, read.Commitment);
        Assert.Equal(content.Content, read.Content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"salt":"","item":"a","content":"b"}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a"}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a","content":null}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a","content":"b","more":"c"}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a","content":"b","content":"c"}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a\u0000","content":"b"}""")]
    [InlineData("""{"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","item":"a","content":"\ud800"}""")]
    public void What_is_not_exactly_such_content_is_not_read_as_it(string json) =>
        Assert.False(CommittedContent.TryParse(Encoding.UTF8.GetBytes(json), out _));
}
