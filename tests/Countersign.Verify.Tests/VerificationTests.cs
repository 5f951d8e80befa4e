using System.Diagnostics;
using System.Text;
using Countersign.Ledger;

namespace Countersign.Verify.Tests;

/// <summary>What somebody without technical knowledge reads when they verify an export, and what a script sees.</summary>
public sealed class VerificationTests : IAsyncLifetime
{
    private const int Size = 1_300;

    private readonly string folder = Directory.CreateTempSubdirectory("countersign-verify-").FullName;
    private readonly Ed25519NoteSigner signer = Ed25519NoteSigner.Create("log.example/acme");

    private string Key => signer.VerifierKey;

    private string Log => Path.Combine(folder, "log");

    public async ValueTask InitializeAsync()
    {
        byte[][] entries = [.. Enumerable.Range(0, Size).Select(Entry)];
        NoteVerifier[] keys = [NoteVerifier.Parse(Key)];
        await LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), Checkpoint(entries), keys, [Checkpoint(entries[..700])], TestContext.Current.CancellationToken);
        await LogFolder.WriteContentAsync(Log, new CommittedContent(new byte[32], "post/1", "Hello."), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(InFolder("kept"), Checkpoint(entries[..912]).ToBytes());
        await File.WriteAllTextAsync(InFolder("key.txt"), Key + "\n");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_true_log_is_called_so_in_another_process()
    {
        var (code, answer, trouble) = await RunAsync("full", Log, "--key", Key);
        Assert.Equal("", trouble);
        Assert.Equal(0, code);
        Assert.StartsWith("Every one of the 1,300 entries is exactly as signed by log.example/acme.\nThe last entry is dated 12 November 2026, 09:42 UTC, by the log's own clock.\n", answer, StringComparison.Ordinal);
        Assert.Contains("It agrees with 1 checkpoint that was kept.\nThe folder shows 1 piece of content, each of them what an entry stands for; the entries stand for 1 in all.", answer, StringComparison.Ordinal);
        Assert.EndsWith("compare with a checkpoint kept elsewhere: countersign-verify extend.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_changed_byte_is_named_by_its_entry_in_another_process()
    {
        Change("tile/entries/003", "\"n\":912", "\"n\":913");
        var (code, answer, trouble) = await RunAsync("full", Log, "--key", InFolder("key.txt"));
        Assert.Equal(1, code);
        Assert.Equal("This log is not as it was signed, or not whole:\n- Entry 912 was changed after it was signed.\n", answer);
        Assert.Equal("", trouble);
    }

    [Fact]
    public void A_log_that_continues_the_checkpoint_that_was_kept_is_called_so()
    {
        var (code, answer, _) = Run("extend", InFolder("kept"), Log, "--key", Key);
        Assert.Equal(0, code);
        Assert.Contains("The log begins with the 912 entries of the checkpoint you kept", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_rewritten_with_its_own_key_does_not_continue_the_checkpoint_that_was_kept()
    {
        byte[][] others = [.. Enumerable.Range(0, 912).Select(n => Entry(n == 5 ? 6 : n))];
        File.WriteAllBytes(InFolder("kept"), Checkpoint(others).ToBytes());
        var (code, answer, _) = Run("extend", InFolder("kept"), Log, "--key", Key);
        Assert.Equal(1, code);
        Assert.Equal("The entries are as signed, but not everything else is as it should be:\n- The first 912 entries are not those of the checkpoint you kept: the log was rewritten after it.\n", answer);
    }

    [Fact]
    public void An_entry_is_shown_with_a_proof_that_verifies()
    {
        var (code, answer, _) = Run("prove", Log, "912", "--key", Key);
        Assert.Equal(0, code);
        Assert.Contains(Encoding.UTF8.GetString(Entry(912)), answer, StringComparison.Ordinal);
        Assert.Contains("c2sp.org/tlog-proof@v1\nindex 912\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("The proof verifies: entry 912 is one of the 1,300 entries that were signed.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_entry_is_not_shown_as_if_it_were_true()
    {
        Change("tile/entries/003", "\"n\":912", "\"n\":913");
        var (code, answer, _) = Run("prove", Log, "912", "--key", Key);
        Assert.Equal(1, code);
        Assert.DoesNotContain("\"n\"", answer, StringComparison.Ordinal);
        Assert.Equal(1, Run("prove", Log, "1300", "--key", Key).Code);
    }

    [Fact]
    public void Words_that_were_changed_are_named_by_their_file()
    {
        var file = Directory.GetFiles(Path.Combine(Log, "content")).Single();
        File.WriteAllText(file, File.ReadAllText(file).Replace("Hello", "Hallo", StringComparison.Ordinal));
        var (code, answer, _) = Run("full", Log, "--key", Key);
        Assert.Equal(1, code);
        Assert.Equal($"The entries are as signed, but not everything else is as it should be:\n- The words in content/{Path.GetFileName(file)} were changed: they are not those that an entry stands for.\n", answer);
    }

    [Fact]
    public void The_key_of_somebody_else_verifies_nothing()
    {
        var (code, answer, _) = Run("full", Log, "--key", Ed25519NoteSigner.Create("log.example/acme").VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("The file checkpoint is not signed with the key you gave.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_out_of_the_folder_is_accepted_with_a_word_of_caution()
    {
        var (code, answer, _) = Run("full", Log, "--key", Directory.GetFiles(Path.Combine(Log, "keys")).Single());
        Assert.Equal(0, code);
        Assert.StartsWith("Caution:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Caution", Run("full", Log, "--key", InFolder("key.txt")).Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("full")]
    [InlineData("full LOG")]
    [InlineData("full LOG --key")]
    [InlineData("full LOG --key nonsense")]
    [InlineData("full LOG --key LOG")]
    [InlineData("destroy LOG --key KEY")]
    [InlineData("extend missing LOG --key KEY")]
    [InlineData("prove LOG twelve --key KEY")]
    [InlineData("prove LOG -1 --key KEY")]
    [InlineData("full NOTHING --key FILE")]
    [InlineData("full LOG --key NOTHING")]
    [InlineData("full LOG --key KEY --witness KEY")]
    [InlineData("full LOG --key KEY --policy LOG")]
    [InlineData("full LOG --key KEY --policy FILE")]
    [InlineData("full LOG --key KEY --policy missing")]
    [InlineData("full LOG --key KEY --tsa FILE")]
    [InlineData("full LOG --key KEY --tsa missing")]
    [InlineData("full LOG --key KEY --unknown FILE")]
    [InlineData("extend FILE LOG --key KEY")]
    [InlineData("extend tile LOG --key KEY")]
    [InlineData("check missing --key KEY")]
    public void A_question_that_makes_no_sense_is_answered_with_help(string line)
    {
        var (code, answer, trouble) = Run([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word switch { "LOG" => Log, "KEY" => Key, "FILE" => InFolder("key.txt"), "NOTHING" => "", _ => word })]);
        Assert.Equal((1, ""), (code, answer));
        Assert.NotEqual("", trouble);
    }

    [Fact]
    public void A_folder_that_is_not_there_verifies_nothing() =>
        Assert.Equal((1, "This log is not as it was signed, or not whole:\n- There is no such folder.\n", ""), Run("full", InFolder("nowhere"), "--key", Key));

    [Fact]
    public void Entries_that_are_not_text_are_shown_in_Base64()
    {
        Assert.Equal("(in Base64) /w==", Sentences.Show([0xff]));
        Assert.Equal("(in Base64) G1syag==", Sentences.Show("\u001b[2j"u8.ToArray()));
        Assert.Equal("(in Base64) 4oCu", Sentences.Show("\u202e"u8.ToArray()));
        Assert.Equal("{\"a\":\"é\"}", Sentences.Show("{\"a\":\"é\"}"u8.ToArray()));
    }

    private static byte[] Entry(int n)
    {
        var commitment = n == 1 ? $"{{\"text\":\"{Commitment.Of(new byte[32], "post/1", "Hello.")}\"}}" : "{}";
        return Encoding.UTF8.GetBytes($"{{\"at\":1794476520000,\"c\":{commitment},\"n\":{n}}}");
    }

    private SignedNote Checkpoint(IReadOnlyCollection<byte[]> entries)
    {
        var tree = new GrowingTree();
        foreach (var entry in entries)
            tree.Append(TreeHash.OfLeaf(entry));
        return signer.Sign(new Checkpoint(signer.Name, tree.Size, tree.Root));
    }

    private string InFolder(string file) => Path.Combine(folder, file);

    private void Change(string file, string from, string to)
    {
        var path = Path.Combine(Log, file);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(path)).Replace(from, to, StringComparison.Ordinal)));
    }

    private static (int Code, string Answer, string Trouble) Run(params string[] arguments)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        return (Verification.Run(arguments, answer, trouble), answer.ToString(), trouble.ToString());
    }

    private static async Task<(int Code, string Answer, string Trouble)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "countersign-verify.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var answer = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var trouble = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (await answer).ReplaceLineEndings("\n"), (await trouble).ReplaceLineEndings("\n"));
    }
}
