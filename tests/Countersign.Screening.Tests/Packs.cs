using System.Runtime.CompilerServices;

namespace Countersign.Screening.Tests;

/// <summary>The packs of this repository, as the invented firm Tarnwell would run them.</summary>
internal static class Packs
{
    public static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "..", "..", "packs"));

    public static readonly PolicyProfile Tarnwell = new PolicyProfile
    {
        Number = 7,
        OwnNames = ["Tarnwell", "Tarnwell Flow", "@tarnwell"],
        Competitors = ["Brocklow"],
    }.WithLexicon("hate-terms", ["zorblat*", "grelk*"]);

    /// <summary>When a case is due that does not say so: the day of which the catalogue speaks.</summary>
    public static readonly DateTimeOffset Day = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<PolicyRelease> Loaded = new(() => PolicyRelease.Load(Folder, Tarnwell));

    public static PolicyRelease Release => Loaded.Value;

    /// <summary>Puts stand-ins where a case leaves a term out, and makes secret-shaped strings that stand in no file.</summary>
    public static string Filled(string text) => text
        .Replace("⟦SLUR⟧", "zorblats", StringComparison.Ordinal)
        .Replace("⟦GROUP⟧", "Muslims", StringComparison.Ordinal)
        .Replace("⟦AWS-KEY⟧", "AKIA" + "Q3X7ZP2LK9WM4T6B", StringComparison.Ordinal)
        .Replace("⟦TOKEN⟧", "ghp_" + string.Concat(Enumerable.Range(0, 36).Select(at => "aB3xK9mQ2z"[at * 7 % 10])), StringComparison.Ordinal)
        .Replace("⟦RANDOM⟧", string.Concat(Enumerable.Range(0, 32).Select(at => "x7Kp2Qv9LmZ4sT1w"[at * 5 % 16])), StringComparison.Ordinal);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
