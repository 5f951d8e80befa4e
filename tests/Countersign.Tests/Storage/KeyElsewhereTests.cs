using System.Runtime.Versioning;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>The key that signs the log lies elsewhere: in a file on another volume, or with a program that signs when asked.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeyElsewhereTests : IDisposable
{
    private const string Name = "test.example/northgate";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The fixed bytes before a raw Ed25519 private key in a DER PrivateKeyInfo (RFC 8410, section 7).</summary>
    private static readonly byte[] derPrefix = Convert.FromHexString("302e020100300506032b657004220420");

    private readonly string folder = Directory.CreateTempSubdirectory("countersign-key-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_that_a_command_signs_verifies_and_no_private_key_lies_in_the_data_folder(DatabaseKind kind)
    {
        var key = Give(Ed25519NoteSigner.Create(Name));
        await using var here = await EmptyAsync(kind, services => services.Configure<LedgerKeySettings>(settings => (settings.Command, settings.Verifier) = ([Signs()], key)));
        Assert.Equal(key, here.Services.GetRequiredService<LedgerKey>().VerifierKey);
        await CommitAsync(here);
        await here.SequenceAsync();
        Assert.True(NoteVerifier.Parse(key).Verifies(await LatestAsync(here)));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(DataOf(here), "keys"), "ledger.*"))
            Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_hands_over_to_a_command_then_to_another_key_of_it_and_back_and_the_first_key_still_verifies()
    {
        var command = Signs();
        var (second, third) = (Give(Ed25519NoteSigner.Create(Name)), Give(Ed25519NoteSigner.Create(Name)));
        await using var here = await EmptyAsync(DatabaseKind.Sqlite);
        var first = here.Services.GetRequiredService<LedgerKey>().VerifierKey;
        await CommitAsync(here);
        await here.SequenceAsync();
        foreach (var next in new[] { second, third, null })
        {
            await using var node = await here.AnotherNodeAsync(services => services.Configure<LedgerKeySettings>(settings => (settings.Command, settings.Verifier) = ([command], next)));
            var rotated = Taken(await node.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)));
            Assert.Equal(next ?? rotated.To, node.Services.GetRequiredService<LedgerKey>().VerifierKey);
            await node.SequenceAsync();
            Taken(await node.UseAsync<RotateKey, Decision<KeyRetired>>(rotate => rotate.RetireAsync(Actor.Automation, default)));
            await node.SequenceAsync();
            Assert.True(NoteVerifier.Parse(rotated.To).Verifies(await LatestAsync(node)));
            if (next is not null)
                Assert.Contains("names a key that this log was signed with already", (await Assert.ThrowsAsync<InvalidOperationException>(() => node.UseAsync<RotateKey, Decision<KeyRotated>>(rotate => rotate.RunAsync(Actor.Automation, default)))).Message, StringComparison.Ordinal);
        }

        await using var own = await here.AnotherNodeAsync();
        var output = Path.Combine(folder, "export");
        Taken(await own.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(output, withWords: false, Actor.Automation, default)));
        Assert.Empty(LogAudit.Run(output, [NoteVerifier.Parse(first)]).Findings.Select(finding => finding.Sentence));
        Assert.NotNull(EntryProof.Find(output, 0, [NoteVerifier.Parse(first)]).Proof);
    }

    [Fact]
    public async Task A_command_that_does_not_sign_is_named_with_the_reason_and_nothing_is_signed_until_it_does()
    {
        var key = Give(Ed25519NoteSigner.Create(Name));
        var program = Signs();
        await using var here = await EmptyAsync(DatabaseKind.Sqlite, services => services.Configure<LedgerKeySettings>(settings => (settings.Command, settings.Verifier, settings.TimeOut) = ([program], key, TimeSpan.FromSeconds(8))));
        await CommitAsync(here);
        var works = await File.ReadAllTextAsync(program);
        foreach (var (script, sentence) in new[]
        {
            ("exec sleep 60", "did not answer within 8 seconds and was ended."),
            ("cat > /dev/null; echo the token is locked >&2; exit 3", "ended with code 3 and said: the token is locked."),
            ("exit 0", "did not answer a signature of 64 bytes in Base64."),
            ("cat > /dev/null; yes | head -c 1000000", "did not answer a signature of 64 bytes in Base64."),
            ($"cat > /dev/null; echo {Convert.ToBase64String(new byte[64])}", $"signed with another key than {key}."),
        })
        {
            await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n");
            var trouble = await Assert.ThrowsAsync<InvalidOperationException>(here.SequenceAsync);
            Assert.StartsWith("The command that signs the audit trail (sign) ", trouble.Message, StringComparison.Ordinal);
            Assert.Contains(sentence, trouble.Message, StringComparison.Ordinal);
            Assert.Null(await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)));
        }

        File.SetUnixFileMode(program, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);
        Assert.Contains("may be changed by others than its owner", (await Assert.ThrowsAsync<InvalidOperationException>(here.SequenceAsync)).Message, StringComparison.Ordinal);
        File.Delete(program);
        Assert.Contains("could not be started", (await Assert.ThrowsAsync<InvalidOperationException>(here.SequenceAsync)).Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(program, works);
        File.SetUnixFileMode(program, OwnerOnly | UnixFileMode.UserExecute);
        await here.SequenceAsync();
        Assert.True(NoteVerifier.Parse(key).Verifies(await LatestAsync(here)));
    }

    [Fact]
    public async Task A_key_file_elsewhere_is_read_from_there_by_its_owner_alone_and_never_made_anew()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "volume")).FullName, "northgate.key");
        void There(IServiceCollection services) => services.Configure<LedgerKeySettings>(settings => settings.File = file);
        await using var here = await EmptyAsync(DatabaseKind.Sqlite, There);
        await CommitAsync(here);
        await here.SequenceAsync();
        var key = here.Services.GetRequiredService<LedgerKey>().VerifierKey;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.False(File.Exists(Path.Combine(DataOf(here), "keys", "ledger.key")));

        File.SetUnixFileMode(file, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Refusal(here, file), StringComparison.Ordinal);
        File.SetUnixFileMode(file, OwnerOnly);
        File.Move(file, file + ".away");
        Assert.Contains("Is its volume mounted?", Refusal(here, file), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(DataOf(here), "keys")).FullName, "ledger.key"), "");
        Assert.Contains("Move it there", Refusal(here, file), StringComparison.Ordinal);
        File.Move(file + ".away", file);
        Assert.Equal(key, LedgerKey.OpenOrCreate(DataOf(here), Name, new LedgerKeySettings { File = file }).VerifierKey);
    }

    [Fact]
    public void Settings_that_do_not_fit_each_other_are_refused_at_the_start_in_a_sentence()
    {
        var key = Ed25519NoteSigner.Create(Name).VerifierKey;
        Assert.Contains("Ledger:Key:Command names none", Refused(new LedgerKeySettings { Verifier = key }), StringComparison.Ordinal);
        Assert.Contains("is not a verifier key", Refused(new LedgerKeySettings { Command = ["/bin/true"], Verifier = "nonsense" }), StringComparison.Ordinal);
        Assert.Contains("Ledger:Key:Verifier must be", Refused(new LedgerKeySettings { Command = ["/bin/true"] }), StringComparison.Ordinal);
        Assert.Contains("signs the log \"other.example/log\"", Refused(new LedgerKeySettings { Command = ["/bin/true"], Verifier = Ed25519NoteSigner.Create("other.example/log").VerifierKey }), StringComparison.Ordinal);

        string Refused(LedgerKeySettings settings) =>
            Assert.Throws<InvalidOperationException>(() => LedgerKey.OpenOrCreate(Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString())).FullName, Name, settings)).Message;
    }

    private static string Refusal(AnInstallation here, string file) =>
        Assert.Throws<InvalidOperationException>(() => LedgerKey.OpenOrCreate(DataOf(here), Name, new LedgerKeySettings { File = file })).Message;

    private static string DataOf(AnInstallation here) => here.Services.GetRequiredService<Installation>().DataFolder;

    private static Task CommitAsync(AnInstallation here) => FaultTests.OpenASiteAsync(here);

    private static async Task<SignedNote> LatestAsync(AnInstallation here) =>
        SignedNote.TryParse((await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Note, out var note) ? note : throw new InvalidOperationException("The latest checkpoint cannot be read.");

    /// <summary>Puts the private key where the command finds it: a file named by the key's number.</summary>
    private string Give(Ed25519NoteSigner signer)
    {
        var seed = Convert.FromBase64String(signer.Export().Split('+', 5)[4])[1..];
        File.WriteAllBytes(Path.Combine(folder, $"{signer.VerifierKey.Split('+')[1]}.der"), [.. derPrefix, .. seed]);
        return signer.VerifierKey;
    }

    /// <summary>A program that signs with OpenSSL, by the key whose verifier key is its argument.</summary>
    private string Signs()
    {
        if (OperatingSystem.IsWindows() || Installed.Find(["openssl"]) is not { } openssl)
        {
            Run.Lacks("OpenSSL is not installed (apt-get install openssl), or this is Windows, which runs no shell scripts.");
            return "";
        }

        var program = Path.Combine(folder, "sign");
        File.WriteAllText(program, $"""
            #!/bin/sh
            id=$(echo "$1" | cut -d+ -f2)
            bytes=$(mktemp)
            cat > "$bytes"
            {openssl} pkeyutl -sign -rawin -keyform DER -inkey "{folder}/$id.der" -in "$bytes" | base64 -w0
            rm "$bytes"
            """);
        File.SetUnixFileMode(program, OwnerOnly | UnixFileMode.UserExecute);
        return program;
    }
}
