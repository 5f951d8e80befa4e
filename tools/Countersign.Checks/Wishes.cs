namespace Countersign.Checks;

/// <summary>What was asked for on the command line and by the environment.</summary>
/// <param name="Long">Run more rounds of the same tests; may take an hour.</param>
/// <param name="Pictures">Have the tests take a picture of each page, in both themes and at three widths, for people to look at.</param>
/// <param name="Install">Install what is missing, where that is known how.</param>
/// <param name="Skips">Whether a test may be skipped; where not, a skipped test counts as failed.</param>
/// <param name="Only">A step (house, format, build) or a part of a test project's name; null for everything.</param>
public sealed record Wishes(bool Long, bool Pictures, bool Install, bool Skips, string? Only)
{
    public const string Usage = "Usage: dotnet run tools/check.cs [-- [--long] [--pictures] [--no-install] [--no-skip] [--only house|format|build|PROJECT]]";

    /// <summary>Null where the arguments make no sense.</summary>
    public static Wishes? From(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var wishes = new Wishes(
            Long: environment("COUNTERSIGN_LONG") == "1",
            Pictures: false,
            Install: true,
            Skips: environment("COUNTERSIGN_NO_SKIP") != "1" && !string.Equals(environment("CI"), "true", StringComparison.OrdinalIgnoreCase),
            Only: null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--long":
                    wishes = wishes with { Long = true };
                    break;
                case "--pictures":
                    wishes = wishes with { Pictures = true };
                    break;
                case "--no-install":
                    wishes = wishes with { Install = false };
                    break;
                case "--no-skip":
                    wishes = wishes with { Skips = false };
                    break;
                case "--only" when i + 1 < arguments.Count:
                    wishes = wishes with { Only = arguments[++i] };
                    break;
                default:
                    return null;
            }
        }

        return wishes;
    }

    public bool Wants(string step) => Only is null || string.Equals(Only, step, StringComparison.OrdinalIgnoreCase);

    public bool WantsProject(string project) => Only is null || project.Contains(Only, StringComparison.OrdinalIgnoreCase);
}
