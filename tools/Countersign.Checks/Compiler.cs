using System.Text.RegularExpressions;

namespace Countersign.Checks;

/// <summary>Format and build, by the SDK's own commands.</summary>
public static partial class Compiler
{
    private const string Solution = "Countersign.slnx";

    /// <summary>No build server is left behind, and none of somebody else's build is used.</summary>
    private static readonly string[] noServers = ["-nodeReuse:false", "-property:UseSharedCompilation=false"];

    public static async Task<Section> FormatAsync(string root)
    {
        var format = await Child.RunAsync(Programs.Dotnet, ["format", Solution, "--verify-no-changes"], root, TimeSpan.FromMinutes(10));
        return Judge("format", "Files are formatted (dotnet format puts it right)", format, root);
    }

    /// <param name="project">A project file, or null for the solution.</param>
    public static async Task<Section> BuildAsync(string root, string? project = null)
    {
        var build = await Child.RunAsync(
            Programs.Dotnet, ["build", project ?? Solution, "--nologo", "-verbosity:quiet", .. noServers], root, TimeSpan.FromMinutes(20));
        return Judge("build", "The solution builds without a warning", build, root);
    }

    private static Section Judge(string name, string promise, Ended ended, string root)
    {
        if (ended.Well)
        {
            return new Section(name, ended.Took, [new Looked(promise, Verdict.Passed)]);
        }

        // MSBuild repeats each error in its summary, with the project in brackets.
        var errors = ended.Lines
            .Where(line => Fault().IsMatch(line))
            .Select(line => OfProject().Replace(line.Trim(), "").Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))
            .Distinct()
            .ToList();
        var because = ended.ExitCode is null ? "It ran out of time." : errors.Count > 0 ? string.Join('\n', errors) : ended.Last(10);
        return new Section(name, ended.Took, [new Looked(promise, Verdict.Failed, because)]);
    }

    [GeneratedRegex(@"\b(error|warning) [A-Z]+[0-9]*\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fault();

    [GeneratedRegex(@" \[[^\]]*proj\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OfProject();
}
