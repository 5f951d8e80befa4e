using Countersign.Channels.Text;

namespace Countersign.Channels.Tests.Text;

public sealed class LinksTests
{
    [Theory]
    [InlineData("Read https://example.test/a.", "https://example.test/a")]
    [InlineData("(see http://example.test/x_(y))", "http://example.test/x_(y)")]
    [InlineData("Go to example.com, now", "https://example.com")]
    [InlineData("Go to www.example.co.uk/path?x=1#y!", "https://www.example.co.uk/path?x=1#y")]
    [InlineData("漢字https://example.test/", null)]
    [InlineData("漢字 https://example.test/漢字。", "https://example.test/漢字。")]
    [InlineData("\"https://example.test/\"", "https://example.test/")]
    [InlineData("The shop.It is open", null)]
    [InlineData("e.g. this and tell.me", null)]
    [InlineData("desk@example.com", null)]
    [InlineData("first.last.com@corp.example", null)]
    [InlineData("@bob.test", null)]
    [InlineData("version 1.2.3", null)]
    [InlineData("report.pdf", null)]
    [InlineData("http://", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("example.computer", null)]
    public void What_a_reader_would_take_for_an_address_becomes_a_link(string text, string? target) =>
        Assert.Equal(target, Links.In(text).SingleOrDefault()?.Target);

    [Fact]
    public void A_hostile_text_is_read_in_time()
    {
        var text = string.Concat(Enumerable.Repeat("a.", 10_000)) + "!" + string.Concat(Enumerable.Repeat("https://", 1_000));

        Assert.All(Links.In(text), l => Assert.InRange(l.End, 1, text.Length));
    }
}
