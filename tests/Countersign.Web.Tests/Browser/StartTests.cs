using System.Diagnostics;
using System.Globalization;
using Countersign.Web.Tests.Shared;

namespace Countersign.Web.Tests.Browser;

/// <summary>How soon a program that was built is there, and what it takes when nobody asks it anything. The figures go into the test's output.</summary>
[Collection<Alone>]
public sealed class StartTests(ITestOutputHelper output)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>In s, on a machine on which a bare program starts in a tenth of one.</summary>
    private const double Limit = 3;

    /// <summary>The same for any machine, as slow or as busy as it is: in starts of a bare program, measured in the same minute.</summary>
    private const double BareStarts = 30;

    /// <summary>Other tests' programs put off compiling anything twice.</summary>
    private static readonly Dictionary<string, string> asShipped = new() { ["DOTNET_TC_CallCountThreshold"] = "1e" };

    /// <summary>Long enough for the work of starting to be over.</summary>
    private static readonly TimeSpan quiet = TimeSpan.FromSeconds(4);

    /// <summary>Medians of three starts; by the clock or, since a machine may do other work meanwhile, by the processor.</summary>
    [Fact]
    public async Task The_first_page_comes_within_three_seconds_and_an_idle_program_takes_at_most_200_megabytes()
    {
        var (seconds, bare, megabytes) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= 3; round++)
        {
            bare.Add(await BareStartAsync());
            var clock = Stopwatch.StartNew();
            await using var program = await TheProgram.StartAsync(settings: asShipped);
            using var visitor = program.Visit();
            Assert.Equal("/setup", (await visitor.OpenAsync("/")).Path);
            var (byClock, ofProcessor) = (clock.Elapsed.TotalSeconds, program.ProcessorTime.TotalSeconds);
            await Task.Delay(quiet, TestContext.Current.CancellationToken);
            var resident = (double)program.ResidentBytes / Megabyte;
            output.WriteLine($"Start {round}: first page after {byClock:0.00} s ({ofProcessor:0.00} s of processor; a bare program starts in {bare[^1]:0.00}), {resident:0} MB when idle.");
            seconds.Add(Math.Min(byClock, ofProcessor));
            megabytes.Add(resident);
        }

        Assert.InRange(Median(seconds), 0, Math.Max(Limit, BareStarts * Median(bare)));
        Assert.InRange(Median(megabytes), 0, 200);
    }

    /// <returns>Seconds of processor that our smallest program takes to say how it is used.</returns>
    private static async Task<double> BareStartAsync()
    {
        var verifier = TheProgram.Program.Replace("Countersign.Web", "Countersign.Verify", StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", "dotnet \"$0\" > /dev/null 2>&1; times", verifier]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var told = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The second line is of what the shell started: "0m0.195s 0m0.113s", user and system.
        return told.Split('\n')[1].Split(' ').Sum(time => time.TrimEnd('s').Split('m') is [var minutes, var seconds] ? (60 * double.Parse(minutes, CultureInfo.InvariantCulture)) + double.Parse(seconds, CultureInfo.InvariantCulture) : 0);
    }

    private static double Median(List<double> figures) => figures.Order().ElementAt(figures.Count / 2);
}

/// <summary>What is measured runs when no other test does.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
