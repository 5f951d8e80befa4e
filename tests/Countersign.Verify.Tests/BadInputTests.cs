using System.Diagnostics;
using System.Text;
using Countersign.Ledger;

namespace Countersign.Verify.Tests;

/// <summary>Whatever is handed to the verifier, it answers with a sentence and exit code 1, and never with a stack trace.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-verify-").FullName;
    private readonly Ed25519NoteSigner signer = Ed25519NoteSigner.Create("log.example/acme");

    private string Log => Path.Combine(folder, "log");

    public async ValueTask InitializeAsync()
    {
        byte[][] entries = [.. Enumerable.Range(0, 300).Select(n => Encoding.UTF8.GetBytes($"{{\"n\":{n}}}"))];
        var tree = new GrowingTree();
        foreach (var entry in entries)
            tree.Append(TreeHash.OfLeaf(entry));
        await LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), signer.Sign(new Checkpoint(signer.Name, 300, tree.Root)), [NoteVerifier.Parse(signer.VerifierKey)], [], TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_empty_folder() => Says(Directory.CreateDirectory(Of("empty")).FullName, "The file checkpoint is missing: without it, nothing says what was signed.");

    [Fact]
    public void A_file_where_a_folder_should_be() => Says(Of("log/checkpoint"), "There is no such folder.");

    [Fact]
    public void A_file_cut_off()
    {
        Change("tile/entries/000", bytes => bytes[..^1]);
        Says(Log, "The file tile/entries/000 ends before entry 255 does; it should hold entries 0 to 255.");
    }

    [Fact]
    public void A_folder_where_a_file_should_be()
    {
        File.Delete(Of("log/tile/entries/000"));
        Directory.CreateDirectory(Of("log/tile/entries/000"));
        Says(Log, "Entries 0 to 255 cannot be verified: the file tile/entries/000 is missing.");
    }

    [Fact]
    public void A_file_of_four_gigabytes()
    {
        using (var file = File.OpenWrite(Of("log/tile/entries/000")))
            file.SetLength(1L << 32);
        Says(Log, "Entries 0 to 255 cannot be verified: the file tile/entries/000 is 4,294,967,296 bytes long, which it cannot be.");
    }

    [Fact]
    public void A_length_that_reaches_past_the_end()
    {
        Change("tile/entries/000", bytes => [0xff, 0xff, .. bytes[2..]]);
        Says(Log, "The file tile/entries/000 ends before entry 0 does; it should hold entries 0 to 255.");
    }

    [Fact]
    public void A_note_of_many_megabytes()
    {
        File.WriteAllBytes(Of("log/checkpoint"), new byte[5 << 20]);
        Says(Log, "The file checkpoint is 5,242,880 bytes long, which it cannot be: without it, nothing says what was signed.");
    }

    [Fact]
    public void A_note_that_is_not_text()
    {
        File.WriteAllBytes(Of("log/checkpoint"), [0xff, 0xfe, 0x00, .. "\n\n"u8]);
        Says(Log, "The file checkpoint is not a signed note. Nothing in this folder can be relied on.");
    }

    [Fact]
    public void A_checkpoint_of_more_entries_than_can_be()
    {
        File.WriteAllBytes(Of("log/checkpoint"), signer.Sign(new Checkpoint(signer.Name, long.MaxValue, TreeHash.Empty)).ToBytes());
        Says(Log, "There may be more: the check stops after 100.");
    }

    [Fact]
    public void Links_that_lead_round_in_a_circle()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows makes links for administrators only.");
        Directory.CreateSymbolicLink(Of("log/round"), Log);
        File.Delete(Of("log/tile/entries/000"));
        File.CreateSymbolicLink(Of("log/tile/entries/000"), Of("log/tile/entries/000"));
        Says(Log, "round is a link to another place, which was not followed.");
        Says(Log, "the file tile/entries/000 is a link to another place.");
    }

    [Fact]
    public void A_file_that_may_not_be_read()
    {
        // Rights do not bind an administrator, as whom tests may run; a file that another program keeps to itself is closed to all.
        using var mine = new FileStream(Of("log/tile/entries/000"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Says(Log, "Entries 0 to 255 cannot be verified: the file tile/entries/000 cannot be read.");
    }

    [Fact]
    public void The_key_of_another_log() =>
        Says(Log, "The file checkpoint is not signed with the key you gave. Nothing in this folder can be relied on.", Ed25519NoteSigner.Create(signer.Name).VerifierKey);

    [Fact]
    public async Task Anything_at_all_in_another_process_without_a_stack_trace()
    {
        var random = new Random(7);
        foreach (var file in new[] { "checkpoint", "tile/entries/000", "tile/0/000", $"keys/{signer.KeyId:x8}.vkey" })
        {
            var rubbish = new byte[random.Next(1, 100_000)];
            random.NextBytes(rubbish);
            var before = await File.ReadAllBytesAsync(Of("log/" + file), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Of("log/" + file), rubbish, TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "countersign-verify.dll"), "full", Log, "--key", signer.VerifierKey]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, process.ExitCode);
            Assert.Contains("- ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(Of("log/" + file), before, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Whatever_befalls_a_folder_each_question_about_it_is_answered_in_sentences()
    {
        File.Copy(Of("log/checkpoint"), Of("kept"));
        string[] files = [.. Directory.EnumerateFiles(Log, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var random = new Random(11);
        var refused = 0;
        for (var time = 0; time < 400; time++)
        {
            var file = files[random.Next(files.Length)];
            var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var damaged = Damaged(whole, random);
            if (damaged is null)
                File.Delete(file);
            else
                await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);
            foreach (var question in new[] { (string[])["full", Log], ["extend", Of("kept"), Log], ["extend", Log, Log], ["prove", Log, "7"] })
            {
                var (exit, answer, unforeseen) = Ask(question);
                var isInSentences = answer.Contains("\n- ", StringComparison.Ordinal) || IsOfWhatWasKept(unforeseen);
                Assert.True(exit == 1 ? isInSentences : question[0] == "prove" && answer.Contains("{\"n\":7}", StringComparison.Ordinal), $"{string.Join(' ', question)} after {file} was damaged: {answer}{unforeseen}");
                refused += exit;
            }

            await File.WriteAllBytesAsync(file, whole, TestContext.Current.CancellationToken);
        }

        Assert.True(refused > 1_200, "A damaged folder is refused.");
        Assert.Equal(0, Ask("full", Log).Code);
    }

    [Theory]
    [InlineData("", "The file {0} is empty.")]
    [InlineData("rubbish\n", "The file {0} is not a proof by the format C2SP tlog-proof.")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\n", "The file {0} is not a proof by the format C2SP tlog-proof.")]
    public void A_proof_that_is_none(string proof, string sentence)
    {
        File.WriteAllText(Of("proof"), proof);
        File.WriteAllText(Of("entry"), "{\"n\":7}");
        var (code, answer, _) = Ask("check", Of("proof"), Of("entry"));
        Assert.Equal(1, code);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, Of("proof")), answer, StringComparison.Ordinal);
    }

    private static bool IsOfWhatWasKept(string trouble) =>
        trouble.StartsWith("This file cannot be read as a checkpoint:", StringComparison.Ordinal) || trouble.StartsWith("The checkpoint you kept cannot be read:", StringComparison.Ordinal);

    /// <returns>Null where it is gone.</returns>
    private static byte[]? Damaged(byte[] whole, Random random)
    {
        var at = random.Next(whole.Length);
        switch (random.Next(5))
        {
            case 0:
                return null;
            case 1:
                return whole[..at];
            case 2:
                return [.. whole, .. whole[at..]];
            case 3:
                var rubbish = new byte[random.Next(1, 5_000)];
                random.NextBytes(rubbish);
                return rubbish;
            default:
                return [.. whole[..at], (byte)(whole[at] ^ 1 << random.Next(8)), .. whole[(at + 1)..]];
        }
    }

    private (int Code, string Answer, string Trouble) Ask(params string[] question)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        var code = Verification.Run([.. question, "--key", signer.VerifierKey], answer, trouble);
        return (code, answer.ToString(), trouble.ToString());
    }

    private string Of(string file) => Path.Combine(folder, file);

    private void Change(string file, Func<byte[], byte[]> change) => File.WriteAllBytes(Of("log/" + file), change(File.ReadAllBytes(Of("log/" + file))));

    private void Says(string place, string sentence, string? key = null)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, Verification.Run(["full", place, "--key", key ?? signer.VerifierKey], answer, trouble));
        Assert.Equal("", trouble.ToString());
        Assert.Contains(sentence, answer.ToString(), StringComparison.Ordinal);
    }
}
