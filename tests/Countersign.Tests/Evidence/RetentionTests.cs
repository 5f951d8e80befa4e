using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Publishing;
using Countersign.Screening;

namespace Countersign.Tests.Evidence;

/// <summary>How long a published post is kept at least, by what the policies found in it and by its words.</summary>
public sealed class RetentionTests
{
    private static readonly DateTimeOffset published = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("We moved to Leeds.", "", false, 1)]
    [InlineData("Open our fund today.", "FP-01", true, 5)]
    [InlineData("Trade with leverage.", "CFD-01", true, 5)]
    [InlineData("Buy bitcoin here.", "CRY-01", true, 3)]
    [InlineData("A loan in minutes.", "CON-02", true, 6)]
    [InlineData("Our best mortgage yet.", "", true, 5)]
    [InlineData("Plan your pension early.", "FP-03", true, 6)]
    [InlineData("Ask us about a pension transfer.", "FP-03", true, null)]
    [InlineData("The softest towels there are.", "ADV-01", false, 6)]
    [InlineData("He took the money.", "DEF-01", false, 6)]
    [InlineData("Plan your pension, says a note nobody asked about.", "", false, 1)]
    public void The_longest_class_that_fits_holds(string text, string rule, bool isPromotion, int? years)
    {
        var minimum = Minimum.Of(Drafted(text, rule, isPromotion), published)!;
        Assert.Equal(years is { } some ? published.AddYears(some) : DateTimeOffset.MaxValue, minimum.Until);
        Assert.Contains(years is null ? "for ever" : $"until {published.AddYears(years.Value):d MMMM yyyy}", minimum.Say(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_was_never_published_is_kept_for_its_class() => Assert.Null(Minimum.Of(Drafted("Ask us about a pension transfer.", "FP-03", true), null));

    [Fact]
    public void Who_signed_stays_known_as_long_as_the_longest_promotion_that_relied_on_them()
    {
        Assert.Equal(5, RetentionMatrix.OfApprover([Drafted("We moved.", "", false)]).Years);
        Assert.Equal(6, RetentionMatrix.OfApprover([Drafted("We moved.", "", false), Drafted("Plan your pension early.", "FP-03", true)]).Years);
        Assert.Null(RetentionMatrix.OfApprover([Drafted("Ask us about a pension transfer.", "FP-03", true)]).Years);
    }

    [Fact]
    public void Every_class_names_the_rule_it_rests_on() => Assert.All(RetentionMatrix.All, one => Assert.True(one.Basis.Length > 5 && one.Say().Contains(one.Basis, StringComparison.Ordinal)));

    private static Draft Drafted(string text, string rule, bool isPromotion) => new()
    {
        Id = Guid.NewGuid(),
        AuthorId = Guid.NewGuid(),
        CreatedAt = published,
        LastEditorId = Guid.NewGuid(),
        EditedAt = published,
        Text = text,
        Requirements = isPromotion ? [new Requirement(Role.FinancialPromotions, 2)] : [],
        Assessment = AssessmentFacts.Write(new Assessment("", rule.Length == 0 ? [] : [Found(rule)], [], [], new Route(Strength.Warn, [], []))),
    };

    private static Finding Found(string rule) => new(rule, "1", "", "", Severity.S2, Strength.Require, [], SegmentKind.Own, 0, 0, 1, "", "", "", "", 1);
}
