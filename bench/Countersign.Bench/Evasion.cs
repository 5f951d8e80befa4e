using System.Globalization;
using System.Text.Json;
using Countersign.Bench.Measures;
using Countersign.Bench.Posts;
using Countersign.Screening;

namespace Countersign.Bench;

/// <summary>What is still found when the flagged words are disguised, and what is flagged in ordinary posts for a disguise that is none.</summary>
internal static class Evasion
{
    public static int Run(string[] args)
    {
        var packs = Corpus.Option(args, "--packs") ?? Path.Combine(Checkout.Root, "packs");
        var release = PolicyRelease.Load(packs, new PolicyProfile { OwnNames = ["Tarnwell", "@tarnwell"], Competitors = ["Brocklow"] });
        var shown = Shown(release, Corpus.Option(args, "--shared") ?? Checkout.Shared());
        // Only what words alone decide can be hidden by disguising words.
        var worded = shown
            .Select(one => (one.Rule, one.Item, Words: Found(one.Item, one.Rule, release)))
            .Where(one => one.Words.Any(words => one.Item.Segments[0].Text[words.Start..words.End].Split(' ').Any(word => word.Length >= 4 && word.All(char.IsAsciiLetter))))
            .ToArray();
        Console.WriteLine($"{worded.Length} must-fire texts whose own words are flagged; every word of four letters or more in the flagged stretch is disguised.");
        foreach (var (name, disguise, asked) in Attacks.All)
        {
            var kept = worded.Count(one => Found(With(one.Item, Attacks.On(one.Item.Segments[0].Text, one.Words, disguise)), one.Rule, release).Length > 0);
            Paired.Print($"recall kept: {name}", string.Create(CultureInfo.InvariantCulture, $"{100.0 * kept / worded.Length:F1} %"), asked > 0 ? $"≥ {asked} %" : "–");
        }

        var (posts, source) = Corpus.Read(args);
        var repaired = posts.Select(post => Rules(post, release)).ToArray();
        release.Plan.Words.Repairing = false;
        var added = posts.Zip(repaired).Count(post => post.Second.Except(Rules(post.First, release)).Any());
        Paired.Print("added findings for each 1,000 ordinary posts", string.Create(CultureInfo.InvariantCulture, $"{1000.0 * added / posts.Length:F2}"), "≤ 0.3");
        Console.WriteLine($"Ordinary posts: {posts.Length:N0}, {source}. Added: against the same rules without repair of swapped and missing letters.");
        return 0;
    }

    private static IEnumerable<(string Rule, ScreeningItem Item)> Shown(PolicyRelease release, string shared)
    {
        foreach (var rule in release.Rules)
        {
            foreach (var one in rule.Cases.Where(one => one.Fires))
                yield return (rule.Id, CaseItem.From(one.Context, one.Text));
        }

        var cases = Path.Combine(shared, "policy", "cases.jsonl");
        if (!File.Exists(cases))
        {
            Console.WriteLine("The cases of the policy catalogue are not beside the checkout: only those of the packs are used.");
            yield break;
        }

        foreach (var line in File.ReadLines(cases))
        {
            var one = JsonDocument.Parse(line).RootElement;
            if (one.GetProperty("fires").GetBoolean())
                yield return (one.GetProperty("rule").GetString()!, CaseItem.From(one.GetProperty("context").GetString()!, one.GetProperty("text").GetString()!));
        }
    }

    private static (int Start, int End)[] Found(ScreeningItem item, string rule, PolicyRelease release) =>
    [
        .. Screener.Screen(item, release, out _).Findings
            .Where(finding => finding.Rule == rule && finding.Segment == SegmentKind.Own)
            .Select(finding => (finding.Start, finding.End)),
    ];

    private static ScreeningItem With(ScreeningItem item, string text) => item with { Segments = [item.Segments[0] with { Text = text }, .. item.Segments.Skip(1)] };

    private static HashSet<string> Rules(string post, PolicyRelease release) =>
        [.. Screener.Screen(ScreeningItem.Post(post), release, out _).Findings.Select(finding => finding.Rule)];
}
