using System.Text;
using System.Text.Json.Nodes;
using Countersign.Accounts;
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

/// <summary>The signing key changes, a backup is put back, the clock leaps: each is said in the log, and none of it can be done quietly.</summary>
public sealed class KeysAndRecoveryTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_whose_key_was_rotated_verifies_with_the_first_key_the_second_and_no_third(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var key = here.Services.GetRequiredService<LedgerKey>();
        var first = key.VerifierKey;
        var unrotated = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!;
        var rotated = Taken(await here.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)));
        Refused("not-signed-yet", await here.UseAsync<RotateKey, Decision<KeyRetired>>(rotate => rotate.RetireAsync(Actor.Automation, default)));
        await here.SequenceAsync();
        Assert.Equal([NoteVerifier.Parse(rotated.To).KeyId, NoteVerifier.Parse(first).KeyId], (await LatestAsync(here)).Signatures.Select(line => line.KeyId));
        Taken(await here.UseAsync<RotateKey, Decision<KeyRetired>>(rotate => rotate.RetireAsync(Actor.Automation, default)));
        await here.SequenceAsync();
        Assert.Single((await LatestAsync(here)).Signatures);
        Assert.NotEqual(first, rotated.To);
        Assert.Equal(rotated.To, key.VerifierKey);

        await using var again = await here.AnotherNodeAsync();
        await again.ComposeAsync(Guid.CreateVersion7(), await again.WhoAsync("Hannah"), "After the rotation", []);
        await again.SequenceAsync();
        await CheckAsync(again);
        Assert.Null(again.Services.GetRequiredService<VerifiedLog>().State.Problem);

        using var folder = new TemporaryFolder();
        Taken(await again.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(folder.Path, withWords: false, Actor.Automation, default)));
        var before = Path.Combine(folder.Path, "checkpoints", unrotated.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(unrotated.Note, await File.ReadAllTextAsync(before));
        foreach (var known in new[] { first, rotated.To })
            Assert.Empty(LogAudit.Run(folder.Path, [NoteVerifier.Parse(known)]).Findings.Select(finding => finding.Sentence));
        var stranger = LogAudit.Run(folder.Path, [NoteVerifier.Parse(Ed25519NoteSigner.Create("test.example/northgate").VerifierKey)]);
        Assert.False(stranger.Passed);
        var newest = NoteVerifier.Parse(rotated.To);
        Assert.Contains($"Its signatures name {newest.Name}+{newest.KeyId:x8}:", Assert.Single(stranger.Findings).Sentence, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_rotation_that_breaks_off_after_any_step_is_finished_by_asking_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var key = here.Services.GetRequiredService<LedgerKey>();
        var (next, rotation) = key.Prepare("test.example/northgate");
        await here.ReadAsync(db => db.CommitAsync<KeyRotated>(new KeyRotated { Subject = Guid.CreateVersion7(), By = Guid.Empty, At = here.Clock.GetUtcNow(), From = key.VerifierKey, To = next, Rotation = rotation.ToString() }, _ => { }, default));

        await using var again = await here.AnotherNodeAsync();
        await again.SequenceAsync();
        Assert.Single((await LatestAsync(again)).Signatures);
        Taken(await again.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)));
        Taken(await again.ComposeAsync(Guid.CreateVersion7(), await again.WhoAsync("Hannah"), "Words", []));
        await again.SequenceAsync();

        Assert.Equal(next, again.Services.GetRequiredService<LedgerKey>().VerifierKey);
        Assert.Equal(2, (await LatestAsync(again)).Signatures.Count);
        Assert.Single(await EntriesAsync(again, "key.rotated"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_guard_that_knows_another_history_or_says_nothing_leaves_the_log_read_only_until_two_people_declare_it(DatabaseKind kind)
    {
        foreach (var isDamaged in new[] { false, true })
        {
            await using var here = await NorthgateAsync(kind);
            Assert.True(Checkpoint.TryParse((await LatestAsync(here)).Text, out var checkpoint));
            await File.WriteAllTextAsync(GuardOf(here), isDamaged ? "\0\0\0" : (checkpoint with { Root = TreeHash.OfLeaf([1]) }).ToText());

            await using var node = await here.AnotherNodeAsync();
            Assert.Contains("countersign recover", (await Assert.ThrowsAsync<LogDamagedException>(node.SequenceAsync)).Message, StringComparison.Ordinal);
            Refused("read-only", await node.ComposeAsync(Guid.CreateVersion7(), await node.WhoAsync("Hannah"), "Words", []));
            Assert.Equal(isDamaged, Taken(await RecoverAsync(node, "ada@northgate.example", "daniel@northgate.example")).GuardLost);

            await using var epoch = await here.AnotherNodeAsync();
            await epoch.SequenceAsync();
            Assert.StartsWith("test.example/northgate/epoch-2\n", (await LatestAsync(epoch)).Text, StringComparison.Ordinal);
        }
    }

    /// <summary>A new machine on an old copy of the database, with the keys and without the guard, would sign a fork.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_signed_log_without_its_guard_is_only_read_until_it_is_there_again_or_two_people_declare_it_lost(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var signed = await LatestAsync(here);
        var guard = await File.ReadAllTextAsync(GuardOf(here));
        File.Delete(GuardOf(here));

        await using (var bare = await here.AnotherNodeAsync())
        {
            Assert.Contains("there is no guard file", (await Assert.ThrowsAsync<LogDamagedException>(bare.SequenceAsync)).Message, StringComparison.Ordinal);
            Refused("read-only", await bare.ComposeAsync(Guid.CreateVersion7(), await bare.WhoAsync("Hannah"), "Words", []));
            await CheckAsync(bare);
            Assert.Contains("there is no guard file", bare.Services.GetRequiredService<VerifiedLog>().State.Problem, StringComparison.Ordinal);
            Assert.False(File.Exists(GuardOf(here)));
        }

        await File.WriteAllTextAsync(GuardOf(here), guard);
        await using (var again = await here.AnotherNodeAsync())
            await again.SequenceAsync();
        File.Delete(GuardOf(here));
        await using var lost = await here.AnotherNodeAsync();
        var recovered = Taken(await RecoverAsync(lost, "ada@northgate.example", "daniel@northgate.example"));
        Assert.Equal((true, 0, "test.example/northgate/epoch-2"), (recovered.GuardLost, recovered.Lost, recovered.Epoch));
        Assert.Equal(signed.Text, recovered.Held);

        await using var epoch = await here.AnotherNodeAsync();
        await epoch.SequenceAsync();
        await CheckAsync(epoch);
        Assert.Null(epoch.Services.GetRequiredService<VerifiedLog>().State.Problem);
        Assert.StartsWith("test.example/northgate/epoch-2\n", await File.ReadAllTextAsync(GuardOf(here)), StringComparison.Ordinal);
        Assert.True((bool)Assert.Single(await EntriesAsync(epoch, "log.recovered"))["facts"]!["guardLost"]!);
        Refused("nothing-lost", await RecoverAsync(epoch, "ada@northgate.example", "daniel@northgate.example"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_database_older_than_what_was_signed_is_only_read_until_two_people_declare_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var found = await LatestAsync(here);
        Assert.True(Checkpoint.TryParse(found.Text, out var checkpoint));
        await PretendLaterAsync(here, checkpoint, 7);

        await using var restored = await here.AnotherNodeAsync();
        await Assert.ThrowsAsync<LogDamagedException>(restored.SequenceAsync);
        var hannah = await restored.WhoAsync("Hannah");
        Refused("read-only", await restored.ComposeAsync(Guid.CreateVersion7(), hannah, "Words", []));
        Refused("read-only", await restored.LockAsync(LockScope.Everything, null, await restored.WhoAsync("Ruth")));
        Assert.Equal(0, await restored.ReadAsync(db => db.Drafts.CountAsync()));
        Taken(await restored.UseAsync<Countersign.People.SignIn, Decision<Countersign.People.SignedIn>>(signIn => signIn.RunAsync("ada@northgate.example", Password, default)));

        Refused("same-person", await RecoverAsync(restored, "ada@northgate.example", "ada@northgate.example"));
        Refused("wrong-credentials", await RecoverAsync(restored, "ada@northgate.example", "hannah@northgate.example"));
        Refused("wrong-credentials", await RecoverAsync(restored, "ada@northgate.example", "daniel@northgate.example", "not the password"));
        var recovered = Taken(await RecoverAsync(restored, "ada@northgate.example", "daniel@northgate.example"));
        Assert.Equal((7, "test.example/northgate/epoch-2"), (recovered.Lost, recovered.Epoch));

        await using var epoch = await here.AnotherNodeAsync();
        await epoch.SequenceAsync();
        Taken(await epoch.ComposeAsync(Guid.CreateVersion7(), hannah, "Words", []));
        await epoch.SequenceAsync();
        await CheckAsync(epoch);

        Assert.Null(epoch.Services.GetRequiredService<VerifiedLog>().State.Problem);
        Assert.StartsWith("test.example/northgate/epoch-2\n", (await LatestAsync(epoch)).Text, StringComparison.Ordinal);
        var facts = Assert.Single(await EntriesAsync(epoch, "log.recovered"))["facts"]!;
        Assert.Equal(found.ToString(), (string)facts["found"]!);
        Assert.StartsWith($"test.example/northgate\n{checkpoint.Size + 7}\n", (string)facts["held"]!, StringComparison.Ordinal);
        Assert.Equal((await epoch.WhoAsync("Daniel")).Id.ToString(), (string)facts["confirmedBy"]!);
        Refused("nothing-lost", await RecoverAsync(epoch, "ada@northgate.example", "daniel@northgate.example"));

        using var folder = new TemporaryFolder();
        Taken(await epoch.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(folder.Path, withWords: false, Actor.Automation, default)));
        Assert.Empty(LogAudit.Run(folder.Path, [NoteVerifier.Parse(recovered.To)]).Findings.Select(finding => finding.Sentence));
    }

    /// <summary>The guard lies elsewhere, as it should; database and keys are both those of the first epoch again.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_data_folder_from_before_a_recovery_goes_on_after_the_epoch_that_the_guard_knows(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        Assert.True(Checkpoint.TryParse((await LatestAsync(here)).Text, out var checkpoint));
        await File.WriteAllTextAsync(GuardOf(here), (checkpoint with { Origin = "test.example/southgate" }).ToText());
        Refused("other-log", await RecoverAsync(here, "ada@northgate.example", "daniel@northgate.example"));
        await File.WriteAllTextAsync(GuardOf(here), (checkpoint with { Origin = "test.example/northgate/epoch-2", Size = checkpoint.Size + 4 }).ToText());
        await Assert.ThrowsAsync<LogDamagedException>(here.SequenceAsync);

        var recovered = Taken(await RecoverAsync(here, "ada@northgate.example", "daniel@northgate.example"));
        Assert.Equal((4, "test.example/northgate/epoch-3"), (recovered.Lost, recovered.Epoch));

        await using var epoch = await here.AnotherNodeAsync();
        await epoch.SequenceAsync();
        Assert.StartsWith("test.example/northgate/epoch-3\n", await File.ReadAllTextAsync(GuardOf(here)), StringComparison.Ordinal);
        Refused("nothing-lost", await RecoverAsync(epoch, "ada@northgate.example", "daniel@northgate.example"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_recovery_that_breaks_off_after_its_entry_is_finished_by_declaring_it_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        Assert.True(Checkpoint.TryParse((await LatestAsync(here)).Text, out var checkpoint));
        var guard = await PretendLaterAsync(here, checkpoint, 3);
        var keys = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(guard))!, "keys");
        var (ring, held) = (await File.ReadAllTextAsync(Path.Combine(keys, "ledger.key")), await File.ReadAllTextAsync(guard));
        Taken(await RecoverAsync(here, "ada@northgate.example", "daniel@northgate.example"));
        var next = await File.ReadAllTextAsync(Path.Combine(keys, "ledger.key"));

        // As if it had ended right after the entry: the key not yet taken over, the guard not yet set aside.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new StreamWriter(Path.Combine(keys, "ledger.next"), options))
            await file.WriteLineAsync(next.Trim().Split('\n')[^1]);
        await File.WriteAllTextAsync(Path.Combine(keys, "ledger.key"), ring);
        await File.WriteAllTextAsync(guard, held);
        await using (var half = await here.AnotherNodeAsync())
        {
            await Assert.ThrowsAsync<LogDamagedException>(half.SequenceAsync);
            Taken(await RecoverAsync(half, "ada@northgate.example", "daniel@northgate.example"));
        }

        // As if it had ended between the two files.
        await File.WriteAllTextAsync(guard, held);
        await using (var half = await here.AnotherNodeAsync())
        {
            await Assert.ThrowsAsync<LogDamagedException>(half.SequenceAsync);
            Taken(await RecoverAsync(half, "ada@northgate.example", "daniel@northgate.example"));
        }

        await using var epoch = await here.AnotherNodeAsync();
        await epoch.SequenceAsync();
        Assert.StartsWith("test.example/northgate/epoch-2\n", (await LatestAsync(epoch)).Text, StringComparison.Ordinal);
        Assert.Single(await EntriesAsync(epoch, "log.recovered"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_is_signed_while_the_clock_stands_before_the_last_checkpoint_and_the_leap_is_recorded_once(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        here.Clock.Advance(TimeSpan.FromHours(1));
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "At ten", []));
        await here.SequenceAsync();
        var signed = await LatestAsync(here);

        here.Clock.Advance(TimeSpan.FromMinutes(-30));
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, "At half past nine", []));
        await here.SequenceAsync();
        await here.SequenceAsync();
        Assert.Equal(signed.ToString(), (await LatestAsync(here)).ToString());

        here.Clock.Advance(TimeSpan.FromHours(1));
        await here.SequenceAsync();
        await here.SequenceAsync();
        Assert.NotEqual(signed.ToString(), (await LatestAsync(here)).ToString());
        Assert.Single(await EntriesAsync(here, "clock.regressed"));
    }

    private static Task<Decision<LogRecovered>> RecoverAsync(AnInstallation here, string first, string second, string password = Password) =>
        here.UseAsync<RecoverLog, Decision<LogRecovered>>(recover => recover.RunAsync(new Voucher(first, Password), new Voucher(second, password), default));

    private static async Task<SignedNote> LatestAsync(AnInstallation here) =>
        SignedNote.TryParse((await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Note, out var note) ? note : throw new InvalidOperationException("The latest checkpoint cannot be read.");

    private static async Task<List<JsonObject>> EntriesAsync(AnInstallation here, string act) =>
        (await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(row => row.Act == act).Select(row => row.Leaf).ToListAsync())).ConvertAll(leaf => JsonNode.Parse(Encoding.UTF8.GetString(leaf))!.AsObject());

    private static string GuardOf(AnInstallation here) => Path.Combine(here.Services.GetRequiredService<Installation>().DataFolder, "guard", "ledger");

    /// <summary>The guard has seen more entries than this database holds, as after a restore.</summary>
    private static async Task<string> PretendLaterAsync(AnInstallation here, Checkpoint now, int more)
    {
        var path = GuardOf(here);
        await File.WriteAllTextAsync(path, (now with { Size = now.Size + more }).ToText());
        return path;
    }

    private static Task CheckAsync(AnInstallation here) => here.ReadAsync(async db =>
    {
        await here.Services.GetRequiredService<VerifiedLog>().CheckAsync(db, fromTheStart: true, here.Clock.GetUtcNow(), default);
        return true;
    });

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("countersign-export-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
