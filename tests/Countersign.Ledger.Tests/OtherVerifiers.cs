using System.Text;
using System.Text.Json.Nodes;
using Countersign.Tests.Shared;

namespace Countersign.Ledger.Tests;

/// <summary>Programs that others wrote, asked about a log that may have been tampered with.</summary>
internal static class OtherVerifiers
{
    /// <summary>Where Debian's golang-golang-x-mod-dev puts its source.</summary>
    private const string GoPath = "/usr/share/gocode";

    private static readonly SemaphoreSlim building = new(1, 1);
    private static string? built;

    /// <summary>Go's checksum-database packages, over the whole folder. Never their reader of tiles, which believes edited tiles.</summary>
    public static async Task<bool> GoAcceptsAsync(AnExportedLog log) => await AcceptsAsync(await GoProgramAsync(), log.Folder, log.Signer.VerifierKey);

    /// <summary>npm's @sigstore/verify, over one entry as the folder shows it, with the proof that the folder's tiles give.</summary>
    public static async Task<bool> SigstoreAcceptsAsync(AnExportedLog log, int number, byte[] entry)
    {
        var modules = Path.Combine(Run.Work, "sigstore");
        if (Installed.Find(["node"]) is not { } node || !Directory.Exists(Path.Combine(modules, "node_modules", "@sigstore", "verify")))
        {
            Run.Lacks("@sigstore/verify is not installed (Node.js, and npm ci of tests/Countersign.Ledger.Tests/independent/sigstore into the sigstore folder of the work folder).");
            return false;
        }

        if (!SignedNote.TryParse(await File.ReadAllBytesAsync(log.PathOf("checkpoint"), TestContext.Current.CancellationToken), out var note) || !Checkpoint.TryParse(note.Text, out var checkpoint))
            return false;
        var files = new LogFiles(log.Folder);
        var inclusion = InclusionProof.Build(number, checkpoint.Size, (level, index) => files.TryReadHashes(level, index, TilePath.Width(checkpoint.Size, level, index), out var hashes) ? hashes : null);
        var beside = Directory.CreateTempSubdirectory("countersign-sigstore-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(beside, "proof"), new EntryProof(entry, inclusion, note).ToText(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(beside, "entry"), entry, TestContext.Current.CancellationToken);
            var program = Path.Combine(Run.Root, "tests", "Countersign.Ledger.Tests", "independent", "sigstore", "check.cjs");
            return await AcceptsAsync(node, program, modules, log.Signer.VerifierKey, Path.Combine(beside, "proof"), Path.Combine(beside, "entry"));
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }

    /// <summary>OpenSSL's SHA-256 over the words that a file shows, with their salt: whether an entry of the log holds that digest.</summary>
    public static async Task<bool> OpenSslFindsWordsAsync(AnExportedLog log, string file)
    {
        if (Installed.Find(["openssl"]) is not { } openssl)
        {
            Run.Lacks("OpenSSL is not installed: apt-get install openssl.");
            return false;
        }

        var shown = JsonNode.Parse(await File.ReadAllBytesAsync(log.PathOf(file), TestContext.Current.CancellationToken))!;
        var bytes = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(
                bytes,
                [.. "cs1"u8, .. Convert.FromBase64String(shown["salt"]!.GetValue<string>()), .. Encoding.UTF8.GetBytes(shown["item"]!.GetValue<string>()), 0, .. Encoding.UTF8.GetBytes(shown["content"]!.GetValue<string>())],
                TestContext.Current.CancellationToken);
            var digest = (await Installed.RunAsync(openssl, ["dgst", "-sha256", "-r", bytes], TestContext.Current.CancellationToken)).Split(' ')[0];
            return log.Files().Where(path => path.StartsWith("tile/entries/", StringComparison.Ordinal)).Any(path => File.ReadAllBytes(log.PathOf(path)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(digest)) >= 0);
        }
        finally
        {
            File.Delete(bytes);
        }
    }

    /// <summary>Builds the Go program once per run; the compiler keeps what it made in the work folder.</summary>
    public static async Task<string> GoProgramAsync()
    {
        await building.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return built ??= await BuildAsync();
        }
        finally
        {
            building.Release();
        }
    }

    private static async Task<string> BuildAsync()
    {
        if (Installed.Find(["go"]) is not { } go || !Directory.Exists(Path.Combine(GoPath, "src/golang.org/x/mod/sumdb")))
        {
            Run.Lacks("Go and its checksum-database packages are not installed: apt-get install --no-install-recommends golang-go golang-golang-x-mod-dev.");
            return "";
        }

        var program = Path.Combine(Run.Work, "go", "verify-log");
        await Installed.RunAsync(
            "env",
            ["GO111MODULE=off", "CGO_ENABLED=0", $"GOPATH={GoPath}", $"GOCACHE={Path.Combine(Run.Work, "go", "cache")}", go, "build", "-o", program, Path.Combine(Run.Root, "tests/Countersign.Ledger.Tests/independent/main.go")],
            TestContext.Current.CancellationToken);
        return program;
    }

    private static async Task<bool> AcceptsAsync(string program, params string[] arguments)
    {
        try
        {
            return (await Installed.RunAsync(program, arguments, TestContext.Current.CancellationToken)).StartsWith("verified", StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
