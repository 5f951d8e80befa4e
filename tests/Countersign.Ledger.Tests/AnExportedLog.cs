using System.Text.Json.Nodes;

namespace Countersign.Ledger.Tests;

/// <summary>A log of 600 entries in a folder of its own, with two earlier checkpoints and two pieces of content; gone after the test.</summary>
internal sealed class AnExportedLog : IDisposable
{
    public const int Size = 600;

    private static readonly CommittedContent[] Contents =
        [new(new byte[32], "post/7", "Our new fund is open."), new(new byte[32], "post/8", "Ask us about \"fees\".")];

    private AnExportedLog(string folder, Ed25519NoteSigner signer)
    {
        Folder = folder;
        Signer = signer;
        Key = NoteVerifier.Parse(signer.VerifierKey);
    }

    public string Folder { get; }

    public Ed25519NoteSigner Signer { get; }

    public NoteVerifier Key { get; }

    public static async Task<AnExportedLog> WriteAsync(int size = Size)
    {
        var log = await OfAsync([.. Enumerable.Range(0, size).Select(Entry)]);
        foreach (var content in Contents.Take(size > 8 ? 2 : 0))
            await LogFolder.WriteContentAsync(log.Folder, content, TestContext.Current.CancellationToken);
        return log;
    }

    /// <summary>Keeps a checkpoint at half the size and one at the whole.</summary>
    public static async Task<AnExportedLog> OfAsync(params byte[][] entries)
    {
        var log = new AnExportedLog(Directory.CreateTempSubdirectory("countersign-log-").FullName, Ed25519NoteSigner.Create("log.example/acme"));
        await LogFolder.WriteAsync(
            log.Folder,
            entries.ToAsyncEnumerable(),
            log.CheckpointOver(entries),
            [log.Key],
            entries.Length == 0 ? [] : [log.CheckpointOver(entries.Take(entries.Length / 2)), log.CheckpointOver(entries)],
            TestContext.Current.CancellationToken);
        return log;
    }

    /// <summary>The checkpoint over the first entries, signed with the key of this log.</summary>
    public SignedNote CheckpointOver(IEnumerable<byte[]> entries)
    {
        var tree = new GrowingTree();
        foreach (var entry in entries)
            tree.Append(TreeHash.OfLeaf(entry));
        return Signer.Sign(new Checkpoint(Signer.Name, tree.Size, tree.Root));
    }

    public AuditReport Audit(params SignedNote[] outside) => LogAudit.Run(Folder, [Key], outside);

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Lets a file be other than it was written.</summary>
    public void Edit(string file, Func<byte[], byte[]> edit) => File.WriteAllBytes(PathOf(file), edit(File.ReadAllBytes(PathOf(file))));

    public string[] Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Entries 7 and 8 stand for the contents shown, entry 9 for one that is not.</summary>
    public static byte[] Entry(int number)
    {
        var entry = new JsonObject { ["v"] = 1, ["id"] = number, ["at"] = 1_794_476_520_000 + number, ["act"] = "draft-approved" };
        if (number is 7 or 8)
            entry["c"] = new JsonObject { ["text"] = Contents[number - 7].Commitment.ToHex() };
        if (number == 9)
            entry["c"] = new JsonObject { ["text"] = Commitment.Of(new byte[32], "post/9", "Erased.").ToHex() };
        return CanonicalJson.Encode(entry);
    }
}
