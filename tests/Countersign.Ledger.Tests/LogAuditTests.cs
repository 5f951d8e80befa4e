using System.Diagnostics;
using System.Text;

namespace Countersign.Ledger.Tests;

/// <summary>The attacks that a log must not survive unseen, and the damage that must not bring the verifier down.</summary>
public class LogAuditTests
{
    [Fact]
    public async Task A_true_log_verifies_and_its_parts_are_counted()
    {
        using var log = await AnExportedLog.WriteAsync();
        var report = log.Audit();
        Assert.Empty(report.Findings);
        Assert.True(report.Passed);
        Assert.Equal((600, 2, 2, 3L), (report.Checkpoint!.Size, report.KeptCheckpoints, report.ContentsShown, report.ContentsCommitted));
        Assert.Equal(AnExportedLog.Entry(599), report.LastEntry);
    }

    [Fact]
    public async Task A_changed_entry_is_named()
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit("tile/entries/001", Replacing("\"id\":412", "\"id\":413"));
        var finding = Assert.Single(log.Audit().Findings);
        Assert.Equal(("entry-changed", 412L, "Entry 412 was changed after it was signed."), (finding.Code, finding.Entry, finding.Sentence));
    }

    [Fact]
    public async Task An_entry_changed_together_with_its_stored_hash_is_found()
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit("tile/entries/001", Replacing("\"id\":412", "\"id\":413"));
        var forged = TreeHash.OfLeaf(Replacing("\"id\":412", "\"id\":413")(AnExportedLog.Entry(412))).ToBytes();
        log.Edit("tile/0/001", tile => [.. tile[..((412 - 256) * 32)], .. forged, .. tile[((413 - 256) * 32)..]]);
        var report = log.Audit();
        Assert.False(report.Passed);
        Assert.Equal("entries-rewritten", report.Findings[0].Code);
        Assert.Contains("The first 300 are as signed in an earlier checkpoint", report.Findings[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_rebuilt_around_a_changed_entry_is_found()
    {
        using var log = await AnExportedLog.WriteAsync();
        using var forged = await AnExportedLog.OfAsync([.. Enumerable.Range(0, 600).Select(i => AnExportedLog.Entry(i == 412 ? 413 : i))]);
        foreach (var file in log.Files().Where(file => file.StartsWith("tile/", StringComparison.Ordinal)))
            File.Copy(forged.PathOf(file), log.PathOf(file), overwrite: true);
        Assert.Contains("entries-rewritten", log.Audit().Findings.Select(finding => finding.Code));
    }

    [Fact]
    public async Task A_log_rewritten_by_whoever_holds_the_key_is_found_with_a_checkpoint_kept_outside()
    {
        using var log = await AnExportedLog.WriteAsync();
        byte[][] truth = [.. Enumerable.Range(0, 600).Select(AnExportedLog.Entry)];
        byte[][] lie = [.. truth.Select((entry, i) => i == 412 ? AnExportedLog.Entry(0) : entry)];
        Directory.Delete(log.Folder, recursive: true);
        await LogFolder.WriteAsync(log.Folder, lie.ToAsyncEnumerable(), log.CheckpointOver(lie), [log.Key], [], TestContext.Current.CancellationToken);
        Assert.True(log.Audit().Passed);
        Assert.True(log.Audit(log.CheckpointOver(truth.Take(412))).Passed);
        Assert.Equal("log-rewritten", Assert.Single(log.Audit(log.CheckpointOver(truth.Take(413))).Findings).Code);
        Assert.Equal("log-rewritten", Assert.Single(log.Audit(log.CheckpointOver(truth)).Findings).Code);
    }

    [Fact]
    public async Task A_log_cut_off_at_an_older_checkpoint_is_found_with_a_newer_one()
    {
        using var log = await AnExportedLog.WriteAsync(300);
        var newer = log.CheckpointOver(Enumerable.Range(0, 301).Select(AnExportedLog.Entry));
        Assert.True(log.Audit().Passed);
        Assert.Equal("log-shrank", Assert.Single(log.Audit(newer).Findings).Code);
        File.WriteAllBytes(log.PathOf("checkpoints/301"), newer.ToBytes());
        Assert.Equal("log-shrank", Assert.Single(log.Audit().Findings).Code);
    }

    [Fact]
    public async Task A_checkpoint_kept_outside_must_be_of_this_log_and_by_this_key()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        var stranger = Ed25519NoteSigner.Create(log.Signer.Name).Sign(new Checkpoint(log.Signer.Name, 0, TreeHash.Empty));
        Assert.Equal("outside-not-signed", Assert.Single(log.Audit(stranger).Findings).Code);
        Assert.Equal("outside-not-signed", Assert.Single(log.Audit(log.Signer.Sign("no checkpoint\n")).Findings).Code);
        Assert.Equal("outside-not-signed", Assert.Single(log.Audit(log.Signer.Sign(new Checkpoint("log.example/other", 0, TreeHash.Empty))).Findings).Code);
    }

    [Fact]
    public async Task Two_swapped_entries_are_named()
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit("tile/entries/000", Swapping("\"id\":101", "\"id\":102"));
        var finding = Assert.Single(log.Audit().Findings);
        Assert.Equal(("entry-changed", 101L), (finding.Code, finding.Entry));
    }

    [Fact]
    public async Task A_removed_entry_is_found_where_it_was()
    {
        using var log = await AnExportedLog.WriteAsync();
        var gone = AnExportedLog.Entry(20);
        log.Edit("tile/entries/000", bundle => Without(bundle, [0, (byte)gone.Length, .. gone]));
        Assert.Contains(log.Audit().Findings, finding => finding.Code == "entry-changed" && finding.Entry == 20);
        Assert.Contains(log.Audit().Findings, finding => finding.Code == "entries-damaged" && finding.Entry == 255);
    }

    [Fact]
    public async Task Bytes_after_the_last_entry_of_a_file_are_found()
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit("tile/entries/001", bytes => [.. bytes, 0, 0]);
        Assert.Equal("The file tile/entries/001 holds more than entries 256 to 511: 2 bytes too many.", Assert.Single(log.Audit().Findings).Sentence);
    }

    [Fact]
    public async Task A_kept_checkpoint_under_the_name_of_another_size_is_found()
    {
        using var log = await AnExportedLog.WriteAsync();
        File.Move(log.PathOf("checkpoints/300"), log.PathOf("checkpoints/301"));
        Assert.Equal(("kept-misnamed", "checkpoints/301"), log.Audit().Findings.Select(finding => (finding.Code, finding.File)).Single());
    }

    [Theory]
    [InlineData("tile/0/001", "tile-changed")]
    [InlineData("tile/1/000.p/2", "tile-changed")]
    [InlineData("checkpoint", "checkpoint-not-signed")]
    [InlineData("checkpoints/300", "kept-damaged")]
    public async Task A_flipped_bit_in_any_other_file_is_named(string file, string code)
    {
        using var log = await AnExportedLog.WriteAsync();
        log.Edit(file, bytes => [.. bytes[..20], (byte)(bytes[20] ^ 1), .. bytes[21..]]);
        var finding = Assert.Single(log.Audit().Findings);
        Assert.Equal((code, file), (finding.Code, finding.File));
    }

    [Fact]
    public async Task A_signature_taken_from_another_checkpoint_is_worth_nothing()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        using var shorter = await AnExportedLog.WriteAsync(2);
        foreach (var file in shorter.Files().Where(file => file.StartsWith("tile/", StringComparison.Ordinal)))
        {
            File.Copy(shorter.PathOf(file), log.PathOf(file));
            File.Delete(log.PathOf(file.Replace(".p/2", ".p/3", StringComparison.Ordinal)));
        }
        var (untrue, signed) = (log.CheckpointOver([AnExportedLog.Entry(0), AnExportedLog.Entry(1)]).Text, log.CheckpointOver([]));
        File.WriteAllBytes(log.PathOf("checkpoint"), SignedNote.Of(untrue, signed.Signatures).ToBytes());
        Directory.Delete(log.PathOf("checkpoints"), recursive: true);
        var finding = Assert.Single(log.Audit().Findings);
        Assert.Equal("checkpoint-not-signed", finding.Code);
        Assert.StartsWith("The file checkpoint was changed after it was signed. Nothing in this folder can be relied on.", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_in_the_folder_convinces_nobody()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        using var forged = await AnExportedLog.WriteAsync(3);
        Assert.Equal("checkpoint-not-signed", Assert.Single(LogAudit.Run(forged.Folder, [log.Key]).Findings).Code);
        File.WriteAllText(log.PathOf("keys/00000000.vkey"), forged.Key + "\n");
        Assert.Equal("key-unknown", Assert.Single(log.Audit().Findings).Code);
        File.Move(log.PathOf("keys/00000000.vkey"), log.PathOf($"keys/{log.Key.KeyId:x8}.vkey"), overwrite: true);
        Assert.Equal("key-changed", Assert.Single(log.Audit().Findings).Code);
        Directory.Delete(log.PathOf("keys"), recursive: true);
        Assert.Equal("key-missing", Assert.Single(log.Audit().Findings).Code);
    }

    [Fact]
    public async Task Checkpoints_of_a_key_that_was_replaced_verify_with_both_keys()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        var old = Ed25519NoteSigner.Create(log.Signer.Name);
        var oldKey = NoteVerifier.Parse(old.VerifierKey);
        File.WriteAllBytes(log.PathOf("checkpoints/2"), old.Sign(log.CheckpointOver([AnExportedLog.Entry(0), AnExportedLog.Entry(1)]).Text).ToBytes());
        Assert.Equal("kept-damaged", Assert.Single(log.Audit().Findings).Code);
        Assert.True(LogAudit.Run(log.Folder, [oldKey, log.Key]).Passed);
    }

    [Fact]
    public async Task Changed_unknown_or_shapeless_content_is_named()
    {
        using var log = await AnExportedLog.WriteAsync();
        var file = log.Files().First(file => file.StartsWith("content/", StringComparison.Ordinal));
        var before = File.ReadAllBytes(log.PathOf(file));
        log.Edit(file, Replacing("post/", "Post/"));
        Assert.Equal(("content-changed", file), log.Audit().Findings.Select(finding => (finding.Code, finding.File)).Single());
        log.Edit(file, _ => [1, 2, 3]);
        Assert.Equal("content-damaged", Assert.Single(log.Audit().Findings).Code);
        log.Edit(file, _ => before);
        await LogFolder.WriteContentAsync(log.Folder, new CommittedContent(new byte[32], "post/7", "Something else."), TestContext.Current.CancellationToken);
        Assert.Equal("content-unknown", Assert.Single(log.Audit().Findings).Code);
    }

    [Fact]
    public async Task Files_that_do_not_belong_are_named_and_cannot_steer_a_terminal()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        File.WriteAllText(log.PathOf("tile/0/\u001b[2Jxyz\u202e"), "");
        File.WriteAllText(log.PathOf(".hidden"), "");

        // A level that becomes 0 where it is counted in too few bits.
        Directory.CreateDirectory(log.PathOf("tile/536870912/000.p"));
        File.WriteAllText(log.PathOf("tile/536870912/000.p/3"), "");
        Assert.Equal([".hidden", "tile/0/?[2Jxyz?", "tile/536870912/000.p/3"], log.Audit().Findings.Select(finding => finding.File).Order(StringComparer.Ordinal));
        Assert.All(log.Audit().Findings, finding => Assert.Equal("extra-file", finding.Code));
    }

    [Fact]
    public async Task Links_and_pipes_are_named_and_never_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows makes links for administrators only, and pipes are not files there.");
        using var log = await AnExportedLog.WriteAsync(3);
        var bundle = log.PathOf("tile/entries/000.p/3");
        File.Move(bundle, log.PathOf("elsewhere"));
        File.CreateSymbolicLink(bundle, log.PathOf("elsewhere"));
        Directory.CreateSymbolicLink(log.PathOf("loop"), log.Folder);
        Assert.Equal(["entries-missing", "extra-file", "link", "link"], log.Audit().Findings.Select(finding => finding.Code).Order(StringComparer.Ordinal));

        File.Delete(bundle);
        using var made = Process.Start("mkfifo", [bundle]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("entries-missing", log.Audit().Findings.Select(finding => finding.Code));
    }

    [Fact]
    public async Task A_file_whose_name_is_not_text_is_named_as_well_as_can_be()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets a file name be any bytes.");
        using var log = await AnExportedLog.WriteAsync(3);
        using var made = Process.Start("sh", ["-c", """printf x > "$1/keys/$(printf '\377')" """, "sh", log.Folder]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("key-unknown", "keys/\ufffd"), log.Audit().Findings.Select(finding => (finding.Code, finding.File)).Single());
        // .NET cannot delete it: it knows only the name with the replacement character.
        using var removed = Process.Start("rm", ["-r", log.PathOf("keys")]);
        await removed.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("checkpoint")]
    [InlineData("tile")]
    [InlineData("tile/entries")]
    [InlineData("tile/0")]
    [InlineData("keys")]
    public async Task Whatever_is_missing_is_missed(string path)
    {
        using var log = await AnExportedLog.WriteAsync();
        if (path == "checkpoint")
            File.Delete(log.PathOf(path));
        else
            Directory.Delete(log.PathOf(path), recursive: true);
        var report = log.Audit();
        Assert.False(report.Passed);
        Assert.NotEmpty(report.Findings);
        Directory.CreateDirectory(log.Folder);
    }

    [Fact]
    public async Task A_log_that_claims_absurdly_many_entries_is_left_after_a_hundred_findings()
    {
        using var log = await AnExportedLog.WriteAsync(3);
        File.WriteAllBytes(log.PathOf("checkpoint"), log.Signer.Sign(new Checkpoint(log.Signer.Name, long.MaxValue, TreeHash.Empty)).ToBytes());
        var report = log.Audit();
        Assert.False(report.Passed);
        Assert.Equal(100, report.Findings.Count);
    }

    [Fact]
    public async Task Entries_need_not_be_text_or_have_commitments()
    {
        using var log = await AnExportedLog.OfAsync([0xff, 0xfe], "{\"c\":7}"u8.ToArray(), "{\"c\":{\"a\":[1]}"u8.ToArray(), "[]"u8.ToArray(), "{\"c\":{\"a\":\"\\ud800\"}}"u8.ToArray());
        await LogFolder.WriteContentAsync(log.Folder, new CommittedContent(new byte[32], "a", "b"), TestContext.Current.CancellationToken);
        Assert.Equal("content-unknown", Assert.Single(log.Audit().Findings).Code);
    }

    [Fact]
    public async Task Every_entry_can_be_shown_to_be_in_the_log()
    {
        using var log = await AnExportedLog.WriteAsync();
        foreach (var number in new[] { 0, 255, 256, 412, 599 })
        {
            var (proof, finding) = EntryProof.Find(log.Folder, number, [log.Key]);
            Assert.Null(finding);
            Assert.Equal(AnExportedLog.Entry(number), proof!.Entry);
            Assert.True(proof.Verifies);
            Assert.False((proof with { Entry = [1] }).Verifies);
            Assert.StartsWith($"c2sp.org/tlog-proof@v1\nindex {number}\n{proof.Inclusion.Hashes[0]}\n", proof.ToText(), StringComparison.Ordinal);
            Assert.EndsWith($"\n\n{proof.Note}", proof.ToText(), StringComparison.Ordinal);
        }
        Assert.Equal("no-entry", EntryProof.Find(log.Folder, 600, [log.Key]).Finding!.Code);
        log.Edit("tile/entries/001", Replacing("\"id\":412", "\"id\":413"));
        Assert.Equal("entry-unproven", EntryProof.Find(log.Folder, 412, [log.Key]).Finding!.Code);
        File.Delete(log.PathOf("tile/1/000.p/2"));
        Assert.Equal("tile-missing", EntryProof.Find(log.Folder, 1, [log.Key]).Finding!.Code);
    }

    private static Func<byte[], byte[]> Replacing(string old, string with) =>
        bytes => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(old, with, StringComparison.Ordinal));

    private static Func<byte[], byte[]> Swapping(string one, string other) =>
        bytes => Replacing("\u0001", other)(Replacing(other, one)(Replacing(one, "\u0001")(bytes)));

    private static byte[] Without(byte[] bytes, byte[] part)
    {
        var at = bytes.AsSpan().IndexOf(part);
        return [.. bytes[..at], .. bytes[(at + part.Length)..]];
    }
}
