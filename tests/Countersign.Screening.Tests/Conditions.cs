namespace Countersign.Screening.Tests;

/// <summary>What a rule may ask of a prescribed wording, a figure on record, a multiple of a fact, and of places only colleagues can open.</summary>
public class Conditions
{
    private const string Warning =
        "Don't invest unless you're prepared to lose all the money you invest. This is a high-risk investment and you should not expect to be protected if something goes wrong. Take 2 mins to learn more.";

    [Theory]
    [InlineData(Warning, false)]
    [InlineData("Don’t invest unless you’re prepared to lose all the money you invest. This is a high‑risk investment and you should not expect to be protected if something goes wrong. Take 2 mins to learn more.", false)]
    [InlineData("Don't invest unless you're prepared to lose all the money you invest. This is a high-risk investment and you are unlikely to be protected if something goes wrong. Take 2 mins to learn more.", true)]
    [InlineData("Don't invest unless you are ready to lose the money you invest. This is a high-risk investment and you should not expect to be protected.", true)]
    [InlineData("Nobody ought to put in what they need for the rent.", false)]
    [InlineData("", false)]
    public void A_prescribed_wording_is_altered_where_a_part_of_it_is_kept(string text, bool altered) =>
        Assert.Equal(altered, Fires($"alters: \"{Warning}\"", text));

    [Theory]
    [InlineData("71% of accounts lose", "71", false)]
    [InlineData("71% of accounts lose", "71%", false)]
    [InlineData("70% of accounts lose", "71", true)]
    [InlineData("70% or 71% of accounts lose", "71", true)]
    [InlineData("71% of accounts lose", null, true)]
    public void A_percentage_that_is_not_the_one_on_record_is_found(string text, string? onRecord, bool differs) =>
        Assert.Equal(differs, Fires("find: [\"<percent> ..3 of accounts\"]\n    percent-differs-from: fact.cfd_loss_pct", text, onRecord is null ? "" : $"fact.cfd_loss_pct={onRecord}"));

    [Theory]
    [InlineData("rate_5m=13; baseline=3", true)]
    [InlineData("rate_5m=12; baseline=3", false)]
    [InlineData("rate_5m=13", false)]
    public void A_fact_is_compared_with_so_many_times_another(string context, bool more) =>
        Assert.Equal(more, Fires("facts: [rate_5m > 4 times baseline]", "x", context));

    [Theory]
    [InlineData("http://10.2.14.8:3000/login", true)]
    [InlineData("192.168.0.4", true)]
    [InlineData("https://shop.corp.internal/new", true)]
    [InlineData("http://intranet/q3", true)]
    [InlineData("https://files.example/report?x=1&sig=abc", true)]
    [InlineData(@"\\fileserver01\finance", true)]
    [InlineData(@"D:\accounts\sam", true)]
    [InlineData("https://tarnwell.example/careers", false)]
    [InlineData("8.8.8.8", false)]
    [InlineData("10.2.1 is out", false)]
    [InlineData("172.32.0.1", false)]
    public void A_place_that_only_colleagues_can_open_is_found(string text, bool inside) =>
        Assert.Equal(inside, Fires("find: [\"(<internal-link>|<private-address>|<shared-folder>)\"]", text));

    [Theory]
    [InlineData("30:1", "ratio", true)]
    [InlineData("1:500", "ratio", true)]
    [InlineData("19:30", "ratio", false)]
    [InlineData("1:15", "ratio", false)]
    [InlineData("+£4,812.33", "gain", true)]
    [InlineData("+12%", "gain", true)]
    [InlineData("£48,000", "gain", false)]
    [InlineData("$TRNW", "ticker", true)]
    [InlineData("BRLW", "ticker", true)]
    [InlineData("Brlw", "ticker", false)]
    [InlineData("OPEN", "ticker", false)]
    public void A_kind_of_word_is_told_from_its_look(string text, string kind, bool found) =>
        Assert.Equal(found, Fires($"find: [\"<{kind}>\"]", text));

    private static bool Fires(string firing, string text, string context = "")
    {
        var release = PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", $"""
            id: TST-01
            version: 1.0.0
            title: One condition
            category: brand
            owner: Brand
            basis: House rule
            severity: S4
            decision: warn
            applies:
              segments: [own]
            fires:
              - {firing}
            message: Found.
            fix: None.
            cases:
              must: []
              must-not: []
            """)]);
        return Screener.Screen(CaseItem.From(context, text), release).Findings.Count > 0;
    }
}
