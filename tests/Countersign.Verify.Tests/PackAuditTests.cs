using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Ledger;

namespace Countersign.Verify.Tests;

/// <summary>The files around the log in an evidence pack are those that were signed, all of them and no other.</summary>
public sealed class PackAuditTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("countersign-pack-").FullName;
    private readonly string aside = Directory.CreateTempSubdirectory("countersign-aside-").FullName;
    private readonly Ed25519NoteSigner signer = Ed25519NoteSigner.Create("log.example/acme");

    public async ValueTask InitializeAsync()
    {
        byte[][] entries = [.. Enumerable.Range(0, 300).Select(n => Encoding.UTF8.GetBytes($"{{\"at\":1794476520000,\"n\":{n}}}"))];
        var tree = new GrowingTree();
        foreach (var entry in entries)
            tree.Append(TreeHash.OfLeaf(entry));
        await LogFolder.WriteAsync(Path.Combine(folder, "log"), entries.ToAsyncEnumerable(), signer.Sign(new Checkpoint(signer.Name, tree.Size, tree.Root)), [NoteVerifier.Parse(signer.VerifierKey)], [], TestContext.Current.CancellationToken);
        await WriteAsync("index.csv", "entry,act\r\n0,site.opened\r\n");
        await WriteAsync("items/draft-1/versions/7-text.txt", "The service desk opens at 07:30.");
        await SignAsync(signer, 300);
    }

    public async ValueTask DisposeAsync()
    {
        await MakeAsync("rm -r \"$1\"");
        Directory.Delete(aside, recursive: true);
    }

    [Fact]
    public void A_pack_as_it_was_written_is_called_so_and_its_log_too()
    {
        var (code, answer) = Run("full", folder);
        Assert.Equal(0, code);
        Assert.StartsWith("Every one of the 300 entries is exactly as signed by log.example/acme.", answer, StringComparison.Ordinal);
        Assert.EndsWith($"{Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length - 2} files of the pack are as they were when it was written, and no other is there.\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, Run("full", Path.Combine(folder, "log")).Code);
        Assert.Contains("The log begins with the 300 entries of the checkpoint you kept", Run("extend", folder, folder).Answer, StringComparison.Ordinal);
        Assert.Contains("entry 7 is one of the 300 entries", Run("prove", folder, "7").Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("changed", "items/draft-1/versions/7-text.txt is not as it was when the pack was written.")]
    [InlineData("removed", "index.csv is missing from the pack.")]
    [InlineData("added", "items/draft-1/more.txt does not belong to the pack: it was put there later.")]
    [InlineData("hidden", ".more does not belong to the pack: it was put there later.")]
    [InlineData("link", "index.csv is a link to somewhere else, which a pack never holds.")]
    [InlineData("linked folder", "items/draft-1/versions is a link to somewhere else, which a pack never holds.")]
    [InlineData("without end", "index.csv is not as it was when the pack was written.")]
    [InlineData("folder without a name", "items/\ufffd does not belong to the pack: it was put there later.")]
    [InlineData("list changed", "manifest.json is not the list of files that was signed.")]
    [InlineData("list removed", "The list of files, manifest.json, is not there.")]
    [InlineData("list linked", "manifest.json is a link to somewhere else, which a pack never holds.")]
    [InlineData("list is a pipe", "The list of files, manifest.json, is empty.")]
    [InlineData("signature removed", "The signature of the list of files, manifest.note, is not there.")]
    [InlineData("signed by another", "manifest.note is not signed by the key that signed the log beside it: the list of files vouches for nothing.")]
    [InlineData("of another log", "manifest.json was signed, but not for the log that lies beside it.")]
    [InlineData("of nothing", "manifest.json was signed, but not for the log that lies beside it.")]
    [InlineData("checkpoint for a list", "manifest.json is not the list of files that was signed.")]
    public async Task What_is_otherwise_in_the_pack_is_said_in_a_sentence(string what, string sentence)
    {
        await ChangeAsync(what);

        var (code, answer) = Run("full", folder);

        Assert.Equal(1, code);
        Assert.StartsWith("The log in this pack is as it was signed, but the pack around it is not as it was written:\n", answer, StringComparison.Ordinal);
        Assert.Contains($"- {sentence}\n", answer, StringComparison.Ordinal);
        Assert.Equal(0, Run("full", Path.Combine(folder, "log")).Code);
    }

    [Fact]
    public void A_changed_log_in_a_pack_is_named_before_the_files_around_it()
    {
        var entries = Directory.GetFiles(Path.Combine(folder, "log", "tile", "entries"), "*", SearchOption.AllDirectories)[0];
        File.WriteAllBytes(entries, [.. File.ReadAllBytes(entries)[..^1], (byte)'x']);

        var (code, answer) = Run("full", folder);

        Assert.Equal(1, code);
        Assert.StartsWith("This log is not as it was signed, or not whole:\n- Entry ", answer, StringComparison.Ordinal);
        Assert.Contains("is not as it was when the pack was written.", answer, StringComparison.Ordinal);
    }

    private Task ChangeAsync(string what)
    {
        switch (what)
        {
            case "changed":
                return WriteAsync("items/draft-1/versions/7-text.txt", "The service desk opens at 08:30.");
            case "removed":
                File.Delete(Of("index.csv"));
                return Task.CompletedTask;
            case "added":
                return WriteAsync("items/draft-1/more.txt", "And one more thing.");
            case "hidden":
                return WriteAsync(".more", "And one more thing.");
            case "link":
                File.Move(Of("index.csv"), Path.Combine(aside, "index.csv"));
                File.CreateSymbolicLink(Of("index.csv"), Path.Combine(aside, "index.csv"));
                return Task.CompletedTask;
            case "linked folder":
                Directory.Move(Of("items/draft-1/versions"), Path.Combine(aside, "versions"));
                Directory.CreateSymbolicLink(Of("items/draft-1/versions"), "/");
                return Task.CompletedTask;
            case "without end":
                using (var file = File.OpenWrite(Of("index.csv")))
                    file.SetLength(1L << 43);
                return Task.CompletedTask;
            case "folder without a name":
                return MakeAsync("mkdir \"$1/items/$(printf '\\377')\" && cp \"$1/index.csv\" \"$1/items/$(printf '\\377')\"");
            case "list changed":
                return WriteAsync("manifest.json", File.ReadAllText(Of("manifest.json")).Replace("index.csv", "index.tsv", StringComparison.Ordinal));
            case "list removed":
                File.Delete(Of("manifest.json"));
                return Task.CompletedTask;
            case "list linked":
                File.Move(Of("manifest.json"), Path.Combine(aside, "manifest.json"));
                File.CreateSymbolicLink(Of("manifest.json"), Path.Combine(aside, "manifest.json"));
                return Task.CompletedTask;
            case "list is a pipe":
                return MakeAsync($"mkfifo \"{aside}/pipe\" && rm \"$1/manifest.json\" && ln -s \"{aside}/pipe\" \"$1/manifest.json\"");
            case "signature removed":
                File.Delete(Of("manifest.note"));
                return Task.CompletedTask;
            case "signed by another":
                return SignAsync(Ed25519NoteSigner.Create("log.example/acme"), 300);
            case "of another log":
                return SignAsync(signer, 299);
            case "of nothing":
                return SignAsync(signer, null);
            default:
                File.Copy(Of("log/checkpoint"), Of("manifest.note"), overwrite: true);
                return Task.CompletedTask;
        }
    }

    /// <summary>What the framework cannot name, a shell can.</summary>
    private async Task MakeAsync(string line)
    {
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", line, "sh", folder]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task SignAsync(Ed25519NoteSigner by, long? size)
    {
        var (files, lengths) = (new JsonObject(), new JsonObject());
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Where(file => !file.StartsWith("manifest", StringComparison.Ordinal)))
        {
            files[file] = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Of(file))));
            lengths[file] = new FileInfo(Of(file)).Length;
        }

        var manifest = Encoding.UTF8.GetBytes(size is null ? "[]" : new JsonObject { ["checkpoint"] = size, ["files"] = files, ["lengths"] = lengths }.ToJsonString());
        await File.WriteAllBytesAsync(Of("manifest.json"), manifest);
        await File.WriteAllBytesAsync(Of("manifest.note"), by.Sign($"log.example/acme\nevidence manifest\n{Convert.ToBase64String(SHA256.HashData(manifest))}\n").ToBytes());
    }

    private string Of(string file) => Path.Combine(folder, file);

    private Task WriteAsync(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(file))!);
        return File.WriteAllTextAsync(Of(file), text);
    }

    private (int Code, string Answer) Run(params string[] asked)
    {
        using var answer = new StringWriter { NewLine = "\n" };
        using var trouble = new StringWriter { NewLine = "\n" };
        var code = Verification.Run([.. asked, "--key", signer.VerifierKey], answer, trouble);
        Assert.Equal("", trouble.ToString());
        return (code, answer.ToString());
    }
}
