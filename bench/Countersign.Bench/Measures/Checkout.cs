using System.Runtime.CompilerServices;

namespace Countersign.Bench.Measures;

/// <summary>Where the checkout lies that this was built from, and the folder of shared material beside it.</summary>
internal static class Checkout
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static string Shared(params ReadOnlySpan<string> parts) => Path.Combine([Root, "..", "shared", .. parts]);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
