using Countersign.Screening.Heads;
using Countersign.Screening.Reading;

namespace Countersign.Screening;

/// <summary>Reads an item against a release. Same item and release, same answer: no clock, no network, no database.</summary>
public static class Screener
{
    [ThreadStatic]
    private static ItemText? kept;

    /// <exception cref="ArgumentException">The item states a fact that the engine does not know.</exception>
    public static Assessment Screen(ScreeningItem item, PolicyRelease release) =>
        Screen(item, release, out var scores) with { Scores = scores.ByName() };

    /// <summary>The same with the heads' scores beside the assessment instead of in it: nothing is allocated for an item in which nothing is found.</summary>
    /// <exception cref="ArgumentException">The item states a fact that the engine does not know.</exception>
    public static Assessment Screen(ScreeningItem item, PolicyRelease release, out HeadScores scores) => Screen(item, release, exhaustive: false, out scores);

    /// <param name="exhaustive">Evaluates every firing with every pattern at every token, as if nothing were known of anchors.</param>
    internal static Assessment Screen(ScreeningItem item, PolicyRelease release, bool exhaustive, out HeadScores scores)
    {
        FactKeys.Check(item.Facts);
        var text = kept?.Plan == release.Plan ? kept : kept = new ItemText(release.Plan);
        try
        {
            text.Read(item, exhaustive);
            for (var at = 0; at < text.Count; at++)
                Judge(text, text.Text(at), release);
            scores = text.Scores;
            return text.Findings.Count == 0 && text.Failed.Count == 0 ? release.Clean(item.Direction) : Assessed(text, release);
        }
        finally
        {
            text.Forget();
        }
    }

    /// <summary>Severest first, then by place; of one place, in the order in which they were found.</summary>
    internal static List<Finding> Sorted(IEnumerable<Finding> findings)
    {
        var sorted = new List<Finding>();
        foreach (var finding in findings)
        {
            var at = sorted.Count;
            while (at > 0 && Compare(sorted[at - 1], finding) > 0)
                at--;
            sorted.Insert(at, finding);
        }

        return sorted;
    }

    private static int Compare(Finding one, Finding other)
    {
        if (one.Severity != other.Severity)
            return one.Severity < other.Severity ? -1 : 1;
        if (one.Segment != other.Segment)
            return one.Segment < other.Segment ? -1 : 1;
        var order = one.SegmentIndex.CompareTo(other.SegmentIndex);
        if (order == 0)
            order = one.Start.CompareTo(other.Start);
        if (order == 0)
            order = one.End.CompareTo(other.End);
        return order == 0 ? string.CompareOrdinal(one.Rule, other.Rule) : order;
    }

    private static void Judge(ItemText item, SegmentText text, PolicyRelease release)
    {
        release.Plan.Watch(item, text);
        foreach (var number in item.Suspects)
        {
            var rule = release.Plan.Rules[number];
            try
            {
                rule.Judge(item, text, item.SuspectFirings(number), release.RuleByName, item.Findings);
            }
            catch (Exception fault)
            {
                // A rule that cannot be evaluated must never let an item pass: it is named, and the item is held.
                item.Failed.TryAdd(rule.Listing.Id, $"{fault.GetType().Name}: {fault.Message}");
            }
        }

        item.ClearSuspects();
    }

    private static Assessment Assessed(ItemText text, PolicyRelease release)
    {
        var findings = Sorted(text.Findings.Where(finding => finding.ClearedBecause is null));
        IReadOnlyList<string> failed = [.. text.Failed.Keys];
        return new Assessment(
            release.Digest,
            findings,
            Sorted(text.Findings.Where(finding => finding.ClearedBecause is not null)),
            failed,
            RouteMerge.Of(findings, failed, text.Item.Direction, release.Profile.Floor))
        {
            Faults = text.Failed.ToDictionary(),
        };
    }
}
