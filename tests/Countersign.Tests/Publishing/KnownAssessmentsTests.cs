using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Tests.Shared;

namespace Countersign.Tests.Publishing;

/// <summary>What is kept of readings, so that the words of a post are not read again in the moment they are due.</summary>
public sealed class KnownAssessmentsTests
{
    private const string Bad = "Quillmere is going under, they can't pay staff this month";

    private static readonly Lazy<PolicyRelease> release = new(() => PolicyRelease.Load(Path.Combine(Run.Root, "packs")));

    [Fact]
    public void What_is_known_of_an_item_is_what_would_be_found_and_another_item_is_another()
    {
        var known = new KnownAssessments();
        ScreeningItem[] items =
        [
            Item(Bad),
            Item("We open on Saturday at ten."),
            Item("Quillmere is going under", "they can't pay staff this month"),
            Item("Quillmere is going under they", "can't pay staff this month"),
            Item(Bad) with { Kind = ItemKind.Reply },
            Item(Bad) with { Segments = [new Segment(SegmentKind.Quoted, 0, Bad)] },
            Item(Bad) with { Segments = [new Segment(SegmentKind.Own, 1, Bad)] },
            Item("A picture of the canteen.") with { Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["image.alt"] = "none", ["platform"] = "bluesky" } },
            Item("A picture of the canteen.") with { Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["image.alt"] = "A canteen", ["platform"] = "bluesky" } },
        ];

        for (var round = 0; round < 2; round++)
        {
            foreach (var item in items)
                Assert.Equal(AssessmentFacts.Write(Screener.Screen(item, release.Value)), AssessmentFacts.Write(known.Screen(item, release.Value)));
        }

        Assert.NotEmpty(known.Screen(items[0], release.Value).Findings);
        Assert.Same(known.Screen(items[0], release.Value), known.Screen(Item(Bad), release.Value));
        Assert.Equal(items.Length, items.Select(item => known.Screen(item, release.Value)).Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void However_many_are_read_the_last_ones_are_known()
    {
        var known = new KnownAssessments(40);
        var first = known.Screen(Item("Notice 0"), release.Value);
        for (var number = 1; number <= 60; number++)
            known.Screen(Item($"Notice {number}"), release.Value);
        Assert.Same(first, known.Screen(Item("Notice 0"), release.Value));
        for (var number = 61; number <= 200; number++)
            known.Screen(Item($"Notice {number}"), release.Value);

        Assert.NotSame(first, known.Screen(Item("Notice 0"), release.Value));
        Assert.Same(known.Screen(Item("Notice 200"), release.Value), known.Screen(Item("Notice 200"), release.Value));
    }

    private static ScreeningItem Item(params string[] words) =>
        new(Direction.Outbound, ItemKind.Post, [.. words.Select((text, at) => new Segment(SegmentKind.Own, at, text))], new Dictionary<string, string>(StringComparer.Ordinal));
}
