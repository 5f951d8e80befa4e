using System.Globalization;

namespace Countersign.Checks;

/// <summary>What the run says at its end. The last line is the closing line and nothing follows it.</summary>
public static class Report
{
    private const int LinesOfAReason = 12;

    public static void Print(IReadOnlyList<Section> sections, TimeSpan took)
    {
        var width = Math.Max(20, sections.Select(section => section.Name.Length).DefaultIfEmpty().Max());
        Console.WriteLine();
        Console.WriteLine(Row(width, "", "passed", "failed", "skipped", "seconds"));
        foreach (var section in sections)
        {
            Console.WriteLine(Row(
                width,
                section.Name,
                Number(section.Count(Verdict.Passed)),
                Number(section.Count(Verdict.Failed)),
                Number(section.Count(Verdict.Skipped)),
                Seconds(section.Took)));
        }

        Console.WriteLine(Row(width, "", "", "", "", Seconds(took)));
        Slow(sections);
        Details(sections, Verdict.Failed, "Failed");
        Details(sections, Verdict.Skipped, "Skipped");

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Total(sections, Verdict.Passed)} passed, {Total(sections, Verdict.Failed)} failed, {Total(sections, Verdict.Skipped)} skipped"));
    }

    public static int Total(IEnumerable<Section> sections, Verdict verdict) => sections.Sum(section => section.Count(verdict));

    /// <summary>A step as it ends, so that a long run shows where it is.</summary>
    public static void Step(Section section)
    {
        var word = section.Count(Verdict.Failed) > 0 ? "FAILED" : "passed";
        Console.WriteLine($"{section.Name,-28} {word} in {Seconds(section.Took)} s");
    }

    private static void Slow(IReadOnlyList<Section> sections)
    {
        var slow = sections
            .SelectMany(section => section.Looks)
            .Where(look => look.Took > TimeSpan.FromSeconds(10))
            .OrderByDescending(look => look.Took)
            .Take(5)
            .ToList();
        if (slow.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine("Slowest tests (over ten seconds)");
            slow.ForEach(look => Console.WriteLine($"  {Seconds(look.Took),6} s  {look.At}"));
        }
    }

    private static void Details(IReadOnlyList<Section> sections, Verdict verdict, string title)
    {
        if (Total(sections, verdict) == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine(title);
        foreach (var section in sections)
        {
            // Fifty tests that lack the same server are told once.
            foreach (var same in section.Looks.Where(look => look.Verdict == verdict).GroupBy(look => look.Because))
            {
                foreach (var look in same)
                {
                    Console.WriteLine($"  {section.Name} · {look.At}");
                }

                foreach (var line in same.Key.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(LinesOfAReason))
                {
                    Console.WriteLine($"      {line.TrimEnd()}");
                }
            }
        }
    }

    private static string Row(int width, string name, string passed, string failed, string skipped, string seconds) =>
        $"{name.PadRight(width)} {passed,8} {failed,8} {skipped,8} {seconds,9}";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan took) => took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
