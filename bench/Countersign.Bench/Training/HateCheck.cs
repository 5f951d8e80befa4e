using System.Globalization;
using Countersign.Bench.Measures;
using Countersign.Screening;

namespace Countersign.Bench.Training;

/// <summary>The functional tests of HateCheck (Röttger and others 2021) against the packs as they ship: hateful is what they find in the category hate, S1 to S3.</summary>
internal static class HateCheck
{
    /// <param name="quarter">Only templates whose number leaves this over four: 1 is what the packs were developed on, 3 was held out. Null for all.</param>
    /// <param name="misses">Also print the cases that were judged wrongly.</param>
    public static void Judge(string file, int? quarter, bool misses)
    {
        var release = PolicyRelease.Load(Path.Combine(Checkout.Root, "packs"));
        var cases = DataSets.Rows(file).Where(row => quarter is null || int.Parse(row["templ_id"], CultureInfo.InvariantCulture) % 4 == quarter).ToList();
        var judged = cases.Select(row => (
            Function: row["functionality"],
            Text: row["test_case"],
            Hateful: row["label_gold"] == "hateful",
            Flagged: Flags(row["test_case"], release))).ToList();
        foreach (var function in judged.GroupBy(one => one.Function))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{function.Key,-24} {function.Count(),5} {100.0 * function.Count(one => one.Hateful == one.Flagged) / function.Count(),6:F1} %"));
        foreach (var (_, text, hateful, _) in judged.Where(one => misses && one.Hateful != one.Flagged))
            Console.WriteLine($"{(hateful ? "missed " : "flagged")} {text}");
        var quality = new Quality([.. judged.Select(one => one.Hateful ? 1 : 0)], [.. judged.Select(one => one.Flagged ? 1 : 0)], 2);
        Paired.Print("HateCheck: accuracy", Percent(quality.Accuracy), "≥ 80 %");
        Paired.Print("HateCheck: right on what is not hateful", Percent(quality.Recall(0)), "≥ 70 %");
        Paired.Print("HateCheck: right on what is hateful; macro-F1", $"{Percent(quality.Recall(1))}; {Percent(quality.MacroF1)}", "–");
    }

    private static bool Flags(string text, PolicyRelease release) =>
        Screener.Screen(ScreeningItem.Post(text), release).Findings.Any(finding => finding.Category == "hate" && finding.Severity <= Severity.S3);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F1} %");
}
