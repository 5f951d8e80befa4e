using System.Text;

namespace Countersign.Screening.Tests;

public class PackCases
{
    public static IEnumerable<TheoryDataRow<string, bool, string, string>> All() =>
        from rule in Packs.Release.Rules
        from one in rule.Cases
        select new TheoryDataRow<string, bool, string, string>(rule.Id, one.Fires, one.Context, one.Text);

    [Theory]
    [MemberData(nameof(All))]
    public void A_rule_fires_on_what_it_must_and_on_nothing_else(string rule, bool fires, string context, string text)
    {
        var assessment = Screener.Screen(CaseItem.From(context, Packs.Filled(text), Packs.Day), Packs.Release);

        Assert.Empty(assessment.Failed);
        Assert.True(fires == assessment.Findings.Any(finding => finding.Rule == rule), Account(assessment, rule));
    }

    [Fact]
    public void Every_rule_has_three_cases_of_each_kind_beyond_the_first()
    {
        Assert.True(Packs.Release.Rules.Count >= 25);
        Assert.All(Packs.Release.Rules, rule =>
        {
            Assert.True(rule.Cases.Count(one => one.Fires) >= 4, $"{rule.Id}: must");
            Assert.True(rule.Cases.Count(one => !one.Fires) >= 4, $"{rule.Id}: must-not");
        });
    }

    private static string Account(Assessment assessment, string rule)
    {
        var account = new StringBuilder($"{rule}: ");
        foreach (var finding in assessment.Findings.Concat(assessment.Cleared))
            account.Append($"[{finding.Rule} '{finding.Words}' {finding.ClearedBecause}] ");
        return account.ToString();
    }
}
