using System.Globalization;
using System.Text;

namespace Countersign.Ledger;

/// <summary>One entry of a log with all that is needed to show, without the log, that it is in it.</summary>
/// <param name="Entry">The bytes of the entry, as they were hashed.</param>
/// <param name="Note">The checkpoint with its signatures.</param>
public sealed record EntryProof(byte[] Entry, InclusionProof Inclusion, SignedNote Note)
{
    /// <summary>Makes the proof from a folder, and only if it verifies; says why not otherwise.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="keys">The keys of the log, had from elsewhere than from this folder.</param>
    public static (EntryProof? Proof, Finding? Finding) Find(string folder, long number, IReadOnlyList<NoteVerifier> keys)
    {
        var files = new LogFiles(folder);
        if (!files.TryRead(LogFolder.CheckpointFile, 1, SignedNote.LargestNote, out var bytes, out var fault))
            return (null, new Finding("checkpoint-missing", $"The file {LogFolder.CheckpointFile} {fault}.", LogFolder.CheckpointFile));
        var (signed, why) = new TrustedKeys(keys).Read(bytes);
        if (signed is null || !SignedNote.TryParse(bytes, out var note))
            return (null, new Finding("checkpoint-not-signed", $"The file {LogFolder.CheckpointFile} {why}.", LogFolder.CheckpointFile));
        if (number < 0 || number >= signed.Size)
            return (null, new Finding("no-entry", $"There is no entry {number:N0}: the log has {signed.Size:N0}, numbered from 0."));
        if (EntryAt(files, number, signed.Size) is not { } entry)
            return (null, new Finding("entries-missing", $"Entry {number:N0} cannot be read from this folder.", null, number));
        return Prove(files, number, entry, note, signed);
    }

    /// <summary>Whether the entry is in the log that the note signs; whether the note is rightly signed is another question.</summary>
    public bool Verifies => Checkpoint.TryParse(Note.Text, out var checkpoint)
        && checkpoint.Size == Inclusion.Size
        && Inclusion.Verifies(TreeHash.OfLeaf(Entry), checkpoint.Root);

    /// <summary>The proof as a text to be handed on, in the format of C2SP tlog-proof.</summary>
    public string ToText()
    {
        var text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
        text.Append(CultureInfo.InvariantCulture, $"index {Inclusion.Index}\n");
        foreach (var hash in Inclusion.Hashes)
            text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    private static (EntryProof? Proof, Finding? Finding) Prove(LogFiles files, long number, byte[] entry, SignedNote note, Checkpoint signed)
    {
        try
        {
            var inclusion = InclusionProof.Build(number, signed.Size, (level, index) => StoredTile(files, signed.Size, level, index));
            var proof = new EntryProof(entry, inclusion, note);
            return proof.Verifies
                ? (proof, null)
                : (null, new Finding("entry-unproven", $"Entry {number:N0}, or the hashes stored around it, were changed after the log was signed.", null, number));
        }
        catch (InvalidDataException)
        {
            return (null, new Finding("tile-missing", $"Hashes that are needed to prove entry {number:N0} are missing from this folder.", null, number));
        }
    }

    private static byte[]? EntryAt(LogFiles files, long number, long size)
    {
        var index = number >> Tile.Height;
        var width = TilePath.Width(size, 0, index);
        if (!files.TryReadEntries(index, width, out var bytes, out _))
            return null;
        ReadOnlySpan<byte> rest = bytes;
        for (var at = index << Tile.Height; EntryBundle.TryTake(ref rest, out var entry); at++)
        {
            if (at == number)
                return entry.ToArray();
        }
        return null;
    }

    private static byte[]? StoredTile(LogFiles files, long size, int level, long index) =>
        files.TryReadHashes(level, index, TilePath.Width(size, level, index), out var bytes, out _) ? bytes : null;
}
