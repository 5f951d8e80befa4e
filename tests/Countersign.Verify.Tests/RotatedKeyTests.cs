using System.Text;
using System.Text.Json.Nodes;
using Countersign.Ledger;

namespace Countersign.Verify.Tests;

/// <summary>A log whose key was handed over twice: whoever has the first key comes to the last, in every question; whoever has a later one comes to an earlier only for what the tree bears out.</summary>
public sealed class RotatedKeyTests : IAsyncLifetime
{
    private const string Name = "log.example/acme";

    private readonly string folder = Directory.CreateTempSubdirectory("countersign-verify-").FullName;
    private readonly Ed25519NoteSigner[] signers = [.. Enumerable.Range(0, 3).Select(_ => Ed25519NoteSigner.Create(Name))];

    private string Log => Path.Combine(folder, "log");

    private string Kept => Path.Combine(folder, "kept");

    public async ValueTask InitializeAsync()
    {
        byte[][] entries = [Entry(0), HandsOver(0), Entry(2), HandsOver(1), Entry(4)];
        await File.WriteAllBytesAsync(Kept, Checkpoint(signers[0], entries[..1]).ToBytes(), TestContext.Current.CancellationToken);
        await LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), Checkpoint(signers[2], entries), signers.Select(signer => NoteVerifier.Parse(signer.VerifierKey)), [Checkpoint(signers[0], entries[..2]), Checkpoint(signers[1], entries[..4])], TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("full")]
    [InlineData("extend")]
    [InlineData("prove")]
    public void The_first_key_is_enough_and_a_strangers_is_not(string verb)
    {
        string[] question = verb switch { "extend" => [verb, Kept, Log], "prove" => [verb, Log, "2"], _ => [verb, Log] };
        var (code, answer) = Run([.. question, "--key", signers[0].VerifierKey]);
        Assert.True(code == 0, answer);
        Assert.Contains(verb switch { "extend" => "begins with the 1 entry of the checkpoint you kept", "prove" => "entry 2 is one of the 5 entries", _ => "Every one of the 5 entries" }, answer, StringComparison.Ordinal);

        (code, answer) = Run([.. question, "--key", Ed25519NoteSigner.Create(Name).VerifierKey]);
        Assert.Equal(1, code);
        Assert.Contains("is not signed with the key you gave", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_the_last_key_alone_can_hold_the_folder_against_checkpoints_that_earlier_ones_signed()
    {
        var (code, answer) = Run("full", Log, "--key", signers[2].VerifierKey);
        Assert.True(code == 0, answer);

        await File.WriteAllBytesAsync(Path.Combine(Log, "checkpoints", "2"), Checkpoint(signers[0], [Entry(0), Entry(1)]).ToBytes(), TestContext.Current.CancellationToken);
        (code, answer) = Run("full", Log, "--key", signers[2].VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("checkpoints/2", answer, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(Path.Combine(Log, "checkpoints", "2"), Checkpoint(Ed25519NoteSigner.Create(Name), [Entry(0), HandsOver(0)]).ToBytes(), TestContext.Current.CancellationToken);
        (code, answer) = Run("full", Log, "--key", signers[2].VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("checkpoints/2 is not signed with the key you gave", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_was_kept_since_an_earlier_key_is_held_against_the_log_by_whoever_has_the_last_one()
    {
        var (code, answer) = Run("extend", Kept, Log, "--key", signers[2].VerifierKey);
        Assert.True(code == 0, answer);
        Assert.Contains("begins with the 1 entry of the checkpoint you kept", answer, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(Kept, Checkpoint(signers[0], [Entry(7)]).ToBytes(), TestContext.Current.CancellationToken);
        Assert.Equal(1, Run("extend", Kept, Log, "--key", signers[2].VerifierKey).Code);
        await File.WriteAllBytesAsync(Kept, Checkpoint(Ed25519NoteSigner.Create(Name), [Entry(0)]).ToBytes(), TestContext.Current.CancellationToken);
        (code, answer) = Run("extend", Kept, Log, "--key", signers[2].VerifierKey);
        Assert.Equal(1, code);
        Assert.Contains("The checkpoint you kept is not signed with the key you gave", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_log_calls_compromised_is_named_with_the_one_that_followed_it()
    {
        byte[][] entries = [Entry(0), HandsOver(0), CanonicalJson.Encode(new JsonObject { ["act"] = "key.compromised", ["facts"] = new JsonObject { ["key"] = signers[0].VerifierKey, ["size"] = 2 } }), Entry(3)];
        Directory.Delete(Log, recursive: true);
        await LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), Checkpoint(signers[1], entries), signers.Take(2).Select(signer => NoteVerifier.Parse(signer.VerifierKey)), [], TestContext.Current.CancellationToken);

        foreach (var given in signers.Take(2))
        {
            var (code, answer) = Run("full", Log, "--key", given.VerifierKey);
            Assert.True(code == 0, answer);
            Assert.Contains($"Caution: entry 2 says that somebody else may have the key {signers[0].VerifierKey}. Do not rely on what it signed after the first 2 entries; ask for the newest key, which by this log is {signers[1].VerifierKey}.", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_handing_over_that_the_old_key_did_not_sign_is_not_followed()
    {
        var thief = Ed25519NoteSigner.Create(Name);
        var forged = thief.Sign($"countersign-key-rotation/v1\n{signers[0].VerifierKey}\n{thief.VerifierKey}\n");
        byte[][] entries = [Entry(0), Carrying(forged)];
        Directory.Delete(Log, recursive: true);
        await LogFolder.WriteAsync(Log, entries.ToAsyncEnumerable(), Checkpoint(thief, entries), [NoteVerifier.Parse(thief.VerifierKey)], [], TestContext.Current.CancellationToken);
        foreach (var question in new[] { (string[])["full", Log], ["prove", Log, "0"], ["extend", Kept, Log] })
            Assert.Equal(1, Run([.. question, "--key", signers[0].VerifierKey]).Code);
    }

    private byte[] HandsOver(int from) => Carrying(KeyRotation.Sign(signers[from], signers[from + 1].VerifierKey));

    private static byte[] Carrying(SignedNote rotation) => CanonicalJson.Encode(new JsonObject { ["act"] = "key.rotated", ["facts"] = new JsonObject { ["rotation"] = rotation.ToString() } });

    private static byte[] Entry(int number) => Encoding.UTF8.GetBytes($"{{\"n\":{number}}}");

    private static SignedNote Checkpoint(Ed25519NoteSigner signer, byte[][] entries)
    {
        var tree = new GrowingTree();
        foreach (var entry in entries)
            tree.Append(TreeHash.OfLeaf(entry));
        return signer.Sign(new Checkpoint(signer.Name, tree.Size, tree.Root));
    }

    private static (int Code, string Answer) Run(params string[] arguments)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        var code = Verification.Run(arguments, answer, trouble);
        return (code, answer.ToString() + trouble);
    }
}
