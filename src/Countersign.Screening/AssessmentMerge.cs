namespace Countersign.Screening;

/// <summary>From what one release saw in several renderings of a post to one assessment: what stands in any of them stands.</summary>
public static class AssessmentMerge
{
    /// <param name="assessments">At least one; all under <paramref name="release"/>.</param>
    public static Assessment Of(IReadOnlyList<Assessment> assessments, Direction direction, PolicyRelease release)
    {
        if (assessments.Count == 1)
            return assessments[0];
        var findings = assessments.SelectMany(assessment => assessment.Findings).GroupBy(Place).Select(Strongest).ToList();
        var standing = findings.Select(Place).ToHashSet();
        var cleared = assessments.SelectMany(assessment => assessment.Cleared).GroupBy(Place).Where(same => !standing.Contains(same.Key)).Select(same => same.First());
        IReadOnlyList<string> failed = [.. assessments.SelectMany(assessment => assessment.Failed).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        findings = Screener.Sorted(findings);
        return new Assessment(release.Digest, findings, Screener.Sorted(cleared), failed, RouteMerge.Of(findings, failed, direction, release.Profile.Floor))
        {
            Faults = assessments.SelectMany(assessment => assessment.Faults).DistinctBy(fault => fault.Key).ToDictionary(),
            Scores = assessments.SelectMany(assessment => assessment.Scores).GroupBy(score => score.Key, score => score.Value).ToDictionary(head => head.Key, head => head.Max()),
        };
    }

    /// <summary>The same rule saying the same of the same words is one finding.</summary>
    private static (string Rule, SegmentKind Segment, int Index, int Start, int End, string Why) Place(Finding finding) =>
        (finding.Rule, finding.Segment, finding.SegmentIndex, finding.Start, finding.End, finding.Why);

    private static Finding Strongest(IEnumerable<Finding> same)
    {
        var all = same.ToList();
        return all.MaxBy(finding => finding.Decision)! with { Approvals = RouteMerge.Most(all.SelectMany(finding => finding.Approvals)) };
    }
}
