using System.Diagnostics.CodeAnalysis;

namespace Countersign.Tests.Shared;

/// <summary>How this run of the tests was asked for, and where it may put things.</summary>
public static class Run
{
    /// <summary>The folder of the checkout: the nearest one above the test program that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where downloaded servers live between runs. Git does not see it.</summary>
    public static string Work { get; } =
        Environment.GetEnvironmentVariable("COUNTERSIGN_WORK") is { Length: > 0 } folder ? folder : Path.Combine(Root, ".work");

    /// <summary>True for the nightly kind of run: more rounds of the same tests. The everyday run stays under ten minutes.</summary>
    public static bool Long { get; } = Environment.GetEnvironmentVariable("COUNTERSIGN_LONG") == "1";

    /// <summary>True where somebody wants to look at the pages afterwards. No test judges a picture.</summary>
    public static bool Pictures { get; } = Environment.GetEnvironmentVariable("COUNTERSIGN_PICTURES") == "1";

    /// <summary>True where a missing server or browser is a fault and not an excuse.</summary>
    public static bool NoSkip { get; } = Environment.GetEnvironmentVariable("COUNTERSIGN_NO_SKIP") == "1";

    /// <summary>
    /// Ends the test that needs something this machine lacks. Call it from a test, or from the constructor or
    /// <c>InitializeAsync</c> of its class: xUnit turns a skip inside a class or collection fixture into a failure.
    /// </summary>
    [DoesNotReturn]
    public static void Lacks(string what)
    {
        if (NoSkip)
        {
            Assert.Fail(what);
        }

        Assert.Skip(what);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Countersign.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Countersign.slnx above {AppContext.BaseDirectory}: run the tests from inside a checkout.");
    }
}
