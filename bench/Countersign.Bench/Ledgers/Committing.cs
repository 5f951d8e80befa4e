using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Countersign.Bench.Measures;
using Countersign.Storage;

namespace Countersign.Bench.Ledgers;

/// <summary>What the log costs the people who work: commits with it beside commits without it, by the application's own way to commit.</summary>
internal static class Committing
{
    private const int Clients = 16;

    /// <summary>Many short rounds in turns: what else the machine does changes from second to second.</summary>
    private const int Rounds = 41;

    private const int QuietCommits = 200;
    private const int AtOnce = 5_000;
    private const int Batches = 7;

    /// <summary>Small batches that do not count: a program that has run for a minute is compiled as well as it will be.</summary>
    private const int WarmUp = 60;

    private static readonly TimeSpan round = TimeSpan.FromSeconds(0.5);

    /// <param name="wants">Whether a part is asked for: ratio, cost, storage or latency.</param>
    public static async Task RunAsync(DatabaseKind kind, Func<string, bool> wants)
    {
        await using var here = await AnInstallation.OpenAsync(kind);
        if (wants("ratio"))
            await CompareAsync(here, kind);
        if (wants("cost"))
            await CostOfPlacesAsync(here, kind);
        if (wants("storage"))
            await StorageAsync(here, kind);
        if (wants("latency"))
            await LatencyAsync(here, kind);
    }

    /// <summary>Throughput of many clients with the sequencer running and without, in turns; then it catches up outside the measure.</summary>
    private static async Task CompareAsync(AnInstallation here, DatabaseKind kind)
    {
        await CommitsAsync(here, signed: true);
        await CommitsAsync(here, signed: false);
        var ratios = new List<double>();
        var (with, without) = (new List<double>(), new List<double>());
        for (var time = 0; time < Rounds; time++)
        {
            var first = await CommitsAsync(here, signed: time % 2 == 0);
            var second = await CommitsAsync(here, signed: time % 2 == 1);
            var (signed, bare) = time % 2 == 0 ? (first, second) : (second, first);
            ratios.Add(signed / bare);
            with.Add(signed);
            without.Add(bare);
        }

        Paired.Print(
            $"{kind}, {Clients} clients: commits with the log ÷ without",
            string.Create(CultureInfo.InvariantCulture, $"{Paired.Median(ratios):F2} ({Paired.Median(with):F0}/s, {Paired.Median(without):F0}/s)"),
            kind == DatabaseKind.Postgres ? "≥ 0.90" : "≥ 0.85");
    }

    private static async Task<double> CommitsAsync(AnInstallation here, bool signed)
    {
        using var sequencing = signed ? here.Sequencing() : null;
        if (sequencing is not null)
            await sequencing.StartAsync(default);
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.Elapsed < round; count++)
                await here.CommitAsync(client);
            return count;
        })));
        var rate = counts.Sum() / clock.Elapsed.TotalSeconds;
        if (sequencing is not null)
            await sequencing.StopAsync(default);
        while (await here.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)) > 0)
        {
        }

        return rate;
    }

    /// <summary>Processor time of this process for giving places and signing, for each event of a full batch, beside one hash of each of these events by the framework.</summary>
    private static async Task CostOfPlacesAsync(AnInstallation here, DatabaseKind kind)
    {
        for (var time = 0; time < WarmUp; time++)
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(here.CommitAsync));
            await here.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default));
        }

        var (costs, bare) = (new List<double>(), new List<double>());
        for (var time = 0; time < Batches; time++)
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
            {
                for (var number = client; number < AtOnce; number += Clients)
                    await here.CommitAsync(number);
            })));
            var leaves = await here.UnplacedAsync();

            // What the commits left behind is not the log's: garbage, threads that still wait for more, code to be compiled better.
            GC.Collect();
            await Task.Delay(TimeSpan.FromSeconds(1));
            var start = Environment.CpuUsage.TotalTime;
            var placed = await here.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default));
            var took = Environment.CpuUsage.TotalTime - start;
            start = Environment.CpuUsage.TotalTime;
            leaves.ForEach(leaf => SHA256.HashData(leaf));
            if (placed != leaves.Count)
                throw new InvalidOperationException($"{leaves.Count} events waited and {placed} were given a place.");
            bare.Add((Environment.CpuUsage.TotalTime - start).TotalMicroseconds / placed);
            costs.Add(took.TotalMicroseconds / placed);
        }

        Paired.Print(
            $"{kind}: processor time of the log for each event of {AtOnce:N0}",
            string.Create(CultureInfo.InvariantCulture, $"{Paired.Median(costs):F1} µs (least {costs.Min():F1}; SHA256.HashData {Paired.Median(bare):F1})"),
            kind == DatabaseKind.Sqlite ? "≤ 3 µs" : "no figure");
    }

    /// <summary>What the database keeps for the log beyond the entries themselves: places, batches, hashes and checkpoints, with their indexes.</summary>
    private static async Task StorageAsync(AnInstallation here, DatabaseKind kind)
    {
        var (kept, onDisk, events) = await here.StorageAsync(kind);
        Paired.Print($"{kind}: bytes beyond the entry, of {events:N0} events", string.Create(CultureInfo.InvariantCulture, $"{(double)kept / events:F1} B kept ({(double)onDisk / events:F1} B on the disk)"), "≤ 48 B");
    }

    /// <summary>From the commit to the signed checkpoint that covers it, one commit at a time.</summary>
    private static async Task LatencyAsync(AnInstallation here, DatabaseKind kind)
    {
        using var sequencing = here.Sequencing();
        await sequencing.StartAsync(default);
        var took = new List<double>();
        for (var number = 0; number < QuietCommits; number++)
        {
            var id = await here.CommitAsync(number);
            var clock = Stopwatch.StartNew();
            while (!await here.UseAsync<SignedLog, bool>(log => log.CoversAsync(id, default)))
                await Task.Delay(1);
            took.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(15);
        }

        await sequencing.StopAsync(default);
        took.Sort();
        Paired.Print(
            $"{kind}: from a commit to its signed checkpoint, p50 and p99",
            string.Create(CultureInfo.InvariantCulture, $"{took[took.Count / 2]:F0} and {took[took.Count * 99 / 100]:F0} ms"),
            "≤ 25 and ≤ 150 ms, quiet");
    }
}
