using System.Text;
using Countersign.Tests.Shared;

namespace Countersign.Ledger.Tests;

/// <summary>Verifiers that are not ours must agree with ours, on true logs and on forged ones.</summary>
public class IndependentTests
{
    /// <summary>The fixed bytes before a raw Ed25519 public key in a DER SubjectPublicKeyInfo (RFC 8410, section 4).</summary>
    private static readonly byte[] DerPrefix = Convert.FromHexString("302a300506032b6570032100");

    [Fact]
    public async Task Go_verifies_what_we_export_and_refuses_what_was_forged()
    {
        var go = await OtherVerifiers.GoProgramAsync();
        using var log = await AnExportedLog.WriteAsync();
        var root = Checkpoint.TryParse(log.CheckpointOver(Enumerable.Range(0, AnExportedLog.Size).Select(AnExportedLog.Entry)).Text, out var checkpoint)
            ? checkpoint.Root.ToBase64()
            : "";
        foreach (var number in new[] { 0, 300, 599 })
        {
            var proof = EntryProof.Find(log.Folder, number, [log.Key]).Proof!;
            using var beside = new Beside(proof);
            Assert.Equal($"verified 600 {root}\n", await RunAsync(go, log.Folder, log.Signer.VerifierKey, beside.Proof, beside.Entry));
            File.WriteAllBytes(beside.Entry, AnExportedLog.Entry(number + 1));
            await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(go, log.Folder, log.Signer.VerifierKey, beside.Proof, beside.Entry));
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(go, log.Folder, Ed25519NoteSigner.Create(log.Signer.Name).VerifierKey));
        log.Edit("tile/entries/001", bytes => [.. bytes[..9], (byte)(bytes[9] ^ 1), .. bytes[10..]]);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(go, log.Folder, log.Signer.VerifierKey));
        Assert.Contains("the first 600 entries give root", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenSSL_verifies_the_signature_under_a_checkpoint()
    {
        if (Installed.Find(["openssl"]) is not { } openssl)
        {
            Run.Lacks("OpenSSL is not installed: apt-get install openssl.");
            return;
        }
        using var log = await AnExportedLog.WriteAsync(3);
        var note = log.CheckpointOver([]);
        using var folder = new Folder();
        byte[] publicKey = Convert.FromBase64String(log.Signer.VerifierKey.Split('+', 3)[2])[1..];
        await File.WriteAllBytesAsync(folder.Of("key"), [.. DerPrefix, .. publicKey], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.Of("signature"), note.Signatures[0].Signature, TestContext.Current.CancellationToken);
        string[] arguments = ["pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", folder.Of("key"), "-sigfile", folder.Of("signature"), "-in", folder.Of("text")];

        await File.WriteAllTextAsync(folder.Of("text"), note.Text, TestContext.Current.CancellationToken);
        Assert.Contains("Signature Verified Successfully", await RunAsync(openssl, arguments), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.Of("text"), note.Text + "\n", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(openssl, arguments));
    }

    private static Task<string> RunAsync(string program, params string[] arguments) =>
        Installed.RunAsync(program, arguments, TestContext.Current.CancellationToken);

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("countersign-independent-").FullName;

        public string Of(string file) => Path.Combine(path, file);

        public void Dispose() => Directory.Delete(path, recursive: true);
    }

    /// <summary>A proof and its entry as files.</summary>
    private sealed class Beside : IDisposable
    {
        private readonly Folder folder = new();

        public Beside(EntryProof proof)
        {
            File.WriteAllText(Proof, proof.ToText(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.WriteAllBytes(Entry, proof.Entry);
        }

        public string Proof => folder.Of("proof");

        public string Entry => folder.Of("entry");

        public void Dispose() => folder.Dispose();
    }
}
