using System.Globalization;
using System.Xml.Linq;

namespace Countersign.Checks;

/// <summary>A test project: a program that runs its own tests and writes xUnit's XML report.</summary>
public sealed record TestProject(string Root, string File)
{
    /// <summary>Those that start no server, no browser and no second process. They may run side by side; all others run alone.</summary>
    private static readonly string[] pure = ["Countersign.Ledger.Tests", "Countersign.Screening.Tests", "Countersign.Verify.Tests"];

    public string Name => Path.GetFileNameWithoutExtension(File);

    public bool RunsAlone => !pure.Contains(Name);

    private string Program => Path.Combine(Root, "artifacts", "bin", Name, "debug", OperatingSystem.IsWindows() ? Name + ".exe" : Name);

    public static IReadOnlyList<TestProject> All(string root) =>
        [.. Directory.GetFiles(Path.Combine(root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new TestProject(root, file))];

    public async Task<Section> RunAsync(Wishes wishes)
    {
        var results = Path.Combine(Root, "artifacts", "check", "results");
        Directory.CreateDirectory(results);
        var report = Path.Combine(results, Name + ".xml");
        System.IO.File.Delete(report);

        var limit = TimeSpan.FromMinutes(wishes.Long ? 75 : 50);
        var ended = await Child.RunAsync(
            Program,
            ["--report-xunit", "--report-xunit-filename", Name + ".xml", "--results-directory", results, "--no-progress", "--no-ansi"],
            Root,
            limit,
            new Dictionary<string, string>
            {
                ["COUNTERSIGN_LONG"] = wishes.Long ? "1" : "0",
                ["COUNTERSIGN_PICTURES"] = wishes.Pictures ? "1" : "0",
                ["COUNTERSIGN_NO_SKIP"] = wishes.Skips ? "0" : "1",
                ["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1",
            });
        await System.IO.File.WriteAllLinesAsync(Path.Combine(results, Name + ".log"), ended.Lines);

        var section = new Section(Name, ended.Took, Read(report, ended, limit));
        return wishes.Skips ? section : section.WithoutSkips();
    }

    private static List<Looked> Read(string report, Ended ended, TimeSpan limit)
    {
        if (ended.ExitCode is null)
        {
            return [new Looked("The whole project", Verdict.Failed, $"Ended after {limit.TotalMinutes:0} minutes without an answer.\n{ended.Last(8)}")];
        }

        if (!System.IO.File.Exists(report))
        {
            return [new Looked("The whole project", Verdict.Failed, $"Ended with {ended.ExitCode} and without a report.\n{ended.Last(8)}")];
        }

        var xml = XDocument.Load(report);
        var looks = xml.Descendants("test").Select(Test).OfType<Looked>().ToList();
        looks.AddRange(xml.Descendants("error").Select(error =>
            new Looked($"{error.Attribute("type")?.Value} {error.Attribute("name")?.Value}".Trim(), Verdict.Failed, Message(error))));
        return looks switch
        {
            [] => [new Looked("The whole project", Verdict.Failed, "It holds no test.")],
            _ when !ended.Well && looks.TrueForAll(look => look.Verdict != Verdict.Failed) =>
                [.. looks, new Looked("The whole project", Verdict.Failed, $"Every test passed, but the program ended with {ended.ExitCode}.\n{ended.Last(8)}")],
            _ => looks,
        };
    }

    /// <summary>Null for an explicit test, which nobody asked for.</summary>
    private static Looked? Test(XElement test)
    {
        var name = test.Attribute("name")?.Value ?? "A test without a name";
        var took = TimeSpan.FromSeconds(double.Parse(test.Attribute("time")?.Value ?? "0", CultureInfo.InvariantCulture));
        return test.Attribute("result")?.Value switch
        {
            "Pass" => new Looked(name, Verdict.Passed, "", took),
            "Skip" => new Looked(name, Verdict.Skipped, test.Element("reason")?.Value ?? "", took),
            "NotRun" => null,
            _ => new Looked(name, Verdict.Failed, Message(test), took),
        };
    }

    private static string Message(XElement of)
    {
        var stack = of.Descendants("stack-trace").FirstOrDefault()?.Value ?? "";

        // A frame without a source line is not ours.
        var ours = stack.Split('\n').Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal) || line.Contains(" in ", StringComparison.Ordinal));
        return $"{of.Descendants("message").FirstOrDefault()?.Value}\n{string.Join('\n', ours)}";
    }
}
