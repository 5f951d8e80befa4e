using Countersign.Ledger;

namespace Countersign.Bench.Ledgers;

/// <summary>What a usual export is like: a million entries of 334 bytes, a checkpoint every thousandth of the way.</summary>
internal sealed class AnExport : IDisposable
{
    /// <summary>The length in bytes of a usual entry; the targets are stated for it.</summary>
    public const int EntryLength = 334;

    public const int Size = 1_000_000;

    private AnExport(string folder, string key) => (Folder, Key) = (folder, key);

    public string Folder { get; }

    /// <summary>The log's verifier key.</summary>
    public string Key { get; }

    public static async Task<AnExport> WriteAsync()
    {
        var signer = Ed25519NoteSigner.Create("bench.example/log");
        var tree = new GrowingTree();
        var kept = new List<SignedNote>();
        for (var number = 0; number < Size; number++)
        {
            tree.Append(TreeHash.OfLeaf(Entry(number)));
            if (tree.Size % (Size / 1_000) == 0)
                kept.Add(signer.Sign(new Checkpoint(signer.Name, tree.Size, tree.Root)));
            if (tree.Size % Tile.FullWidth == 0)
                _ = tree.ChangedTiles();
        }

        var folder = Directory.CreateTempSubdirectory("countersign-bench-").FullName;
        await LogFolder.WriteAsync(folder, Enumerable.Range(0, Size).Select(Entry).ToAsyncEnumerable(), kept[^1], [NoteVerifier.Parse(signer.VerifierKey)], kept, default);
        return new AnExport(folder, signer.VerifierKey);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Entry(int number)
    {
        var entry = new byte[EntryLength];
        new Random(number).NextBytes(entry);
        return entry;
    }
}
