using FsCheck;
using FsCheck.Fluent;

namespace Countersign.Screening.Tests;

public class Routes
{
    private static readonly RoleCount[] Floor = [new("Brand", 1)];

    [Fact]
    public void A_block_promises_no_way_around_it()
    {
        var route = RouteMerge.Of([Wants("FP-02", Strength.Block, new RoleCount("FP-Approver", 2))], [], Direction.Outbound, Floor);

        Assert.Equal("FP-02 blocks this until it is fixed; it then asks for 2 FP-Approver.", Assert.Single(route.Because).Sentence);
    }

    [Fact]
    public void Each_role_is_asked_for_the_most_that_one_rule_wants_never_for_the_sum()
    {
        var route = RouteMerge.Of(
            [Wants("A-01", Strength.Require, new("Legal", 1), new("Compliance", 1)), Wants("A-02", Strength.Require, new RoleCount("Legal", 2))], [], Direction.Outbound, Floor);

        Assert.Equal(Strength.Require, route.Strength);
        Assert.Equal([new("Compliance", 1), new("Legal", 2)], route.Approvals);
    }

    [Fact]
    public void The_reason_says_in_words_who_is_asked()
    {
        var route = RouteMerge.Of([Wants("DEF-03", Strength.Require, new("Legal", 1), new("Compliance", 1))], [], Direction.Outbound, Floor);

        Assert.Equal(new RouteReason("DEF-03", "DEF-03 asks for 1 Compliance and 1 Legal."), Assert.Single(route.Because));
    }

    [Fact]
    public void A_post_with_nothing_to_say_against_it_still_needs_a_second_pair_of_eyes()
    {
        var route = RouteMerge.Of([], [], Direction.Outbound, Floor);

        Assert.Equal(Strength.Require, route.Strength);
        Assert.Equal(Floor, route.Approvals);
        Assert.Equal(new RouteReason("HOUSE-01", "Every post needs a second pair of eyes."), Assert.Single(route.Because));
    }

    [Fact]
    public void A_warning_is_raised_to_the_floor_and_a_block_keeps_its_strength()
    {
        Assert.Equal(Strength.Require, RouteMerge.Of([Wants("A-01", Strength.Warn)], [], Direction.Outbound, Floor).Strength);
        Assert.Equal(Strength.Block, RouteMerge.Of([Wants("A-01", Strength.Block)], [], Direction.Outbound, Floor).Strength);
    }

    [Fact]
    public void What_comes_in_from_outside_needs_no_floor()
    {
        var route = RouteMerge.Of([], [], Direction.Inbound, Floor);

        Assert.Equal(Strength.Allow, route.Strength);
        Assert.Empty(route.Approvals);
    }

    [Fact]
    public void A_rule_that_cannot_be_evaluated_holds_the_draft()
    {
        var assessment = Screener.Screen(CaseItem.From("weighted_len=many; limit=280", "Hello"), Packs.Release);

        Assert.Equal(["CHN-06"], assessment.Failed);
        Assert.NotEmpty(assessment.Faults["CHN-06"]);
        Assert.Equal(Strength.Hold, assessment.Route.Strength);
        Assert.Contains(assessment.Route.Because, reason => reason.Rule == "CHN-06");
    }

    [Fact]
    public void The_strongest_decides_and_the_order_of_findings_does_not_matter() => Prop.ForAll(
        Gen.Elements(Enum.GetValues<Strength>()).Zip(Gen.Choose(1, 3)).Zip(Gen.Elements("Legal", "Compliance", "Brand")).ListOf().ToArbitrary(),
        drawn =>
        {
            var findings = drawn.Select((one, at) => Wants($"A-{at:00}", one.Item1.Item1, [new RoleCount(one.Item2, one.Item1.Item2)])).ToList();
            var route = RouteMerge.Of(findings, [], Direction.Inbound, []);
            var turned = RouteMerge.Of([.. Enumerable.Reverse(findings)], [], Direction.Inbound, []);

            Assert.Equal(findings.Select(finding => finding.Decision).DefaultIfEmpty().Max(), route.Strength);
            Assert.Equal(route.Strength, turned.Strength);
            Assert.Equal(route.Approvals, turned.Approvals);
            Assert.All(route.Approvals, role => Assert.Equal(findings.SelectMany(f => f.Approvals).Where(a => a.Role == role.Role).Max(a => a.Count), role.Count));
        }).QuickCheckThrowOnFailure();

    private static Finding Wants(string rule, Strength decision, params RoleCount[] approvals) =>
        new(rule, "1.0.0", "", "brand", Severity.S3, decision, approvals, SegmentKind.Own, 0, 0, 0, "", "", "", "", 1);
}
