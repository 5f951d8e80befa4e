using System.Diagnostics;

namespace Countersign.Checks;

/// <summary>Rules about the files themselves, each cheap enough to run every time. They read what Git would commit.</summary>
public static class HouseRules
{
    /// <summary>A longer file says why in one of its first lines, after the words "Long because".</summary>
    private const int MostLines = 400;

    private static readonly string[] prose = ["*.cs", "*.razor", "*.md", "*.sql", "*.js", "*.css", "*.yaml", "*.yml"];

    /// <summary>A line that matches the pattern, in files that match, breaks the rule. This folder holds the patterns, so it is left out.</summary>
    private static readonly (string Rule, string Pattern, string[] Files)[] patterns =
    [
        ("No file holds a conflict marker", "^(<<<<<<<|>>>>>>>)( |$)", ["*"]),
        ("Nothing is left open in the code", "TODO|FIXME|HACK|XXX|NotImplementedException", prose),
        ("No file names a folder of one machine", "(^|[^A-Za-z0-9_.~}])/(work|root|home/[a-z]+|Users/[A-Za-z]+|tmp/[a-z])/|[A-Z]:\\\\Users\\\\", ["*"]),
        ("No lock file names a package host", "\"resolved\": *\"https?://", ["*package-lock.json"]),
        ("No test is switched off or proves nothing", "Skip *= *\"|Assert\\.True\\(true\\)", ["tests/*.cs"]),
    ];

    public static async Task<Section> CheckAsync(string root)
    {
        var clock = Stopwatch.StartNew();
        if (Programs.Find("git") is not { } git || !Path.Exists(Path.Combine(root, ".git")))
        {
            return new Section("house rules", clock.Elapsed, [new Looked("House rules", Verdict.Skipped, "Not a Git checkout.")]);
        }

        var looks = new List<Looked>();
        foreach (var (rule, pattern, files) in patterns)
        {
            // Exit codes of git grep: 0 found, 1 found nothing, anything else is a fault.
            var grep = await Child.RunAsync(
                git, ["grep", "--untracked", "-nIE", "-e", pattern, "--", .. files, ":!tools/Countersign.Checks"], root, TimeSpan.FromMinutes(1));
            looks.Add(grep.ExitCode == 1 ? new Looked(rule, Verdict.Passed) : new Looked(rule, Verdict.Failed, string.Join('\n', grep.Lines)));
        }

        looks.Add(await LengthAsync(git, root));
        return new Section("house rules", clock.Elapsed, looks);
    }

    private static async Task<Looked> LengthAsync(string git, string root)
    {
        const string Rule = "No file is longer than 400 lines without saying why";
        var files = await Child.RunAsync(
            git,
            ["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.cs", "*.razor", "*.css", "*.js", "*.mjs", "*.sql", "*.sh"],
            root,
            TimeSpan.FromMinutes(1));
        var tooLong = new List<string>();
        foreach (var file in files.Lines.Select(file => Path.Combine(root, file)).Where(File.Exists))
        {
            var lines = await File.ReadAllLinesAsync(file);
            if (lines.Length > MostLines && !lines.Take(10).Any(line => line.Contains("Long because", StringComparison.OrdinalIgnoreCase)))
            {
                tooLong.Add($"{Path.GetRelativePath(root, file)}: {lines.Length} lines");
            }
        }

        return tooLong.Count == 0 ? new Looked(Rule, Verdict.Passed) : new Looked(Rule, Verdict.Failed, string.Join('\n', tooLong));
    }
}
