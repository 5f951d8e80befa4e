namespace Countersign.Screening;

/// <summary>From findings to one route: the strongest decision wins, and each role is asked for the most that any one finding wants.</summary>
public static class RouteMerge
{
    /// <summary>The rule of the house that no release can lack: two pairs of eyes.</summary>
    public const string FloorRule = "HOUSE-01";

    public static Route Of(IReadOnlyList<Finding> findings, IReadOnlyList<string> failed, Direction direction, IReadOnlyList<RoleCount> floor)
    {
        var strength = failed.Count > 0 ? Strength.Hold : Strength.Allow;
        var approvals = new List<RoleCount>();
        var because = new List<RouteReason>();
        for (var at = 0; at < findings.Count; at++)
        {
            if (findings[at].Decision > strength)
                strength = findings[at].Decision;
            Add(findings[at].Approvals, approvals);
            if (findings[at].Decision >= Strength.Require && !because.Exists(reason => reason.Rule == findings[at].Rule))
                because.Add(Reason(findings, at));
        }

        foreach (var rule in failed)
            because.Add(new RouteReason(rule, $"{rule} could not be evaluated, so a person has to look."));

        if (direction == Direction.Outbound && approvals.Count == 0 && floor.Count > 0)
        {
            Add(floor, approvals);
            because.Add(new RouteReason(FloorRule, "Every post needs a second pair of eyes."));
            if (strength < Strength.Require)
                strength = Strength.Require;
        }

        return new Route(strength, approvals, because);
    }

    /// <summary>For each role, by name, the most that is wanted.</summary>
    internal static List<RoleCount> Most(IEnumerable<RoleCount> wanted)
    {
        var most = new List<RoleCount>();
        Add([.. wanted], most);
        return most;
    }

    private static void Add(IReadOnlyList<RoleCount> wanted, List<RoleCount> most)
    {
        for (var next = 0; next < wanted.Count; next++)
        {
            var at = most.FindIndex(role => string.CompareOrdinal(role.Role, wanted[next].Role) >= 0);
            if (at < 0)
                most.Add(wanted[next]);
            else if (most[at].Role != wanted[next].Role)
                most.Insert(at, wanted[next]);
            else if (most[at].Count < wanted[next].Count)
                most[at] = wanted[next];
        }
    }

    /// <summary>What the rule of a finding asks for, of all findings of that rule that ask for anything.</summary>
    private static RouteReason Reason(IReadOnlyList<Finding> findings, int first)
    {
        var strength = findings[first].Decision;
        var approvals = new List<RoleCount>();
        for (var at = first; at < findings.Count; at++)
        {
            if (findings[at].Rule != findings[first].Rule || findings[at].Decision < Strength.Require)
                continue;
            if (findings[at].Decision > strength)
                strength = findings[at].Decision;
            Add(findings[at].Approvals, approvals);
        }

        return new RouteReason(findings[first].Rule, Sentence(findings[first].Rule, strength, approvals));
    }

    private static string Sentence(string rule, Strength decision, IReadOnlyList<RoleCount> approvals)
    {
        var people = string.Join(" and ", approvals.Select(role => $"{role.Count} {role.Role}"));
        return (decision, people) switch
        {
            (Strength.Require, _) => $"{rule} asks for {people}.",
            (Strength.Hold, "") => $"{rule} holds this until its condition is met.",
            (Strength.Hold, _) => $"{rule} holds this until its condition is met, and asks for {people}.",
            (_, "") => $"{rule} blocks this until it is fixed.",
            _ => $"{rule} blocks this until it is fixed; it then asks for {people}.",
        };
    }
}
