namespace Countersign.Screening;

/// <summary>From findings to one route: the strongest decision wins, and each role is asked for the most that any one finding wants.</summary>
public static class RouteMerge
{
    /// <summary>The rule of the house that no release can lack: two pairs of eyes.</summary>
    public const string FloorRule = "HOUSE-01";

    public static Route Of(IReadOnlyList<Finding> findings, IReadOnlyList<string> failed, Direction direction, IReadOnlyList<RoleCount> floor)
    {
        var strength = findings.Select(finding => finding.Decision).DefaultIfEmpty(Strength.Allow).Max();
        if (failed.Count > 0 && strength < Strength.Hold)
            strength = Strength.Hold;
        var approvals = Most(findings.SelectMany(finding => finding.Approvals));
        var because = findings
            .Where(finding => finding.Decision >= Strength.Require)
            .GroupBy(finding => finding.Rule)
            .Select(rule => new RouteReason(rule.Key, Sentence(rule.Key, rule.Max(finding => finding.Decision), Most(rule.SelectMany(finding => finding.Approvals)))))
            .Concat(failed.Select(rule => new RouteReason(rule, $"{rule} could not be evaluated, so a person has to look.")))
            .ToList();

        if (direction == Direction.Outbound && approvals.Count == 0 && floor.Count > 0)
        {
            approvals = Most(floor);
            because.Add(new RouteReason(FloorRule, "Every post needs a second pair of eyes."));
            if (strength < Strength.Require)
                strength = Strength.Require;
        }

        return new Route(strength, approvals, because);
    }

    internal static List<RoleCount> Most(IEnumerable<RoleCount> wanted) =>
    [
        .. wanted.GroupBy(role => role.Role)
            .Select(role => new RoleCount(role.Key, role.Max(count => count.Count)))
            .OrderBy(role => role.Role, StringComparer.Ordinal),
    ];

    private static string Sentence(string rule, Strength decision, IReadOnlyList<RoleCount> approvals)
    {
        var people = string.Join(" and ", approvals.Select(role => $"{role.Count} {role.Role}"));
        return (decision, people) switch
        {
            (Strength.Require, _) => $"{rule} asks for {people}.",
            (Strength.Hold, "") => $"{rule} holds this until its condition is met.",
            (Strength.Hold, _) => $"{rule} holds this until its condition is met, and asks for {people}.",
            (_, "") => $"{rule} blocks this until it is fixed.",
            _ => $"{rule} blocks this until it is fixed; it then asks for {people}, who alone may override.",
        };
    }
}
