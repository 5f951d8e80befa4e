using Countersign.Screening.Heads;
using Countersign.Screening.Reading;

namespace Countersign.Screening;

/// <summary>Reads an item against a release. Same item and release, same answer: no clock, no network, no database.</summary>
public static class Screener
{
    /// <exception cref="ArgumentException">The item states a fact that the engine does not know.</exception>
    public static Assessment Screen(ScreeningItem item, PolicyRelease release)
    {
        FactKeys.Check(item.Facts);
        var text = new ItemText(item, release.Vocabulary);
        var all = new List<Finding>();
        var failed = new List<string>();
        foreach (var rule in release.Compiled)
        {
            try
            {
                all.AddRange(rule.Judge(text, release.RuleNamed));
            }
            catch (Exception)
            {
                // A rule that cannot be evaluated must never let an item pass: it is named, and the item is held.
                failed.Add(rule.Listing.Id);
            }
        }

        var findings = Sorted(all.Where(finding => finding.ClearedBecause is null));
        return new Assessment(
            release.Digest,
            findings,
            Sorted(all.Where(finding => finding.ClearedBecause is not null)),
            failed,
            RouteMerge.Of(findings, failed, item.Direction, release.Profile.Floor))
        {
            Scores = text.Segments.Select(segment => segment.Scores).Aggregate(default(HeadScores), (most, scores) => most.Max(scores)).ByName(),
        };
    }

    internal static List<Finding> Sorted(IEnumerable<Finding> findings) =>
    [
        .. findings
            .OrderBy(finding => finding.Severity)
            .ThenBy(finding => finding.Segment)
            .ThenBy(finding => finding.SegmentIndex)
            .ThenBy(finding => finding.Start)
            .ThenBy(finding => finding.End)
            .ThenBy(finding => finding.Rule, StringComparer.Ordinal),
    ];
}
