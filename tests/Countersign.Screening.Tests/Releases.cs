namespace Countersign.Screening.Tests;

public class Releases
{
    private const string Rule = """
        id: TST-01
        version: 1.0.0
        title: Says biscuit
        category: brand
        owner: Brand
        basis: House rule
        severity: S4
        decision: warn
        applies:
          segments: [own]
        fires:
          - find: [biscuit*]
        message: The word biscuit.
        fix: Say cake.
        cases:
          must: [Biscuits!]
          must-not: [Cake!]
        """;

    [Fact]
    public void A_release_from_its_own_files_is_the_same_release()
    {
        var again = PolicyRelease.FromFiles(Packs.Release.Files);

        Assert.Equal(Packs.Release.Digest, again.Digest);
        Assert.Equal(7, again.Number);
        Assert.Equal(Packs.Release.Rules.Select(rule => rule.Id), again.Rules.Select(rule => rule.Id));
    }

    [Fact]
    public void The_digest_does_not_depend_on_line_endings_byte_order_marks_or_the_order_of_files()
    {
        var other = Rule.Replace("TST-01", "TST-02", StringComparison.Ordinal);
        var unix = PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule), new PolicyFile("T/2.yaml", other)]);
        var windows = PolicyRelease.FromFiles([new PolicyFile("T/2.yaml", other.ReplaceLineEndings("\r\n")), new PolicyFile("T/1.yaml", "\uFEFF" + Rule.ReplaceLineEndings("\r\n"))]);

        Assert.Equal(unix.Digest, windows.Digest);
        Assert.Matches("^[0-9a-f]{64}$", unix.Digest);
    }

    [Fact]
    public void One_changed_word_or_parameter_is_another_release()
    {
        var before = PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule)]);

        Assert.NotEqual(before.Digest, PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule.Replace("cake", "tart", StringComparison.Ordinal))]).Digest);
        Assert.NotEqual(before.Digest, PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule), new PolicyFile("profile.yaml", "number: 2")]).Digest);
    }

    [Fact]
    public void The_profile_says_which_packs_are_on_and_what_the_floor_is()
    {
        var release = PolicyRelease.Load(Packs.Folder, new PolicyProfile { Packs = ["PII"], Floor = [new("Legal", 2)], EffectiveFrom = new DateTimeOffset(2026, 11, 12, 9, 0, 0, TimeSpan.Zero) });

        Assert.All(release.Rules, rule => Assert.StartsWith("PII-", rule.Id));
        Assert.Equal([new RoleCount("Legal", 2)], Screener.Screen(ScreeningItem.Post("Hello"), release).Route.Approvals);
        Assert.Equal(new DateTimeOffset(2026, 11, 12, 9, 0, 0, TimeSpan.Zero), release.EffectiveFrom);
    }

    [Fact]
    public void A_lexicon_is_read_from_a_file_outside_the_packs()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# stand-ins\nflumgork*\n");
            var release = PolicyRelease.Load(Packs.Folder, new PolicyProfile().WithLexicon("hate-terms", path));

            Assert.Contains(Screener.Screen(ScreeningItem.Post("No fl\u200Bumgorks here"), release).Findings, finding => finding.Rule == "HAT-01");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("severity: S4", "severity: S9", 7, "one of S1, S2, S3, S4 instead of 'S9'")]
    [InlineData("  - find: [biscuit*]", "  - seek: [biscuit*]", 12, "instead of 'seek'")]
    [InlineData("  - find: [biscuit*]", "  - find: [\"{nothing}\"]", 12, "a list that stands in a pack instead of {nothing}")]
    [InlineData("  - find: [biscuit*]", "  - find: [\"(a|b\"]", 12, "')' at character 5 of the pattern '(a|b'")]
    [InlineData("  - find: [biscuit*]", "  - find: [<unicorn>]", 12, "instead of <unicorn>")]
    [InlineData("  - find: [biscuit*]", "  - facts: [shoe_size is 9]", 12, "a fact that the engine knows instead of 'shoe_size'")]
    [InlineData("  - find: [biscuit*]", "  - alters: too short", 12, "a wording of five words or more")]
    [InlineData("  - find: [biscuit*]", "  - facts: [rate_5m > 4 times shoe_size]", 12, "behind 'times' instead of 'shoe_size'")]
    [InlineData("category: brand", "category: baking", 4, "instead of 'baking'")]
    [InlineData("decision: warn", "decision: warn\napprovals: { Wizard: 1 }", 9, "instead of 'Wizard'")]
    [InlineData("version: 1.0.0", "version: one", 2, "a version such as 1.0.0")]
    [InlineData("fix: Say cake.", "note: Say cake.", 14, "instead of 'note'")]
    [InlineData("owner: Brand", "owner: [Brand", 5, "YAML")]
    public void A_pack_that_cannot_be_read_says_where_and_what_was_expected(string line, string instead, int number, string expected)
    {
        var broken = Rule.Replace(line, instead, StringComparison.Ordinal);
        Assert.NotEqual(Rule, broken);

        var fault = Assert.Throws<PolicyFileException>(() => PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", broken)]));

        Assert.Equal("T/1.yaml", fault.File);
        Assert.Equal(number, fault.Line);
        Assert.Contains(expected, fault.Message);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_and_never_read_by_half()
    {
        var last = Rule.TrimEnd().Length - 1;
        for (var length = 0; length < last; length++)
        {
            var cut = Rule[..length];
            try
            {
                Assert.Contains("must-not", PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", cut)]).Files[0].Yaml);
            }
            catch (PolicyFileException fault)
            {
                Assert.InRange(fault.Line, 1, 18);
            }
        }
    }

    [Fact]
    public void Two_rules_of_one_id_are_refused()
    {
        var fault = Assert.Throws<PolicyFileException>(() => PolicyRelease.FromFiles([new PolicyFile("T/1.yaml", Rule), new PolicyFile("T/2.yaml", Rule)]));

        Assert.Contains("TST-01 stands in another file already", fault.Message);
    }

    [Fact]
    public void An_unknown_fact_is_an_error_that_names_it()
    {
        var item = ScreeningItem.Post("Hello") with { Facts = new Dictionary<string, string> { ["shoe_size"] = "9" } };

        Assert.Contains("'shoe_size'", Assert.Throws<ArgumentException>(() => Screener.Screen(item, Packs.Release)).Message);
    }
}
