using System.Buffers;
using System.Globalization;

namespace Countersign.Ledger;

/// <summary>
/// A log as a folder that an outsider can verify without us: the layout of C2SP tlog-tiles, with the keys in <c>keys/</c>, every
/// checkpoint that was kept in <c>checkpoints/</c>, time stamps of some in <c>timestamps/</c> and, where it may be shown, the content in
/// <c>content/</c>. What witnesses say stands under the checkpoints themselves. Nothing else belongs in it: <see cref="LogAudit"/> names every other file.
/// </summary>
public static class LogFolder
{
    internal const string CheckpointFile = "checkpoint";

    /// <summary>
    /// Writes the folder, the checkpoint last. Holds one bundle of entries and the right edge of the tree in memory, however long the log.
    /// </summary>
    /// <param name="folder">Created if need be; must be empty.</param>
    /// <param name="entries">The bytes of every entry that the checkpoint covers, in order; each at most 65,535 bytes long.</param>
    /// <param name="checkpoint">A note whose text is a <see cref="Checkpoint"/>.</param>
    /// <param name="keys">The keys of the log, for those who compare them; whoever verifies brings the key from elsewhere.</param>
    /// <param name="kept">Earlier checkpoints, at most one per size.</param>
    /// <exception cref="InvalidDataException">The entries are not those that the checkpoint signs; what was written is not to be used.</exception>
    public static async Task WriteAsync(
        string folder,
        IAsyncEnumerable<byte[]> entries,
        SignedNote checkpoint,
        IEnumerable<NoteVerifier> keys,
        IEnumerable<SignedNote> kept,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException("A log is written into an empty folder only.");

        var signed = Read(checkpoint);
        var tree = new GrowingTree();
        var bundle = new ArrayBufferWriter<byte>();
        var edge = new Dictionary<int, Tile>();
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (entry.Length > EntryBundle.LongestEntry)
                throw new InvalidDataException($"Entry {tree.Size} has {entry.Length} bytes; {EntryBundle.LongestEntry} is the most.");
            EntryBundle.Add(bundle, entry);
            tree.Append(TreeHash.OfLeaf(entry));
            if (tree.Size % Tile.FullWidth != 0)
                continue;
            await WriteAsync(folder, TilePath.Entries((tree.Size / Tile.FullWidth) - 1, Tile.FullWidth), bundle.WrittenMemory, cancellationToken);
            bundle.ResetWrittenCount();
            await WriteTilesAsync(folder, tree, edge, cancellationToken);
        }
        if (bundle.WrittenCount > 0)
            await WriteAsync(folder, TilePath.Entries(tree.Size / Tile.FullWidth, (int)(tree.Size % Tile.FullWidth)), bundle.WrittenMemory, cancellationToken);
        await WriteTilesAsync(folder, tree, edge, cancellationToken);
        foreach (var tile in edge.Values)
            await WriteAsync(folder, TilePath.Hashes(tile.Level, tile.Index, tile.Width), tile.Hashes, cancellationToken);
        if (tree.Size != signed.Size || tree.Root != signed.Root)
            throw new InvalidDataException($"The {tree.Size} entries are not the {signed.Size} that the checkpoint signs.");

        foreach (var key in keys)
            await WriteAsync(folder, KeyPath(key), KeyFile(key), cancellationToken);
        foreach (var note in kept)
            await WriteAsync(folder, KeptPath(Read(note).Size), note.ToBytes(), cancellationToken);
        await WriteAsync(folder, CheckpointFile, checkpoint.ToBytes(), cancellationToken);
    }

    /// <summary>Adds words that an entry of the log committed to.</summary>
    public static Task WriteContentAsync(string folder, CommittedContent content, CancellationToken cancellationToken) =>
        WriteAsync(folder, ContentPath(content.Commitment), content.ToBytes(), cancellationToken);

    /// <summary>Adds an authority's word of when the checkpoint of this size existed; at most one for each.</summary>
    /// <param name="size">Of a checkpoint that the folder holds.</param>
    public static Task WriteTimeStampAsync(string folder, long size, ReadOnlyMemory<byte> token, CancellationToken cancellationToken) =>
        WriteAsync(folder, StampPath(size), token, cancellationToken);

    internal static string KeyPath(NoteVerifier key) => string.Create(CultureInfo.InvariantCulture, $"keys/{key.KeyId:x8}.vkey");

    internal static byte[] KeyFile(NoteVerifier key) => System.Text.Encoding.UTF8.GetBytes($"{key}\n");

    internal static string KeptPath(long size) => string.Create(CultureInfo.InvariantCulture, $"checkpoints/{size}");

    internal static string StampPath(long size) => string.Create(CultureInfo.InvariantCulture, $"timestamps/{size}.tst");

    internal static string ContentPath(Commitment commitment) => $"content/{commitment}.json";

    private static Checkpoint Read(SignedNote note) => Checkpoint.TryParse(note.Text, out var checkpoint)
        ? checkpoint
        : throw new InvalidDataException("The text of this note is not a checkpoint.");

    /// <summary>Writes the tiles that are full, and remembers the others until they are or until the end.</summary>
    private static async Task WriteTilesAsync(string folder, GrowingTree tree, Dictionary<int, Tile> edge, CancellationToken cancellationToken)
    {
        foreach (var tile in tree.ChangedTiles())
        {
            if (!tile.IsFull)
            {
                edge[tile.Level] = tile;
                continue;
            }
            edge.Remove(tile.Level);
            await WriteAsync(folder, TilePath.Hashes(tile.Level, tile.Index, tile.Width), tile.Hashes, cancellationToken);
        }
    }

    private static async Task WriteAsync(string folder, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
        await stream.WriteAsync(bytes, cancellationToken);
    }
}
