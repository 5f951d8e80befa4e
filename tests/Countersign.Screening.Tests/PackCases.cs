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
        Assert.All(Packs.Release.Rules, rule =>
        {
            Assert.True(rule.Cases.Count(one => one.Fires) >= 4, $"{rule.Id}: must");
            Assert.True(rule.Cases.Count(one => !one.Fires) >= 4, $"{rule.Id}: must-not");
        });
    }

    [Fact]
    public void Every_rule_of_the_catalogue_ships()
    {
        (string Pack, int Rules)[] catalogue =
        [
            ("DEF", 9), ("FP", 21), ("CRY", 6), ("CFD", 5), ("CON", 8), ("ADV", 14), ("MAR", 6), ("PII", 11), ("CNF", 6), ("HAT", 5), ("CRI", 14), ("EMP", 6), ("ELE", 6), ("BRD", 7), ("CHN", 12),
        ];
        var shipped = Packs.Release.Rules.Select(rule => (rule.Pack, rule.Id)).ToHashSet();

        Assert.Equal(136, catalogue.Sum(pack => pack.Rules));
        Assert.All(catalogue.SelectMany(pack => Enumerable.Range(1, pack.Rules).Select(number => (pack.Pack, $"{pack.Pack}-{number:00}"))), rule => Assert.Contains(rule, shipped));
    }

    [Fact]
    public void Every_finding_is_of_a_category_that_the_answers_promise()
    {
        string[] promised =
        [
            "defamation", "financial-promotion", "crypto-promotion", "credit-promotion", "advertising-disclosure", "green-claim", "market-abuse", "personal-data", "secret",
            "confidential", "hate", "harassment", "profanity", "threat", "self-harm", "vulnerable-customer", "complaint", "legal-threat", "press-enquiry", "data-breach",
            "employment", "election", "spam", "brand", "channel",
        ];

        Assert.All(Packs.Release.Rules, rule => Assert.Contains(rule.Category, promised));
    }

    [Fact]
    public void What_others_send_us_never_asks_one_of_us_to_approve_it()
    {
        foreach (var one in Packs.Release.Rules.SelectMany(rule => rule.Cases).Where(one => one.Context.StartsWith("in", StringComparison.Ordinal) && (one.Context.Length == 2 || one.Context[2] == ';')))
            Assert.Empty(Screener.Screen(CaseItem.From(one.Context, Packs.Filled(one.Text), Packs.Day), Packs.Release).Route.Approvals);
    }

    [Fact]
    public void Each_shipped_profile_turns_on_its_packs_and_no_others()
    {
        var packs = Packs.Release.Rules.Select(rule => rule.Pack).ToHashSet();

        Assert.Equal(["business", "cfd-crypto", "fca-investments", "fca-lender", "listed-company", "public-body"], PolicyProfile.Shipped(Packs.Folder));
        foreach (var name in PolicyProfile.Shipped(Packs.Folder))
        {
            var profile = PolicyProfile.Named(Packs.Folder, name);
            var release = PolicyRelease.Load(Packs.Folder, profile);

            Assert.All(profile.Packs, on => Assert.True(packs.Contains(on) || Packs.Release.Rules.Any(rule => rule.Id == on), $"{name}: {on}"));
            Assert.Equal(profile.Packs.Order(StringComparer.Ordinal), release.Rules.Select(rule => profile.Packs.Contains(rule.Pack) ? rule.Pack : rule.Id).Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static string Account(Assessment assessment, string rule)
    {
        var account = new StringBuilder($"{rule}: ");
        foreach (var finding in assessment.Findings.Concat(assessment.Cleared))
            account.Append($"[{finding.Rule} '{finding.Words}' {finding.ClearedBecause}] ");
        return account.ToString();
    }
}
