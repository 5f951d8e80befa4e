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
/// <remarks>
/// A full disk and a failing fsync under PostgreSQL are not tried here: they would have to befall the server, which is tested by those who make it.
/// </remarks>
public sealed class FaultTests
{
    private const string Folder = "COUNTERSIGN_FAULT_FOLDER";
    private const string Database = "COUNTERSIGN_FAULT_DATABASE";
    private const int Writers = 4;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    public enum Fault
    {
        /// <summary>kill -9 at any moment.</summary>
        Killed,

        /// <summary>Files may grow by a little only: a write is cut off in the middle, and the next ones fail.</summary>
        NoRoomLeft,

        /// <summary>kill -9, and half a page that never became part of a commit stands at the end of the journal.</summary>
        HalfWritten,

        /// <summary>The disk reports an error when it is asked to keep what was written.</summary>
        NotKept,
    }

    /// <summary>500 in the long run.</summary>
    [Theory]
    [InlineData(DatabaseKind.Sqlite, Fault.Killed, 3, 125)]
    [InlineData(DatabaseKind.Sqlite, Fault.NoRoomLeft, 2, 100)]
    [InlineData(DatabaseKind.Sqlite, Fault.HalfWritten, 2, 75)]
    [InlineData(DatabaseKind.Sqlite, Fault.NotKept, 2, 75)]
    [InlineData(DatabaseKind.Postgres, Fault.Killed, 3, 125)]
    public async Task What_was_said_to_be_committed_is_in_the_log_once_whatever_happened(DatabaseKind kind, Fault fault, int times, int timesInTheLongRun)
    {
        if (OperatingSystem.IsWindows() || (fault == Fault.NotKept && Installed.Find(["strace"]) is null) || (fault == Fault.NoRoomLeft && Installed.Find(["prlimit"]) is null))
            Run.Lacks("strace or prlimit is not installed (apt-get install strace util-linux), or this is Windows: the faults are made by Linux.");
        await using var here = await AnInstallation.EmptyAsync(kind);
        var installation = here.Services.GetRequiredService<Installation>();
        var said = Path.Combine(installation.DataFolder, "said");
        await File.WriteAllTextAsync(said, "");
        var random = new Random(20261122);
        var signed = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var time = 0; time < (Run.Long ? timesInTheLongRun : times); time++)
        {
            await EndAsync(installation, fault, said, random);
            foreach (var row in await here.SqlAsync("select size, note from ledger_checkpoint"))
                Assert.Equal(row[1], signed.TryAdd($"{row[0]}", (string)row[1]!) ? row[1] : signed[$"{row[0]}"]);
        }

        await using var restarted = await here.AnotherNodeAsync();
        await restarted.SequenceAsync();
        var committed = (await File.ReadAllLinesAsync(said)).Select(Guid.Parse).ToList();
        var events = await restarted.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToDictionaryAsync(entry => entry.Seq));
        var places = await restarted.ReadAsync(db => db.Set<LedgerIndex>().AsNoTracking().OrderBy(place => place.Index).ToListAsync());
        Assert.NotEmpty(committed);
        Assert.Empty(committed.Except(events.Values.Select(entry => entry.Id)));
        Assert.Equal(Enumerable.Range(0, events.Count).Select(at => (long)at), places.Select(place => place.Index));
        Assert.Equal(events.Keys.Order(), places.Select(place => place.Seq).Order());
        Assert.Equal(committed.Count, committed.Distinct().Count());
        await SequencerTests.AssertEveryCheckpointVerifiesAsync(restarted, [.. places.Select(place => events[place.Seq].Leaf)]);
        foreach (var row in await restarted.SqlAsync("select size, note from ledger_checkpoint"))
            Assert.Equal(row[1], signed.GetValueOrDefault($"{row[0]}", (string)row[1]!));
    }

    /// <summary>What runs in the process that is ended; nothing by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Commits_and_signs_until_it_is_ended()
    {
        var folder = Environment.GetEnvironmentVariable(Folder) ?? throw new InvalidOperationException("This is run by the test above.");
        var here = await AnInstallation.NodeOnAsync(Databases.Locate(folder, "test.example/northgate", Environment.GetEnvironmentVariable(Database) is { Length: > 0 } database ? database : null));
        await using var said = new FileStream(Path.Combine(folder, "said"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var tasks = Enumerable.Range(0, Writers).Select(_ => Task.Run(() => CommitAsync(here, said))).Append(Task.Run(() => SignAsync(here)));
        await Task.WhenAll(tasks);
    }

    private static async Task CommitAsync(AnInstallation here, FileStream said)
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

    private static async Task SignAsync(AnInstallation here)
    {
        while (true)
        {
            try
            {
                await here.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default));
            }
            catch (Exception fault) when (fault is not LogDamagedException)
            {
                // As the program does, a little later: it tries again.
            }

            await Task.Delay(1);
        }
    }

    private static async Task EndAsync(Installation installation, Fault fault, string said, Random random)
    {
        var before = new FileInfo(said).Length;
        using var process = Start(installation, fault, random);
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && new FileInfo(said).Length == before && clock.Elapsed < patience)
            await Task.Delay(5);
        if (fault == Fault.NoRoomLeft)
            await LimitAsync(process, Directory.EnumerateFiles(installation.DataFolder).Max(file => new FileInfo(file).Length) + random.Next(1, 100_000));
        while (!process.HasExited && new FileInfo(said).Length < before + (fault == Fault.NoRoomLeft ? 20_000 : 500) && clock.Elapsed < patience && !(fault is Fault.NoRoomLeft or Fault.NotKept && clock.Elapsed > TimeSpan.FromSeconds(6)))
            await Task.Delay(5);
        await Task.Delay(random.Next(0, 60));
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        Assert.DoesNotContain("LogDamagedException", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        if (fault == Fault.HalfWritten && Path.Combine(installation.DataFolder, "countersign.db-wal") is var journal && File.Exists(journal))
        {
            var half = new byte[random.Next(1, 4_000)];
            random.NextBytes(half);
            await using var file = new FileStream(journal, FileMode.Append);
            await file.WriteAsync(half);
        }
    }

    /// <summary>From now on no file of this process grows beyond this.</summary>
    private static async Task LimitAsync(Process process, long bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", process.Id.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"--fsize={bytes}")]);
        await prlimit.WaitForExitAsync();
    }

    private static Process Start(Installation installation, Fault fault, Random random)
    {
        string[] child = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Countersign.Tests.dll"), "--explicit", "only", "--filter-method", $"*.{nameof(Commits_and_signs_until_it_is_ended)}", "--no-progress", "--no-ansi"];
        string[] command = fault switch
        {
            Fault.NotKept => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", $"inject=fsync,fdatasync:error=EIO:when={random.Next(5, 60)}+3", .. child],
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
}
