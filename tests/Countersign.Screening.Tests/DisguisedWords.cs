using Countersign.Screening.Reading;

namespace Countersign.Screening.Tests;

/// <summary>Words written so that a filter does not see them, and ordinary words that only look so.</summary>
public class DisguisedWords
{
    [Theory]
    [InlineData("Project Heron", "P r o j e c t H e r o n ships in March")]
    [InlineData("Project Heron", "P.r.o.j.e.c.t H.e.r.o.n ships in March")]
    [InlineData("Project Heron", "Proect Heon ships in March")]
    [InlineData("Project Heron", "Porject Heron ships in March")]
    [InlineData("Flow 5", "Sneak peek of F l o w 5")]
    [InlineData("Bluefinch", "the Bluefnch numbers are in")]
    public void A_term_that_must_not_be_said_is_found_with_its_letters_apart_missing_or_swapped(string term, string text) =>
        Assert.Contains("CNF-02", Rules(text, $"dictionary=\"{term}\"; until=2027-03-01"));

    [Theory]
    [InlineData("Project Heron", "The project heroine ships in March")]
    [InlineData("Project Heron", "A new project here on the ships in March")]
    [InlineData("Flow 5", "F l o w 6 is here")]
    [InlineData("Heron", "Hern ships in March")]
    [InlineData("Bluefinch", "the Bluefin numbers are in")]
    public void Words_that_are_only_like_a_term_are_not_taken_for_it(string term, string text) =>
        Assert.DoesNotContain("CNF-02", Rules(text, $"dictionary=\"{term}\"; until=2027-03-01"));

    [Theory]
    [InlineData("accountslose", "accounts lose")]
    [InlineData("burnyourshop", "burn your shop")]
    [InlineData("becomeashareholder", "become a shareholder")]
    [InlineData("InevermadethisThing", "i never made this thing")]
    [InlineData("qzxv", "qzxv")]
    public void Letters_that_stand_apart_are_cut_into_the_words_that_a_reader_sees(string letters, string words)
    {
        Span<int> ends = stackalloc int[SpacedLetters.Most];
        var lower = letters.ToLowerInvariant();
        var read = new List<string>();
        var from = 0;
        foreach (var to in ends[..SpacedLetters.Cut(lower, letters, Packs.Release.Plan.Words, ends)])
        {
            read.Add(lower[from..to]);
            from = to;
        }

        Assert.Equal(words, string.Join(' ', read));
    }

    [Theory]
    [InlineData("First time ever you hear boos for the undertaker")]
    [InlineData("she tht will be caring for fans")]
    [InlineData("we finally know who's singing it: Sam Smith")]
    [InlineData("Intro to fast pitch lessons at SPC, the cost to follow")]
    [InlineData("Arsenal came 3rd in the BPL")]
    public void An_ordinary_text_is_not_flagged_because_a_word_is_one_letter_off_another(string text) => Assert.Empty(Rules(text, ""));

    [Fact]
    public void Two_short_words_in_a_row_that_lack_a_letter_are_put_right_and_one_alone_is_not()
    {
        Assert.Contains("PII-06", Rules("The dor coe is 4417 if you arrive after six", ""));
        Assert.DoesNotContain("PII-06", Rules("The dor is 4417 if you arrive after six", ""));
    }

    private static string[] Rules(string text, string facts) =>
        [.. Screener.Screen(CaseItem.From(facts, text), Packs.Release).Findings.Select(finding => finding.Rule)];
}
