using Countersign.Channels.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Channels.Tests.Text;

public sealed class GraphemesTests
{
    /// <summary>Pieces that join or part in every way the rules know, and the beginnings of links and mentions.</summary>
    private static readonly Arbitrary<string> texts = Gen.Elements(
            "a", "e\u0301", "\u0301", "漢", "👨‍👩‍👧‍👦", "\u200d", "👍🏽", "🇨", "🇭", "क", "्", "ष", "ি", "ക", "്", "\r", "\n", "\u1112", "\u1161", "\u11ab", "\ud83d", "\udc68", " ",
            "https://example.test/", "example.com", "(", ")", ".", "@bob.test", "@", "/")
        .ListOf().Select(string.Concat).ToArbitrary();

    [Theory]
    [InlineData("", 0)]
    [InlineData("e\u0301", 1)]
    [InlineData("👨‍👩‍👧‍👦🇨🇭", 2)]
    [InlineData("क्ष्म", 1)]
    [InlineData("क्‍ष", 1)]
    [InlineData("क् ष", 3)]
    [InlineData("काष", 2)]
    [InlineData("ക്ക", 1)]
    [InlineData("க்ஷ", 2)]
    public void A_character_is_what_a_reader_calls_one(string text, int count) => Assert.Equal(count, Graphemes.Count(text));

    [Fact]
    public void A_text_cut_after_so_many_characters_has_so_many() =>
        Prop.ForAll(texts, text => Enumerable.Range(0, Graphemes.Count(text)).All(n => Graphemes.Count(text[..Graphemes.EndOf(text, n)!.Value]) == n)
            && Graphemes.EndOf(text, Graphemes.Count(text)) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void Links_stand_in_order_and_never_overlap() =>
        Prop.ForAll(texts, text =>
        {
            var ends = 0;
            return Links.In(text).All(l => l.Start >= ends && l.Start < l.End && (ends = l.End) <= text.Length);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Mentions_stand_outside_links() =>
        Prop.ForAll(texts, text =>
        {
            var ends = 0;
            return Channels.Bluesky.BlueskyText.Render(text).Links.All(l => l.Start >= ends && (ends = l.End) <= text.Length);
        }).QuickCheckThrowOnFailure();
}
