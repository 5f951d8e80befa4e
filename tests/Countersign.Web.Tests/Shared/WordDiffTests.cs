using Countersign.Web.Shared.Words;

namespace Countersign.Web.Tests.Shared;

public sealed class WordDiffTests
{
    [Fact]
    public void Words_that_came_and_went_stand_out_and_the_rest_stays()
    {
        var pieces = WordDiff.Between("Lease it from £38 a month, today", "Lease it from £40 a month, today");

        Assert.Equal(
            [
                new(Change.Same, "Lease it from £"),
                new(Change.Removed, "38"),
                new(Change.Added, "40"),
                new(Change.Same, " a month, today"),
            ],
            pieces);
    }

    [Fact]
    public void A_rewritten_sentence_is_shown_whole_rather_than_word_by_word()
    {
        var pieces = WordDiff.Between("Brocklow can't be trusted below freezing", "At −20 °C Kestrel can start below zero");

        Assert.Equal([Change.Removed, Change.Added], pieces.Select(piece => piece.Change));
    }

    [Fact]
    public void Nothing_changed_is_one_piece() =>
        Assert.Equal([new DiffPiece(Change.Same, "Same words.")], WordDiff.Between("Same words.", "Same words."));

    [Fact]
    public void What_is_not_added_is_the_first_text_and_what_is_not_removed_is_the_second()
    {
        string[] words = ["gas ", "meter", ", ", "\n", "−20 °C ", "<b>", "😀", "the ", "Kestrel ", "can’t "];
        var chance = new Random(11);
        string Some() => string.Concat(chance.GetItems(words, chance.Next(25)));

        for (var round = 0; round < 2_000; round++)
        {
            var (before, after) = (Some(), Some());
            var pieces = WordDiff.Between(before, after);

            Assert.Equal(before, string.Concat(pieces.Where(piece => piece.Change != Change.Added).Select(piece => piece.Text)));
            Assert.Equal(after, string.Concat(pieces.Where(piece => piece.Change != Change.Removed).Select(piece => piece.Text)));
        }
    }

    [Fact]
    public void A_text_too_long_to_compare_word_by_word_is_shown_as_replaced()
    {
        var before = string.Join(' ', Enumerable.Range(0, 10_000));
        var after = string.Join(' ', Enumerable.Range(20_000, 10_000));

        Assert.Equal([new(Change.Removed, before), new(Change.Added, after)], WordDiff.Between(before, after));
    }

    [Fact]
    public void Changes_are_said_as_well_as_coloured_and_markup_in_them_is_words()
    {
        var body = Rendering.Body<TextDiff>(("Before", "One two three four"), ("After", "One two three <script>four</script>"));

        Assert.Null(body.QuerySelector("script"));
        Assert.Equal("Added: ", body.QuerySelector("ins .vh")!.TextContent);
    }
}
