using System.Diagnostics;
using System.Globalization;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Countersign.Tests.Storage;

/// <summary>
/// A process that commits and signs is ended in the worst of moments, again and again on the same data. Whatever it had said was
/// committed is in the log once, and no two checkpoints of one size differ.
/// </summary>
/// <remarks>On PostgreSQL the disk is the server's, so a full disk and a failing fsync befall the processes of a server that is the test's own.</remarks>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const string Folder = "COUNTERSIGN_FAULT_FOLDER";
    private const string Database = "COUNTERSIGN_FAULT_DATABASE";
    private const int Writers = 4;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>How long a disk stays full or broken before the process is ended.</summary>
    private static readonly TimeSpan ofTheDisk = TimeSpan.FromSeconds(3);

    private enum Fault
    {
        /// <summary>kill -9 at any moment.</summary>
        Killed,

        /// <summary>Files may grow by a little only: a write is cut off in the middle, and the next ones fail.</summary>
        NoRoomLeft,

        /// <summary>
        /// kill -9, and half a page that never became part of a commit stands at the end of the journal. On PostgreSQL it is the server that is
        /// ended, and pages of tables and indexes are written by half as well.
        /// </summary>
        HalfWritten,

        /// <summary>The disk reports an error when it is asked to keep what was written.</summary>
        NotKept,
    }

    // 525 in the long run.
    [Fact]
    public Task A_process_killed_at_any_moment_loses_and_repeats_nothing_on_SQLite() => EndAgainAndAgainAsync(DatabaseKind.Sqlite, Fault.Killed, 3, 100);

    [Fact]
    public Task A_full_disk_loses_and_repeats_nothing_on_SQLite() => EndAgainAndAgainAsync(DatabaseKind.Sqlite, Fault.NoRoomLeft, 2, 75);

    [Fact]
    public Task A_page_written_by_half_loses_and_repeats_nothing_on_SQLite() => EndAgainAndAgainAsync(DatabaseKind.Sqlite, Fault.HalfWritten, 2, 75);

    [Fact]
    public Task A_disk_that_fails_to_keep_loses_and_repeats_nothing_on_SQLite() => EndAgainAndAgainAsync(DatabaseKind.Sqlite, Fault.NotKept, 2, 75);

    [Fact]
    public Task A_process_killed_at_any_moment_loses_and_repeats_nothing_on_PostgreSQL() => EndAgainAndAgainAsync(DatabaseKind.Postgres, Fault.Killed, 2, 70);

    [Fact]
    public Task A_full_disk_loses_and_repeats_nothing_on_PostgreSQL() => EndAgainAndAgainAsync(DatabaseKind.Postgres, Fault.NoRoomLeft, 1, 40);

    [Fact]
    public Task Pages_written_by_half_lose_and_repeat_nothing_on_PostgreSQL() => EndAgainAndAgainAsync(DatabaseKind.Postgres, Fault.HalfWritten, 2, 50);

    [Fact]
    public Task A_disk_that_fails_to_keep_loses_and_repeats_nothing_on_PostgreSQL() => EndAgainAndAgainAsync(DatabaseKind.Postgres, Fault.NotKept, 1, 40);

    /// <summary>What was said to be committed is in the log once, whatever happened.</summary>
    private async Task EndAgainAndAgainAsync(DatabaseKind kind, Fault fault, int times, int timesInTheLongRun)
    {
        if (OperatingSystem.IsWindows() || (fault == Fault.NotKept && Installed.Find(["strace"]) is null) || (fault == Fault.NoRoomLeft && Installed.Find(["prlimit"]) is null))
            Run.Lacks("strace or prlimit is not installed (apt-get install strace util-linux), or this is Windows: the faults are made by Linux.");
        await using var server = kind == DatabaseKind.Postgres && fault != Fault.Killed ? await PostgresServer.DurableAsync() : null;
        await using var here = server is null ? await AnInstallation.EmptyAsync(kind) : await AnInstallation.EmptyOnAsync(await server.CreateAsync("faults"));
        var installation = here.Services.GetRequiredService<Installation>();
        var said = Path.Combine(installation.DataFolder, "said");
        await File.WriteAllTextAsync(said, "");
        var random = new Random(20261122);
        var signed = new Dictionary<string, string>(StringComparer.Ordinal);
        times = Run.Long ? timesInTheLongRun : times;
        for (var time = 0; time < times; time++)
        {
            await EndAsync(installation, fault, said, random, server);
            if (server is not null)
                await server.ReadyAsync();
            foreach (var row in await here.SqlAsync("select size, note from ledger_checkpoint"))
                Assert.Equal(row[1], signed.TryAdd($"{row[0]}", (string)row[1]!) ? row[1] : signed[$"{row[0]}"]);
        }

        await using var restarted = await here.AnotherNodeAsync();
        await restarted.SequenceAsync();
        var committed = (await File.ReadAllLinesAsync(said)).Select(Guid.Parse).ToList();
        var events = await restarted.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToDictionaryAsync(entry => entry.Seq));
        var places = await SequencerTests.PlacesAsync(restarted);
        Assert.NotEmpty(committed);
        Assert.True(signed.Count >= times, $"Only {signed.Count} checkpoints were signed in {times} times: the process was ended before it signed.");
        Assert.Empty(committed.Except(events.Values.Select(entry => entry.Id)));
        Assert.Equal(Enumerable.Range(0, events.Count).Select(at => (long)at), places.Select(place => place.Index));
        Assert.Equal(events.Keys.Order(), places.Select(place => place.Seq).Order());
        Assert.Equal(committed.Count, committed.Distinct().Count());
        await SequencerTests.AssertEveryCheckpointVerifiesAsync(restarted, [.. places.Select(place => events[place.Seq].Leaf)]);
        foreach (var row in await restarted.SqlAsync("select size, note from ledger_checkpoint"))
            Assert.Equal(row[1], signed.GetValueOrDefault($"{row[0]}", (string)row[1]!));
        var failures = Failures(installation, fault, server);

        // SQLite says nothing of a disk that does not keep what it was given: there, that nothing is lost is all that is to be seen.
        Assert.True(fault is Fault.Killed || (fault, server) is (Fault.HalfWritten or Fault.NotKept, null) || failures > 0, "Nothing befell the disk.");
        output.WriteLine($"{kind}, {fault}: ended {times} times; {committed.Count:N0} said to be committed, {events.Count:N0} in the log, {signed.Count:N0} checkpoints seen in between; {failures:N0} failures of {(server is null ? "commits" : "the server")}.");
    }

    /// <returns>How often the disk has failed so far: commits that failed, or what the server reports.</returns>
    private static int Failures(Installation installation, Fault fault, PostgresServer? server) => (fault, server) switch
    {
        (Fault.NoRoomLeft, not null) => server.Says("File too large"),
        (Fault.HalfWritten, not null) => server.Torn,
        (_, not null) => server.Says("could not fsync") + server.Says("could not fdatasync"),
        _ => new FileInfo(Path.Combine(installation.DataFolder, "failed")) is { Exists: true } failed ? (int)failed.Length : 0,
    };

    /// <summary>What runs in the process that is ended; nothing by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Commits_and_signs_until_it_is_ended()
    {
        var folder = Environment.GetEnvironmentVariable(Folder) ?? throw new InvalidOperationException("This is run by the test above.");
        var here = await AnInstallation.NodeOnAsync(Databases.Locate(folder, "test.example/northgate", Environment.GetEnvironmentVariable(Database) is { Length: > 0 } database ? database : null));
        await using var said = new FileStream(Path.Combine(folder, "said"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var failed = new FileStream(Path.Combine(folder, "failed"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using var signed = new FileStream(Path.Combine(folder, "signed"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var tasks = Enumerable.Range(0, Writers).Select(_ => Task.Run(() => CommitAsync(here, said, failed))).Append(Task.Run(() => SignAsync(here, signed)));
        await Task.WhenAll(tasks);
    }

    private static async Task CommitAsync(AnInstallation here, FileStream said, FileStream failed)
    {
        while (true)
        {
            Decision<SiteOpened> opened;
            try
            {
                opened = await OpenASiteAsync(here);
                if (!opened.IsTaken)
                    continue;
            }
            catch (Exception fault) when (fault is not LogDamagedException)
            {
                // Not said to be committed. It may be, if only the answer was lost.
                lock (failed)
                    failed.WriteByte((byte)'x');
                await Task.Delay(1);
                continue;
            }

            lock (said)
                said.Write(System.Text.Encoding.ASCII.GetBytes($"{opened.Taken.Id}\n"));
        }
    }

    internal static Task<Decision<SiteOpened>> OpenASiteAsync(AnInstallation here)
    {
        var opened = new SiteOpened { Subject = Guid.CreateVersion7(), By = Guid.NewGuid(), At = here.Clock.GetUtcNow() };
        return here.ReadAsync(db => db.CommitAsync<SiteOpened>(opened, _ => db.Add(new Site { Id = opened.Subject, Name = $"Site {opened.Subject}" }), default));
    }

    private static async Task SignAsync(AnInstallation here, FileStream signed)
    {
        while (true)
        {
            try
            {
                if (await here.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)) > 0)
                    signed.WriteByte((byte)'x');
            }
            catch (Exception fault) when (fault is not LogDamagedException)
            {
                // As the program does, a little later: it tries again.
            }

            await Task.Delay(1);
        }
    }

    private static async Task EndAsync(Installation installation, Fault fault, string said, Random random, PostgresServer? server)
    {
        var before = new FileInfo(said).Length;
        using var process = Start(installation, server is null ? fault : Fault.Killed, random);
        using var failing = new Failing();
        var clock = Stopwatch.StartNew();
        var isOfTheDisk = fault is Fault.NoRoomLeft or Fault.NotKept;
        var signed = new FileInfo(Path.Combine(installation.DataFolder, "signed"));
        var enough = Length(signed) + random.Next(1, 8);

        // It is ended, or its disk fails, while it signs, and not before it begins to.
        while (!process.HasExited && (new FileInfo(said).Length == before || Length(signed) < enough) && clock.Elapsed < patience)
            await Task.Delay(5);
        if (server is not null && fault == Fault.HalfWritten)
            await server.TearAsync(random);
        else if (server is not null)
            await failing.BeginAsync(server, fault, random);
        else if (fault == Fault.NoRoomLeft)
            await LimitAsync(process.Id, Directory.EnumerateFiles(installation.DataFolder).Max(file => new FileInfo(file).Length) + random.Next(1, 100_000));
        var (begun, failedBefore) = (clock.Elapsed, Failures(installation, fault, server));
        while (!process.HasExited && new FileInfo(said).Length < before + (isOfTheDisk ? 20_000 : 500) && clock.Elapsed < patience
            && !(isOfTheDisk && clock.Elapsed > begun + ofTheDisk && (server is null || Failures(installation, fault, server) > failedBefore)))
            await Task.Delay(5);
        await Task.Delay(random.Next(0, 60));
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        Assert.DoesNotContain("LogDamagedException", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        if (fault == Fault.HalfWritten && server is null && Path.Combine(installation.DataFolder, "countersign.db-wal") is var journal && File.Exists(journal))
        {
            var half = new byte[random.Next(1, 4_000)];
            random.NextBytes(half);
            await using var file = new FileStream(journal, FileMode.Append);
            await file.WriteAsync(half);
        }
    }

    /// <returns>0 where it is not there.</returns>
    private static long Length(FileInfo file)
    {
        file.Refresh();
        return file.Exists ? file.Length : 0;
    }

    /// <summary>From now on no file of this process grows beyond this.</summary>
    private static async Task LimitAsync(int process, long bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"--fsize={bytes}")]);
        await prlimit.WaitForExitAsync();
    }

    private static Process Start(Installation installation, Fault fault, Random random)
    {
        string[] child = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Countersign.Tests.dll"), "--explicit", "only", "--filter-method", $"*.{nameof(Commits_and_signs_until_it_is_ended)}", "--no-progress", "--no-ansi"];
        string[] command = fault switch
        {
            Fault.NotKept => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={random.Next(5, 40)}+3", .. child],

            // Otherwise a file that may not grow ends the process, where a full disk gives an error.
            Fault.NoRoomLeft => ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", .. child],
            _ => child,
        };
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            // The first: the runtime keeps compiled code in a file of its own, which the limit would end first.
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", [Folder] = installation.DataFolder, [Database] = installation.Database == DatabaseKind.Postgres ? installation.ConnectionString : "" },
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
    }

    /// <summary>What befalls the server: its files may grow by a little only, or its disk reports errors. It gives up, starts anew and recovers.</summary>
    private sealed class Failing : IDisposable
    {
        private Process? tracer;

        public async Task BeginAsync(PostgresServer server, Fault fault, Random random)
        {
            var workers = server.Workers();
            if (fault == Fault.NoRoomLeft)
            {
                // Less than the journal has already, so that the next write to it fails, or is cut off.
                await server.LimitFilesAsync(workers, Math.Min(random.Next(50_000, 1_000_000), await server.JournalAtAsync()));
                return;
            }

            tracer = Process.Start("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={random.Next(1, 8)}+4", .. workers.SelectMany(worker => (string[])["-p", worker.ToString(CultureInfo.InvariantCulture)])]);
        }

        public void Dispose()
        {
            if (tracer is null)
                return;
            if (!tracer.HasExited)
                tracer.Kill();
            tracer.WaitForExit();
            tracer.Dispose();
        }
    }
}
