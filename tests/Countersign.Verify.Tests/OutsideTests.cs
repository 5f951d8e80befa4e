using System.Text;
using Countersign.Ledger;

namespace Countersign.Verify.Tests;

/// <summary>What the verifier says about witnesses, policies and proofs that were handed on.</summary>
public sealed class OutsideTests : IAsyncLifetime
{
    private static readonly DateTimeOffset noon = new(2026, 11, 12, 12, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("countersign-verify-").FullName;
    private readonly Ed25519NoteSigner signer = Ed25519NoteSigner.Create("log.example/acme");
    private readonly CosignatureSigner witness = CosignatureSigner.Create("witness.example/w1");
    private readonly CosignatureSigner other = CosignatureSigner.Create("witness.example/w2");
    private readonly byte[][] entries = [.. Enumerable.Range(0, 700).Select(n => Encoding.UTF8.GetBytes($"{{\"at\":1794476520000,\"n\":{n}}}"))];

    private string Log => Path.Combine(folder, "log");

    public async ValueTask InitializeAsync()
    {
        var witnessed = Checkpoint(600);
        await WriteAsync(Checkpoint(700), Checkpoint(300), witnessed.With(witness.Sign(witnessed, noon)));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void The_answer_says_when_the_witness_saw_the_log_and_how_many_entries_rest_on_the_key_alone()
    {
        var (code, answer) = Run("full", Log, "--key", signer.VerifierKey, "--witness", witness.VerifierKey);
        Assert.Equal(0, code);
        Assert.Contains("The witness witness.example/w1 had seen the first 600 entries, as they stand here, on 12 November 2026, 12:00 UTC.\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("For the 100 entries after the first 600 there is only the word of whoever holds the log's key: nobody outside had seen them yet.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_asked_for_that_has_not_cosigned_is_missed()
    {
        var (code, answer) = Run("full", Log, "--key", signer.VerifierKey, "--witness", other.VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("- The witness witness.example/w2 has cosigned no checkpoint in this folder.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_is_met_by_enough_witnesses_and_brings_the_key_of_the_log()
    {
        File.WriteAllText(InFolder("policy"), $"log {signer.VerifierKey}\nwitness auditor {witness.VerifierKey}\nwitness parent {other.VerifierKey}\ngroup enough any auditor parent\nquorum enough\n");
        Assert.Equal(0, Run("full", Log, "--policy", InFolder("policy")).Code);
        File.WriteAllText(InFolder("policy"), File.ReadAllText(InFolder("policy")).Replace(" any ", " all ", StringComparison.Ordinal));
        var (code, answer) = Run("full", Log, "--policy", InFolder("policy"));
        Assert.Equal(1, code);
        Assert.Contains("No checkpoint in this folder is cosigned by as many witnesses as your policy asks for (enough)", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_the_witness_never_wrote_is_named()
    {
        Directory.Delete(Log, recursive: true);
        await WriteAsync(Checkpoint(700).With(witness.Sign(Checkpoint(300), noon)));
        var (code, answer) = Run("full", Log, "--key", signer.VerifierKey, "--witness", witness.VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("- A line under the file checkpoint claims to be of the witness witness.example/w1, and is not", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_an_older_export_is_compared_like_a_checkpoint()
    {
        Directory.CreateDirectory(InFolder("older"));
        File.WriteAllBytes(InFolder("older/checkpoint"), Checkpoint(512).ToBytes());
        var (code, answer) = Run("extend", InFolder("older"), Log, "--key", signer.VerifierKey);
        Assert.Equal(0, code);
        Assert.Contains("The log begins with the 512 entries of the checkpoint you kept", answer, StringComparison.Ordinal);
        Assert.EndsWith("For the 188 entries after the first 512 there is only the word of whoever holds the log's key: nobody outside had seen them yet.\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_that_was_handed_on_is_checked_without_the_log()
    {
        var proof = EntryProof.Find(Log, 412, [NoteVerifier.Parse(signer.VerifierKey)]).Proof!;
        proof = proof with { Note = proof.Note.With(witness.Sign(proof.Note, noon)) };
        File.WriteAllText(InFolder("412.tlog-proof"), proof.ToText());
        File.WriteAllBytes(InFolder("412.json"), proof.Entry);
        var (code, answer) = Run("check", InFolder("412.tlog-proof"), InFolder("412.json"), "--key", signer.VerifierKey, "--witness", witness.VerifierKey);
        Assert.Equal("The proof verifies: these bytes are entry 412, one of the 700 entries that were signed by log.example/acme.\nThe witness witness.example/w1 had seen the first 700 entries, as they stand here, on 12 November 2026, 12:00 UTC.\n", answer);
        Assert.Equal(0, code);

        Assert.Equal(1, Run("check", InFolder("412.tlog-proof"), InFolder("412.json"), "--key", signer.VerifierKey, "--witness", other.VerifierKey).Code);
        Assert.Equal(1, Run("check", InFolder("412.tlog-proof"), InFolder("412.json"), "--key", Ed25519NoteSigner.Create(signer.Name).VerifierKey).Code);
        File.AppendAllText(InFolder("412.json"), " ");
        (code, answer) = Run("check", InFolder("412.tlog-proof"), InFolder("412.json"), "--key", signer.VerifierKey);
        Assert.Equal((1, "This proof shows nothing:\n- The entry is not the one that the proof is about, or one of them was changed.\n"), (code, answer));
        Assert.Equal(1, Run("check", InFolder("412.json"), InFolder("412.json"), "--key", signer.VerifierKey).Code);
        Assert.Equal(1, Run("check", InFolder("missing"), InFolder("412.json"), "--key", signer.VerifierKey).Code);
    }

    private string InFolder(string file) => Path.Combine(folder, file);

    private Task WriteAsync(SignedNote checkpoint, params SignedNote[] kept) =>
        LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), checkpoint, [NoteVerifier.Parse(signer.VerifierKey)], kept, TestContext.Current.CancellationToken);

    private SignedNote Checkpoint(int size)
    {
        var tree = new GrowingTree();
        foreach (var entry in entries.AsSpan(0, size))
            tree.Append(TreeHash.OfLeaf(entry));
        return signer.Sign(new Checkpoint(signer.Name, size, tree.Root));
    }

    private static (int Code, string Answer) Run(params string[] arguments)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        var code = Verification.Run(arguments, answer, trouble);
        Assert.Equal("", trouble.ToString());
        return (code, answer.ToString());
    }
}
