namespace Countersign.Tests.Shared;

/// <summary>The machine's own Chromium: the tests download no browser.</summary>
public static class Chromium
{
    /// <summary>The one without windows first: the same pages for a third of the processor time, as no window is drawn around them.</summary>
    private static readonly string[] names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    private static readonly string[] elsewhere = ["/Applications/Chromium.app/Contents/MacOS", "/Applications/Google Chrome.app/Contents/MacOS"];

    /// <summary>Quiet and local: no calls home, no updates. A browser run by root has no sandbox to drop into.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
        .. Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? (string[])["--no-sandbox"] : [],
    ];

    /// <summary>Null where no Chromium or Chrome is installed.</summary>
    public static string? Path { get; } = Installed.Find([.. names, "Chromium", "Google Chrome"], elsewhere);

    /// <summary>The program to launch; ends the test as skipped where there is none.</summary>
    public static string Require()
    {
        if (Path is null)
        {
            Run.Lacks("Chromium is not installed.");
        }

        return Path;
    }
}
