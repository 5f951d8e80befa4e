using System.Diagnostics;
using System.Globalization;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

/// <summary>
/// A process that erases, rotates or recovers is ended by kill -9 at each of its steps: as it asks the disk to keep the database's journal,
/// for the first time, the second, and so on, and as each of its files is put in place or taken away. Nothing is half done afterwards, and
/// asking again finishes what was begun.
/// </summary>
/// <remarks>On SQLite, where the process itself writes. On PostgreSQL a transaction is the server's; files are the same.</remarks>
public sealed class KilledActsTests
{
    private const string Folder = "COUNTERSIGN_KILLED_FOLDER";
    private const string Act = "COUNTERSIGN_KILLED_ACT";
    private const string Origin = "test.example/northgate";
    private const string Ada = "ada@northgate.example";
    private const string Daniel = "daniel@northgate.example";

    /// <summary>What a process asks of the disk where it means a step to last: written down, put in another's place, taken away.</summary>
    private const string Calls = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat";

    /// <summary>The files that an act changes, within the data folder. strace counts for each of them.</summary>
    private static readonly string[] files = ["countersign.db-wal", "keys/ledger.next", "keys/ledger.key", "guard/ledger"];

    [Fact]
    public async Task An_erasure_that_is_killed_at_any_step_has_destroyed_everything_or_nothing()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var hannah = await here.WhoAsync("Hannah");
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, hannah, "Words to forget", []));
        Taken(await here.UseAsync<WithdrawDraft, Decision<DraftWithdrawn>>(withdraw => withdraw.RunAsync(id, hannah, default)));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(async erase => await erase.AskAsync($"draft/{id}", ErasureBasis.Objection, "She asked.", await here.WhoAsync("Daniel"), default)));
        await here.SequenceAsync();
        var (nothing, everything) = (0, 0);
        await AtEachStepAsync(here, $"erase {asked.Subject}", async node =>
        {
            var draft = await node.DraftAsync(id);
            var erasure = await node.ReadAsync(db => db.Erasures.AsNoTracking().SingleAsync());
            var sealedWords = await node.ReadAsync(db => db.Set<VaultItem>().AsNoTracking().Where(item => item.Object == draft.Object).ToListAsync());
            var gone = erasure.State == ErasureState.Confirmed;
            Assert.Equal(gone ? Erased.Marker : "Words to forget", draft.Text);
            Assert.All(sealedWords, item => Assert.Equal((gone, gone, gone, gone), (item.Salt is null, item.Wrapped is null, item.Cipher is null, item.Erasure is not null)));
            Assert.Equal(gone ? 1 : 0, await node.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "erasure.confirmed")));
            if (!gone)
                Taken(await node.UseAsync<EraseContent, Decision<ErasureConfirmed>>(async erase => await erase.ConfirmAsync(asked.Subject, await node.WhoAsync("Ada"), default)));
            _ = gone ? everything++ : nothing++;
        });
        Assert.True(nothing > 0 && everything > 0, $"{nothing} times before it and {everything} times after it: the steps did not lie around the erasure.");
    }

    [Fact]
    public async Task A_rotation_that_is_killed_at_any_step_is_finished_by_asking_again_and_is_one_entry()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var first = NoteVerifier.Parse(here.Services.GetRequiredService<LedgerKey>().VerifierKey);
        await AtEachStepAsync(here, "rotate", async node =>
        {
            var key = node.Services.GetRequiredService<LedgerKey>();
            if (!key.Overlaps)
                Taken(await node.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)));
            Assert.Equal(1, await node.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "key.rotated")));
            await node.SequenceAsync();
            Assert.Equal(2, key.Verifiers.Count(verifier => SignedNote.TryParse(LatestOf(node).Note, out var note) && verifier.Verifies(note)));
            var export = Path.Combine(node.Services.GetRequiredService<Installation>().DataFolder, "export");
            Taken(await node.UseAsync<ExportEvidence, Decision<EvidenceExported>>(evidence => evidence.RunAsync(export, withWords: false, Actor.Automation, default)));
            Assert.Empty(LogAudit.Run(export, [first]).Findings.Select(finding => finding.Sentence));
        });
    }

    [Fact]
    public async Task A_recovery_that_is_killed_at_any_step_is_finished_by_declaring_it_again_and_begins_one_epoch()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Sqlite);
        var guard = Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "guard", "ledger");
        Assert.True(Checkpoint.TryParse(await File.ReadAllTextAsync(guard), out var held));
        await File.WriteAllTextAsync(guard, (held with { Size = held.Size + 5 }).ToText());
        await AtEachStepAsync(here, "recover", async node =>
        {
            await using var finished = node.Services.GetRequiredService<LogGuard>().Peek() is { } still && still.Size == held.Size + 5 ? await RecoveredAsync(node) : await NodeAsync(node.Services.GetRequiredService<Installation>().DataFolder);
            Assert.Equal($"{Origin}/epoch-2", finished.Services.GetRequiredService<Installation>().Origin);
            await finished.SequenceAsync();
            Assert.Equal(1, await finished.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => entry.Act == "log.recovered")));
            Assert.StartsWith($"{Origin}/epoch-2\n", LatestOf(finished).Note, StringComparison.Ordinal);
        });
    }

    /// <summary>What runs in the process that is ended; nothing by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Does_one_act_to_its_end()
    {
        var folder = Environment.GetEnvironmentVariable(Folder) ?? throw new InvalidOperationException("This is run by the tests above.");
        await using var here = await NodeAsync(folder);
        switch (Environment.GetEnvironmentVariable(Act)!.Split(' '))
        {
            case ["erase", var id]:
                Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(async erase => await erase.ConfirmAsync(Guid.Parse(id), await here.WhoAsync("Ada"), default)));
                break;
            case ["rotate"]:
                Taken(await here.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)));
                break;
            default:
                Taken(await RecoverAsync(here));
                break;
        }
    }

    /// <summary>Ends the act at each of its steps, each time on a copy of what was there before, and looks at what is left. Every day at its first, at its last and at one between; at all of them in the long run.</summary>
    private static async Task AtEachStepAsync(AnInstallation here, string act, Func<AnInstallation, Task> lookAsync)
    {
        if (!OperatingSystem.IsLinux() || Installed.Find(["strace"]) is not { } strace)
        {
            Run.Lacks("strace is not installed (apt-get install strace), or this is not Linux: the process is ended by it.");
            return;
        }

        await here.SqlAsync("pragma wal_checkpoint(truncate)");
        var original = here.Services.GetRequiredService<Installation>().DataFolder;
        var killed = 0;
        var steps = await StepsAsync(strace, original, act);
        Assert.True(steps.Count > 2, $"Only {steps.Count} steps were seen.");
        foreach (var (file, count) in Run.Long ? steps : [steps[0], steps[steps.Count / 2], steps[^1]])
        {
            var ended = false;
            await OnACopyAsync(original, async copy =>
            {
                ended = await RunAsync(strace, copy, act, ["-P", Path.Combine(copy, file), "-e", string.Create(CultureInfo.InvariantCulture, $"inject={Calls}:signal=KILL:when={count}")]);
                await using var node = await NodeAsync(copy);
                await lookAsync(node);
                if (act != "recover")
                    Assert.True((await node.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
            });
            killed += ended ? 0 : 1;
        }

        Assert.True(killed > 0, "The act was never ended in its middle.");
    }

    /// <summary>Does the act once to its end and writes down what it asks of the disk.</summary>
    /// <returns>In that order, the file of each step and how many there were of that file by then.</returns>
    private static async Task<List<(string File, int Count)>> StepsAsync(string strace, string original, string act)
    {
        var steps = new List<(string File, int Count)>();
        await OnACopyAsync(original, async copy =>
        {
            var trace = Path.Combine(copy, "trace");
            Assert.True(await RunAsync(strace, copy, act, ["-y", "-o", trace, .. files.SelectMany(file => (string[])["-P", Path.Combine(copy, file)])]), "The act did not come to its end.");
            foreach (var line in await File.ReadAllLinesAsync(trace))
            {
                // A rename that touches two of them is a step of both.
                foreach (var file in files.Where(file => line.Contains(Path.Combine(copy, file) + '"', StringComparison.Ordinal) || line.Contains(Path.Combine(copy, file) + '>', StringComparison.Ordinal)))
                    steps.Add((file, steps.Count(step => step.File == file) + 1));
            }
        });
        return steps;
    }

    private static async Task OnACopyAsync(string original, Func<string, Task> workAsync)
    {
        var copy = Directory.CreateTempSubdirectory("countersign-killed-").FullName;
        try
        {
            foreach (var from in Directory.GetFiles(original, "*", SearchOption.AllDirectories))
            {
                var to = Path.Combine(copy, Path.GetRelativePath(original, from));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(from, to);
            }

            await workAsync(copy);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(copy, recursive: true);
        }
    }

    /// <returns>True where the act came to its end; false where it was killed.</returns>
    private static async Task<bool> RunAsync(string strace, string folder, string act, string[] traced)
    {
        string[] child = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Countersign.Tests.dll"), "--explicit", "only", "--filter-method", $"*.{nameof(Does_one_act_to_its_end)}", "--no-progress", "--no-ansi"];
        var start = new ProcessStartInfo(strace, ["-f", "-qq", .. traced.Contains("-o") ? (string[])[] : ["-o", "/dev/null"], "-e", $"trace={Calls}", .. traced, .. child])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Folder] = folder, [Act] = act, ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("strace did not start.");
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.DoesNotContain("failed: 1", said, StringComparison.Ordinal);
        return process.ExitCode == 0;
    }

    private static Task<AnInstallation> NodeAsync(string folder) =>
        NodeOnAsync(Databases.Locate(folder, LedgerKey.NameIn(folder, new LedgerKeySettings()) ?? Origin, null));

    private static async Task<AnInstallation> RecoveredAsync(AnInstallation node)
    {
        Taken(await RecoverAsync(node));
        return await NodeAsync(node.Services.GetRequiredService<Installation>().DataFolder);
    }

    private static Task<Decision<LogRecovered>> RecoverAsync(AnInstallation here) =>
        here.UseAsync<RecoverLog, Decision<LogRecovered>>(recover => recover.RunAsync(new Voucher(Ada, Password), new Voucher(Daniel, Password), default));

    private static LedgerCheckpoint LatestOf(AnInstallation here) => here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)).GetAwaiter().GetResult()!;
}
