using Countersign.Storage;

namespace Countersign.Tests.Storage;

/// <summary>What people type to search by, and what a text has of it: pure, the same for both databases.</summary>
public sealed class WordQueryTests
{
    [Theory]
    [InlineData("Refunds, please!", "refund")]
    [InlineData("The companies' policies", "company policy")]
    [InlineData("I don’t know", "don't")]
    [InlineData("CAFÉ Zürich", "cafe zurich")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Не работает", "РАБОТАЕТ")]
    [InlineData("order S-20418 is late", "s-20418")]
    [InlineData("order S-20418 is late", "\"s 20418 is\"")]
    [InlineData("write to kim@northgate.example", "kim@northgate.example")]
    [InlineData("it costs 4,500 pounds", "4,500")]
    [InlineData("返金してください", "返金")]
    [InlineData("so angry 😡 now", "😡")]
    [InlineData("thanks 👍🏽", "👍")]
    [InlineData("recalibration needed", "recal*")]
    [InlineData("a re\u00ADfund", "refund")]
    public void A_word_is_found_however_it_is_written(string text, string typed) => Assert.True(Meets(text, typed));

    [Theory]
    [InlineData("It is fine", "refund")]
    [InlineData("a refund", "fund")]
    [InlineData("meter broken, pump fine", "\"broken pump fine meter\"")]
    [InlineData("20418 and S", "s-20418")]
    [InlineData("金返", "返金")]
    [InlineData("recalibration", "recal")]
    [InlineData("one only", "one two")]
    [InlineData("bus", "bu")]
    public void Other_words_are_not(string text, string typed) => Assert.False(Meets(text, typed));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("* - ( ) ^ : + ' ` ~ \\ | & !")]
    public void Where_nothing_is_typed_that_could_be_found_nothing_is_looked_for(string typed)
    {
        Assert.Empty(WordQuery.Of(typed)!.Words);
        Assert.False(WordQuery.Of(typed)!.IsMetBy(TextWords.Joined("Any words")));
        Assert.Null(WordQuery.Of(" \t"));
    }

    [Fact]
    public void Every_token_is_made_of_a_to_z_and_0_to_9()
    {
        var text = string.Concat(Enumerable.Range(1, 0x2FFFF).Where(value => value is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32));

        Assert.All(TextWords.In(text), word => Assert.True(word.Token.Length > 0 && word.Token.All(letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterLower(letter)), word.Token));
        Assert.All(TextWords.In("a\uD800b \uDC00"), word => Assert.Contains(word.Token, (string[])["a", "b", "ab"]));
    }

    [Fact]
    public void Words_of_two_texts_are_no_neighbours() => Assert.False(WordQuery.Of("\"pat planted where\"")!.IsMetBy(TextWords.Joined("Pat Planted", "Where are you?")));

    [Fact]
    public void More_words_than_are_looked_for_are_said_to_be()
    {
        var many = WordQuery.Of(string.Join(' ', Enumerable.Range(0, 400).Select(number => $"w{number}")))!;

        Assert.Equal((WordQuery.MostWords, true), (many.Words.Count, many.IsCut));
        Assert.False(WordQuery.Of("two words")!.IsCut);
        Assert.True(WordQuery.Of(new string('x', WordQuery.MaxText + 1))!.IsCut);
    }

    [Fact]
    public void The_places_in_a_text_are_those_of_the_words_as_they_are_written()
    {
        const string text = "No REFUND? My re\u00ADfunds: “café” 😡!";

        Assert.Equal(["REFUND", "re\u00ADfunds", "café", "😡"], WordQuery.Of("refund cafe 😡")!.In(text).Select(word => text[word.Start..word.End]));
    }

    private static bool Meets(string text, string typed) => WordQuery.Of(typed)!.IsMetBy(TextWords.Joined(text));
}
