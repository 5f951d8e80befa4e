using Countersign.Screening.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

/// <summary>Regular expressions that an organisation writes: which are taken, and that none taken is ever too slow or silently misses.</summary>
public class OwnPatterns
{
    [Theory]
    [InlineData("proj-\\d{4}", "see PROJ-1234 for more", true)]
    [InlineData("proj-\\d{4}", "see proj-12 for more", false)]
    [InlineData("project (red|blue) fox", "Project Blue fox lands on Friday", true)]
    [InlineData("tarn\\.well|brock\\.low", "write to brock.low today", true)]
    [InlineData("tarn\\.well|brock\\.low", "write to brockalow today", false)]
    [InlineData("\\bfalcon[- ]?one\\b", "Ｆalcon-One is go", true)]
    public void An_expression_finds_what_it_says_in_the_folded_text(string expression, string text, bool found) =>
        Assert.Equal(found, Findings(expression, text).Count == 1);

    [Fact]
    public void The_words_it_found_are_shown_as_they_stand()
    {
        var finding = Assert.Single(Findings("proj-\\d{4}", "Zero: PROJ\u20111234."));

        Assert.Equal("PROJ\u20111234", finding.Words);
    }

    [Theory]
    [InlineData("(a|b)\\1", "without going back")]
    [InlineData("(?=proj)proj", "without going back")]
    [InlineData("\\d{4}", "3 letters or digits")]
    [InlineData("pr?o?j?", "3 letters or digits")]
    [InlineData("project|\\d+", "3 letters or digits")]
    [InlineData("(project)?", "3 letters or digits")]
    [InlineData("[project]+", "3 letters or digits")]
    [InlineData("\\u00dbcd", "3 letters or digits")]
    [InlineData("abc{|xyz", "3 letters or digits")]
    [InlineData("project(", "can be read")]
    [InlineData("(?x)pro ject", "without options")]
    public void What_could_be_slow_or_cannot_be_relied_on_is_refused_with_the_reason(string expression, string reason)
    {
        var refusal = Assert.Throws<PolicyFileException>(() => Findings(expression, "x"));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal("T/T-01.yaml", refusal.File);
    }

    [Fact]
    public void A_term_of_the_organisations_lexicon_is_refused_by_the_name_of_the_lexicon()
    {
        var profile = new PolicyProfile().WithLexicon("retired-names", ["regex:\\d+"]);

        var refusal = Assert.Throws<PolicyFileException>(() => PolicyRelease.FromFiles([new PolicyFile(PolicyProfile.FileName, profile.ToFile())]));

        Assert.Contains("in the lexicon retired-names", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_expression_too_many_is_refused()
    {
        var many = Enumerable.Range(0, OwnPattern.Most + 1).Select(at => $"regex:abc{at}").ToList();

        Assert.Throws<PolicyFileException>(() => PolicyRelease.FromFiles([new PolicyFile(PolicyProfile.FileName, new PolicyProfile().WithLexicon("x", many).ToFile())]));
        PolicyRelease.FromFiles([new PolicyFile(PolicyProfile.FileName, new PolicyProfile().WithLexicon("x", many[1..]).ToFile())]);
    }

    /// <summary>A row that is called mandatory and is not would make the engine pass over matches without a word.</summary>
    [Fact]
    public void No_match_lacks_every_row_that_is_called_mandatory()
    {
        string[] parts = ["abc", "xyz", "\\d", "a?", "b+", "c{2}", "(abc|d)", "[abc]", "[^]a]", "\\.", ".", "\\b", "|", "abcd*", "(x(y)z)?", "\\w", "c{0,1}"];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            Gen.Elements(parts).ArrayOf(4).Select(string.Concat).Zip(Gen.Elements("abc".Select(c => c.ToString()).Concat(["abc", "xyz", "1", ".", "d", " "]).ToArray()).ArrayOf(8).Select(string.Concat)).ToArbitrary(),
            drawn =>
            {
                var (expression, text) = drawn;
                if (MandatoryLiterals.Of(expression) is not { } literals)
                    return;
                var matches = System.Text.RegularExpressions.Regex.IsMatch(text, expression, System.Text.RegularExpressions.RegexOptions.NonBacktracking);
                Assert.True(!matches || literals.Any(literal => text.Contains(literal, StringComparison.Ordinal)), $"{expression} on {text}: {string.Join(", ", literals)}");
            }));
    }

    [Fact]
    public void The_hardest_text_is_read_in_time_that_grows_with_its_length()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Findings("abc(a+)+(a+)+$", string.Concat(Enumerable.Repeat("abcaaaaaaaaaaaaaaaaa! ", 5_000)));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static IReadOnlyList<Finding> Findings(string expression, string text) => Screener.Screen(ScreeningItem.Post(text), PolicyRelease.FromFiles([("T/T-01.yaml", $"""
        id: T-01
        version: 1.0.0
        title: t
        category: confidential
        owner: o
        basis: b
        severity: S2
        decision: warn
        applies:
          segments: [own]
        fires:
          - find: ['regex:{expression}']
        message: m
        fix: f
        cases:
          must: []
          must-not: []
        """)])).Findings;
}
