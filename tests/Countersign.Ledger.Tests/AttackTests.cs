using System.Text;
using System.Text.Json.Nodes;

namespace Countersign.Ledger.Tests;

/// <summary>
/// The ways somebody could tamper with the log, by the numbers of docs/attacks.md, each refused by us and by a program that others wrote,
/// wherever it can be seen in what an outsider is given. What only the running program can see is tested where it runs; the table names
/// each test, and <see cref="AttackTableTests"/> holds it to that.
/// </summary>
public sealed class AttackTests
{
    private const int Target = 412;

    private static readonly byte[][] truth = [.. Enumerable.Range(0, AnExportedLog.Size).Select(AnExportedLog.Entry)];
    private static readonly byte[] lie = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(AnExportedLog.Entry(Target)).Replace("\"id\":412", "\"id\":413", StringComparison.Ordinal));

    [Fact]
    public async Task Nothing_is_refused_where_nothing_was_done()
    {
        using var log = await AnExportedLog.WriteAsync();
        Assert.True(log.Audit().Passed);
        Assert.True(await OtherVerifiers.GoAcceptsAsync(log));
        Assert.True(await OtherVerifiers.SigstoreAcceptsAsync(log, Target, AnExportedLog.Entry(Target)));
    }

    [Fact]
    public async Task Attack_01_an_entry_is_edited()
    {
        using var log = await AnExportedLog.WriteAsync();
        EditEntry(log);
        await AllRefuseAsync(log, Target, lie);
    }

    [Fact]
    public async Task Attack_02_an_entry_and_its_stored_hash_are_edited()
    {
        using var log = await AnExportedLog.WriteAsync();
        EditEntry(log);
        var at = (Target - Tile.FullWidth) * TreeHash.Length;
        log.Edit("tile/0/001", tile => [.. tile[..at], .. TreeHash.OfLeaf(lie).ToBytes(), .. tile[(at + TreeHash.Length)..]]);
        await AllRefuseAsync(log, Target, lie);
    }

    [Fact]
    public async Task Attack_03_an_entry_is_edited_and_every_tile_rebuilt()
    {
        using var log = await AnExportedLog.WriteAsync();
        await RebuildAsync(log, [.. truth.Select((entry, at) => at == Target ? lie : entry)]);
        await AllRefuseAsync(log, Target, lie);
    }

    [Fact]
    public async Task Attack_04_an_entry_is_taken_out()
    {
        using var log = await AnExportedLog.WriteAsync();
        await RebuildAsync(log, [.. truth.Where((_, at) => at != Target), truth[0]]);
        await AllRefuseAsync(log, Target, truth[Target + 1]);
    }

    [Fact]
    public async Task Attack_05_an_entry_is_put_in_and_two_are_exchanged()
    {
        using var log = await AnExportedLog.WriteAsync();
        await RebuildAsync(log, [.. truth.Select((entry, at) => at switch { Target => truth[Target + 1], Target + 1 => truth[Target], _ => entry })]);
        await AllRefuseAsync(log, Target, truth[Target + 1]);
        await RebuildAsync(log, [.. truth[..Target], lie, .. truth[Target..^1]]);
        await AllRefuseAsync(log, Target, lie);
    }

    [Fact]
    public async Task Attack_06_the_text_of_the_checkpoint_is_edited()
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit("checkpoint", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\n600\n", "\n601\n", StringComparison.Ordinal)));
        Assert.False(log.Audit().Passed);
        Assert.False(await OtherVerifiers.GoAcceptsAsync(log));
        log.Edit("checkpoint", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\n601\n", "\n600\n", StringComparison.Ordinal)));
        log.Edit("checkpoint", bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("/acme\n600", "/acne\n600", StringComparison.Ordinal)));
        Assert.False(await OtherVerifiers.SigstoreAcceptsAsync(log, Target, truth[Target]));
        Assert.False(log.Audit().Passed);
    }

    [Fact]
    public async Task Attack_07_the_end_is_cut_off_and_an_older_true_checkpoint_shown()
    {
        using var log = await AnExportedLog.OfAsync(truth);
        var newer = log.CheckpointOver(truth);
        Directory.Delete(log.Folder, recursive: true);
        await LogFolder.WriteAsync(log.Folder, truth[..500].ToAsyncEnumerable(), log.CheckpointOver(truth[..500]), [log.Key], [], TestContext.Current.CancellationToken);
        Assert.Equal("log-shrank", Assert.Single(log.Audit(newer).Findings).Code);
        await RefusedByGoWithAsync(log, newer);
    }

    [Fact]
    public async Task Attack_08_whoever_holds_the_key_signs_another_history()
    {
        using var log = await AnExportedLog.OfAsync(truth);
        byte[][] other = [.. truth.Select((entry, at) => at == Target ? lie : entry)];
        Directory.Delete(log.Folder, recursive: true);
        await LogFolder.WriteAsync(log.Folder, other.ToAsyncEnumerable(), log.CheckpointOver(other), [log.Key], [], TestContext.Current.CancellationToken);
        Assert.Equal("log-rewritten", Assert.Single(log.Audit(log.CheckpointOver(truth[..500])).Findings).Code);
        await RefusedByGoWithAsync(log, log.CheckpointOver(truth[..500]));

        // A witness that cosigned the true history does not cosign this one, and says so with the status of the protocol.
        var (_, tiles) = StoredTiles.Of(other.Select(entry => TreeHash.OfLeaf(entry)));
        var request = new AddCheckpoint(500, ConsistencyProof.Build(500, 600, tiles.Read).Hashes, log.CheckpointOver(other));
        Assert.True(Checkpoint.TryParse(log.CheckpointOver(truth[..500]).Text, out var seen));
        Assert.Equal(422, request.Decide(new WitnessedLog(log.Signer.Name, [log.Key], seen)).Status);
    }

    [Fact]
    public async Task Attack_09_another_key_is_given_out_as_the_key_of_the_log()
    {
        using var log = await AnExportedLog.WriteAsync();
        using var forged = await AnExportedLog.OfAsync([.. truth.Select((entry, at) => at == Target ? lie : entry)]);
        Directory.Delete(log.Folder, recursive: true);
        Directory.Move(forged.Folder, log.Folder);
        Directory.CreateDirectory(forged.Folder);
        await AllRefuseAsync(log, Target, lie);
    }

    [Fact]
    public async Task Attack_10_an_entry_written_late_bears_an_early_date()
    {
        using var log = await AnExportedLog.OfAsync(truth);
        var witness = CosignatureSigner.Create("witness.example/w");
        var noon = new DateTimeOffset(2026, 11, 12, 12, 0, 0, TimeSpan.Zero);
        var witnessed = log.CheckpointOver(truth[..Target]);
        log.Edit("checkpoints/300", _ => []);
        File.Delete(log.PathOf("checkpoints/300"));
        await File.WriteAllBytesAsync(log.PathOf($"checkpoints/{Target}"), witnessed.With(witness.Sign(witnessed, noon)).ToBytes(), TestContext.Current.CancellationToken);
        var report = LogAudit.Run(log.Folder, new LogTrust([log.Key]) { Witnesses = [CosignatureVerifier.Parse(witness.VerifierKey)] });

        // The entry says it was written at 11; the witness says that at noon the log ended before it.
        Assert.True(report.Passed);
        Assert.Equal(new Anchor(AnchorKind.Witness, Target, witness.Name, noon), Assert.Single(report.Anchors));
        Assert.Equal(AnExportedLog.Size - Target, report.Exposed);
    }

    [Fact]
    public async Task Attack_11_an_old_backup_is_put_in_place_and_continued()
    {
        using var log = await AnExportedLog.OfAsync(truth);
        Assert.True(Checkpoint.TryParse(log.CheckpointOver(truth).Text, out var seen));
        byte[][] continued = [.. truth[..500], .. truth[..50]];
        var (_, tiles) = StoredTiles.Of(continued.Select(entry => TreeHash.OfLeaf(entry)));
        var request = new AddCheckpoint(500, ConsistencyProof.Build(500, 550, tiles.Read).Hashes, log.CheckpointOver(continued));
        Assert.Equal((409, 600L), (request.Decide(new WitnessedLog(log.Signer.Name, [log.Key], seen)).Status, request.Decide(new WitnessedLog(log.Signer.Name, [log.Key], seen)).Size));
        Directory.Delete(log.Folder, recursive: true);
        await LogFolder.WriteAsync(log.Folder, continued.ToAsyncEnumerable(), log.CheckpointOver(continued), [log.Key], [], TestContext.Current.CancellationToken);
        Assert.Equal("log-shrank", Assert.Single(log.Audit(log.CheckpointOver(truth)).Findings).Code);
        await RefusedByGoWithAsync(log, log.CheckpointOver(truth));
    }

    [Fact]
    public async Task Attack_14_words_are_exchanged_for_others()
    {
        using var log = await AnExportedLog.WriteAsync();
        var file = log.Files().First(file => file.StartsWith("content/", StringComparison.Ordinal));
        Assert.True(await OtherVerifiers.OpenSslFindsWordsAsync(log, file));
        log.Edit(file, bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("fund", "fond", StringComparison.Ordinal).Replace("fees", "fuss", StringComparison.Ordinal)));
        Assert.Equal("content-changed", Assert.Single(log.Audit().Findings).Code);
        Assert.False(await OtherVerifiers.OpenSslFindsWordsAsync(log, file));

        // Under the name of what they really hash to they are words that no entry stands for.
        var shown = JsonNode.Parse(File.ReadAllBytes(log.PathOf(file)))!;
        var content = new CommittedContent(Convert.FromBase64String(shown["salt"]!.GetValue<string>()), shown["item"]!.GetValue<string>(), shown["content"]!.GetValue<string>());
        File.Move(log.PathOf(file), log.PathOf($"content/{content.Commitment}.json"));
        Assert.False(log.Audit().Passed);
        Assert.False(await OtherVerifiers.OpenSslFindsWordsAsync(log, $"content/{content.Commitment}.json"));
    }

    [Fact]
    public async Task Attack_15_the_examiner_is_given_a_part_as_if_it_were_the_whole()
    {
        using var log = await AnExportedLog.WriteAsync();
        File.Delete(log.PathOf("tile/entries/001"));
        Assert.Contains(log.Audit().Findings, finding => finding.Code == "entries-missing");
        Assert.False(await OtherVerifiers.GoAcceptsAsync(log));
    }

    [Fact]
    public async Task Attack_16_two_readers_are_shown_two_logs()
    {
        using var log = await AnExportedLog.OfAsync(truth);
        var theirs = log.CheckpointOver(truth.Select((entry, at) => at == Target ? lie : entry));
        Assert.Equal("log-rewritten", Assert.Single(log.Audit(theirs).Findings).Code);
        await RefusedByGoWithAsync(log, theirs);
    }

    private static void EditEntry(AnExportedLog log) =>
        log.Edit("tile/entries/001", bytes => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\"id\":412", "\"id\":413", StringComparison.Ordinal)));

    /// <summary>Everything but the signed checkpoints is as if these were the entries.</summary>
    private static async Task RebuildAsync(AnExportedLog log, byte[][] entries)
    {
        using var forged = await AnExportedLog.OfAsync(entries);
        foreach (var file in forged.Files().Where(file => file.StartsWith("tile/", StringComparison.Ordinal)))
            File.Copy(forged.PathOf(file), log.PathOf(file), overwrite: true);
    }

    private static async Task AllRefuseAsync(AnExportedLog log, int number, byte[] entry)
    {
        Assert.False(log.Audit().Passed);
        Assert.False(await OtherVerifiers.GoAcceptsAsync(log));
        Assert.False(await OtherVerifiers.SigstoreAcceptsAsync(log, number, entry));
    }

    /// <summary>A checkpoint that was kept outside lies in the folder where Go's program looks for it.</summary>
    private static async Task RefusedByGoWithAsync(AnExportedLog log, SignedNote kept)
    {
        Assert.True(await OtherVerifiers.GoAcceptsAsync(log));
        Directory.CreateDirectory(log.PathOf("checkpoints"));
        await File.WriteAllBytesAsync(log.PathOf("checkpoints/kept"), kept.ToBytes(), TestContext.Current.CancellationToken);
        Assert.False(await OtherVerifiers.GoAcceptsAsync(log));
    }
}
