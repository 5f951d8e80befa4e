namespace Countersign.Screening.Tests;

public class Merges
{
    [Fact]
    public void What_stands_in_one_rendering_stands_for_the_post_at_its_strongest_and_once()
    {
        var weak = Seen([Saw("A-01", Strength.Warn)], [Saw("A-02", Strength.Require, new RoleCount("Legal", 2)) with { ClearedBecause = "Said above." }]);
        var strong = Seen([Saw("A-01", Strength.Require, new RoleCount("Brand", 1)), Saw("A-02", Strength.Require, new RoleCount("Legal", 1))], []);

        var one = AssessmentMerge.Of([weak, strong], Direction.Outbound, Packs.Release);
        var other = AssessmentMerge.Of([strong, weak], Direction.Outbound, Packs.Release);

        Assert.Equal([("A-01", Strength.Require), ("A-02", Strength.Require)], one.Findings.Select(finding => (finding.Rule, finding.Decision)));
        Assert.Empty(one.Cleared);
        Assert.Equal([new("Brand", 1), new("Legal", 1)], one.Route.Approvals);
        Assert.Equal(one.Findings.Select(finding => (finding.Rule, finding.Decision)), other.Findings.Select(finding => (finding.Rule, finding.Decision)));
        Assert.Equal(one.Route.Approvals, other.Route.Approvals);
    }

    [Fact]
    public void A_rule_that_failed_on_one_rendering_holds_the_post()
    {
        var merged = AssessmentMerge.Of([Seen([], []), Seen([], []) with { Failed = ["A-03"], Faults = new Dictionary<string, string> { ["A-03"] = "It fell over." } }], Direction.Outbound, Packs.Release);

        Assert.Equal(["A-03"], merged.Failed);
        Assert.Equal("It fell over.", merged.Faults["A-03"]);
        Assert.Equal(Strength.Hold, merged.Route.Strength);
    }

    private static Assessment Seen(IReadOnlyList<Finding> findings, IReadOnlyList<Finding> cleared) =>
        new(Packs.Release.Digest, findings, cleared, [], RouteMerge.Of(findings, [], Direction.Outbound, []));

    private static Finding Saw(string rule, Strength decision, params RoleCount[] approvals) =>
        new(rule, "1.0.0", "", "brand", Severity.S3, decision, approvals, SegmentKind.Own, 0, 3, 7, "word", "Why.", "", "", 0.8);
}
