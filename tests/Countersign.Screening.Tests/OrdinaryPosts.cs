namespace Countersign.Screening.Tests;

public class OrdinaryPosts
{
    public static IEnumerable<TheoryDataRow<string>> All() =>
        File.ReadLines(Path.Combine(Packs.Folder, "..", "tests", "Countersign.Screening.Tests", "ordinary.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => new TheoryDataRow<string>(line));

    [Theory]
    [MemberData(nameof(All))]
    public void An_ordinary_post_asks_for_no_more_than_the_floor(string text)
    {
        var assessment = Screener.Screen(ScreeningItem.Post(text), Packs.Release);

        Assert.True(
            assessment.Route.Strength == Strength.Require && assessment.Route.Because.All(reason => reason.Rule == RouteMerge.FloorRule),
            string.Join("; ", assessment.Findings.Select(finding => $"{finding.Rule} '{finding.Words}'")));
        Assert.Equal([new RoleCount("Brand", 1)], assessment.Route.Approvals);
    }
}
