using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Countersign.Bench.Measures;
using Countersign.Ledger;

namespace Countersign.Bench.Ledgers;

/// <summary>A million entries in a folder: what an auditor's program takes to verify them, and what a proof takes.</summary>
internal static class Export
{
    private const int Rounds = 5;
    private const int Proofs = 5_000;

    public static async Task RunAsync()
    {
        using var export = await AnExport.WriteAsync();
        var (seconds, peak) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var (processor, megabytes) = Verify(export);
            seconds.Add(processor);
            peak.Add(megabytes);
        }

        var (reading, hashing) = Reading(export);
        Paired.Print("verify a million entries, processor time", string.Create(CultureInfo.InvariantCulture, $"{Paired.Median(seconds):F2} s (reading alone {reading:F2} s, and SHA256.HashData of each {hashing:F2} s)"), "≤ 1 s");
        Paired.Print("verify a million entries, largest memory", string.Create(CultureInfo.InvariantCulture, $"{peak.Max():F0} MB"), "≤ 64 MB");
        Prove(export);
        Paired.Print("bytes of hashes and places beyond an entry's own", string.Create(CultureInfo.InvariantCulture, $"{PerEntry(export):F1} B in the export"), "≤ 48 B");
        Sign();
    }

    /// <summary>Runs the verifier as an auditor would.</summary>
    private static (double Seconds, double Megabytes) Verify(AnExport export)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "countersign-verify.dll");
        var start = new ProcessStartInfo("dotnet", [program, "full", export.Folder, "--key", export.Key]) { UseShellExecute = false, RedirectStandardOutput = true };
        var before = ChildUsage.Now();
        var peak = 0.0;
        using (var process = Process.Start(start)!)
        {
            var reading = process.StandardOutput.ReadToEndAsync();
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)))
                peak = Math.Max(peak, PeakOf(process.Id));
            var answer = reading.GetAwaiter().GetResult();
            if (process.ExitCode != 0 || !answer.StartsWith("Every one of the 1,000,000 entries", StringComparison.Ordinal))
                throw new InvalidOperationException(answer);
        }

        var after = ChildUsage.Now();
        return (after.Seconds - before.Seconds, peak);
    }

    /// <summary>
    /// The largest memory that the process has held by now, in millions of bytes. What the kernel tells of children that ended
    /// (<see cref="ChildUsage"/>) begins with the memory of this program, from which they were made.
    /// </summary>
    private static double PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Processor time of reading every file once, and of hashing each entry in them with the framework, and nothing more.</summary>
    private static (double Reading, double Hashing) Reading(AnExport export)
    {
        var (reading, hashing) = (TimeSpan.Zero, TimeSpan.Zero);
        var buffer = new byte[1 << 20];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var file in Directory.EnumerateFiles(export.Folder, "*", SearchOption.AllDirectories))
        {
            var start = Environment.CpuUsage.TotalTime;
            using var handle = File.OpenHandle(file);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, RandomAccess.Read(handle, buffer, 0));
            reading += Environment.CpuUsage.TotalTime - start;
            if (!file.Contains("entries", StringComparison.Ordinal))
                continue;
            start = Environment.CpuUsage.TotalTime;
            while (EntryBundle.TryTake(ref rest, out var entry))
                SHA256.HashData(entry, digest);
            hashing += Environment.CpuUsage.TotalTime - start;
        }

        return (reading.TotalSeconds, hashing.TotalSeconds);
    }

    private static void Prove(AnExport export)
    {
        var files = new LogFiles(export.Folder);
        var random = new Random(2);
        var took = new double[Proofs];
        var busy = new double[Proofs];
        var largest = 0;
        for (var i = 0; i < Proofs; i++)
        {
            var (start, began) = (Stopwatch.GetTimestamp(), ThreadTime.Seconds());
            var proof = InclusionProof.Build(random.Next(AnExport.Size), AnExport.Size, (level, index) =>
                files.TryReadHashes(level, index, TilePath.Width(AnExport.Size, level, index), out var tile) ? tile : null);
            took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            busy[i] = (ThreadTime.Seconds() - began) * 1_000;
            largest = Math.Max(largest, proof.Hashes.Count * TreeHash.Length);
        }

        Array.Sort(took);
        Array.Sort(busy);
        Paired.Print(
            "proof of one of a million entries from stored tiles, p99",
            string.Create(CultureInfo.InvariantCulture, $"{took[Proofs * 99 / 100]:F2} ms (p50 {took[Proofs / 2]:F2} ms; of the processor {busy[Proofs * 99 / 100]:F2})"),
            "≤ 1 ms");
        Paired.Print("hashes of that proof, at most", $"{largest} B", "≤ 768 B");
    }

    private static double PerEntry(AnExport export)
    {
        var all = Directory.EnumerateFiles(Path.Combine(export.Folder, "tile"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        return (all - ((double)AnExport.Size * AnExport.EntryLength)) / AnExport.Size;
    }

    private static void Sign()
    {
        const int Times = 2_000;
        var signer = Ed25519NoteSigner.Create("bench.example/log");
        var start = Environment.CpuUsage.TotalTime;
        for (var time = 0; time < Times; time++)
            _ = signer.Sign(new Checkpoint(signer.Name, time, TreeHash.Empty)).ToString();
        Paired.Print("signing a checkpoint", string.Create(CultureInfo.InvariantCulture, $"{(Environment.CpuUsage.TotalTime - start).TotalMicroseconds / Times:F0} µs"), "no figure");
    }
}
