using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Countersign.Tests.Shared;

/// <summary>What a power cut in the middle of writing leaves behind.</summary>
public sealed partial class PostgresServer
{
    private const int Page = 8192;
    private const long Segment = 16 << 20;
    private const int MostPages = 24;

    /// <summary>Pages that were written by half so far.</summary>
    public int Torn { get; private set; }

    /// <summary>
    /// Ends all of its processes at once. Half of some pages that the journal holds whole since its last checkpoint is then wrong, and behind the
    /// end of the journal stands what never became a record. Starts it again.
    /// </summary>
    public async Task TearAsync(Random random)
    {
        List<int> all = [Postmaster(), .. Workers()];
        await Installed.RunAsync("sh", ["-c", $"kill -9 {string.Join(' ', all)} 2> /dev/null || true"], default);
        for (var waited = Stopwatch.StartNew(); all.Exists(Runs) && waited.Elapsed < TimeSpan.FromSeconds(30);)
            await Task.Delay(5);

        var redo = Redo().Match(await OutputAsync("pg_controldata", ["-D", $"{folder}/data"])).Groups["at"].Value;
        var journal = await OutputAsync("pg_waldump", ["-p", $"{folder}/data/pg_wal", "-s", redo]);
        var whole = WholePage().Matches(journal).Select(match => (File: $"{folder}/data/base/{match.Groups["database"]}/{match.Groups["relation"]}", Number: long.Parse(match.Groups["page"].Value, CultureInfo.InvariantCulture))).Distinct().ToArray();
        random.Shuffle(whole);
        foreach (var (file, number) in whole.Where(page => File.Exists(page.File) && new FileInfo(page.File).Length >= (page.Number + 1) * Page).Take(MostPages))
        {
            await ScribbleAsync(random, file, (number * Page) + (random.Next(2) * Page / 2), Page / 2);
            Torn++;
        }

        var end = Convert.ToInt64(string.Concat(End().Match(journal).Groups["at"].Value.Split('/') is [var high, var low] ? high + low.PadLeft(8, '0') : throw new InvalidOperationException($"The journal has no end: {journal[^Math.Min(500, journal.Length)..]}")), 16);
        var last = $"{folder}/data/pg_wal/{1:X8}{end >> 32:X8}{(end & uint.MaxValue) / Segment:X8}";
        await ScribbleAsync(random, last, end % Segment, (int)Math.Min(random.Next(1, 4_000), Segment - (end % Segment)));
        await keeper!.StandardInput.WriteLineAsync("again");
        await keeper.StandardInput.FlushAsync();
        await ReadyAsync();
    }

    /// <summary>False of one that ended, also while nobody has asked yet what became of it.</summary>
    private static bool Runs(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task ScribbleAsync(Random random, string file, long at, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = at;
        await stream.WriteAsync(bytes);
    }

    /// <summary>What one of PostgreSQL's programs says, on both of its outputs. That the journal ends is an error to one of them.</summary>
    private async Task<string> OutputAsync(string program, string[] arguments)
    {
        string[] command = [.. asUser, Path.Combine(programs, program), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/", Environment = { ["LC_ALL"] = "C" } })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return $"{await said}{await complained}";
    }

    [GeneratedRegex("Latest checkpoint's REDO location: +(?<at>[0-9A-F]+/[0-9A-F]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Redo();

    [GeneratedRegex("rel 1663/(?<database>[0-9]+)/(?<relation>[0-9]+) blk (?<page>[0-9]+) FPW", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex WholePage();

    [GeneratedRegex("error in WAL record at [0-9A-F/]+: .* at (?<at>[0-9A-F]+/[0-9A-F]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex End();
}
