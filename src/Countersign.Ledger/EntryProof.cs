using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Countersign.Ledger;

/// <summary>One entry of a log with all that is needed to show, without the log, that it is in it.</summary>
/// <param name="Entry">The bytes of the entry, as they were hashed.</param>
/// <param name="Note">The checkpoint with its signatures.</param>
public sealed record EntryProof(byte[] Entry, InclusionProof Inclusion, SignedNote Note)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";

    /// <summary>In bytes: a note, the hashes beside a way of 63 steps, and room for what else an application wrote.</summary>
    public const int LargestProof = SignedNote.LargestNote + (64 << 10);

    /// <summary>What an application wrote beside the proof. Nothing vouches for it.</summary>
    public byte[]? Extra { get; init; }

    /// <summary>Makes the proof from a folder, and only if it verifies; says why not otherwise.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="keys">The keys of the log, had from elsewhere than from this folder; those that they handed over to are followed.</param>
    public static (EntryProof? Proof, Finding? Finding) Find(string folder, long number, IReadOnlyList<NoteVerifier> keys)
    {
        var files = new LogFiles(folder);
        if (!files.TryRead(LogFolder.CheckpointFile, 1, SignedNote.LargestNote, out var bytes, out var fault))
            return (null, new Finding("checkpoint-missing", $"The file {LogFolder.CheckpointFile} {fault}.", LogFolder.CheckpointFile));
        var (signed, why) = new TrustedKeys(KeyRotation.Follow(files, keys)).Read(bytes);
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

    /// <summary>What is wrong with the proof for somebody who relies on these keys and witnesses; nothing where it holds.</summary>
    /// <param name="anchors">Which witnesses relied on cosigned the checkpoint of the proof.</param>
    public IReadOnlyList<Finding> Judge(LogTrust trust, out IReadOnlyList<Anchor> anchors)
    {
        var findings = new Findings();
        var audit = new AnchorAudit(trust, findings);
        var (signed, fault) = new TrustedKeys(trust.Keys).Read(Note);
        if (signed is null)
            findings.Add("checkpoint-not-signed", $"The checkpoint in the proof {fault}.");
        else if (!Verifies)
            findings.Add("entry-unproven", "The entry is not the one that the proof is about, or one of them was changed.");
        else
        {
            audit.Look(Note, signed, "the checkpoint in the proof");
            audit.Finish();
        }

        anchors = audit.Anchors;
        return findings.All;
    }

    /// <summary>The proof as a text to be handed on, in the format of C2SP tlog-proof.</summary>
    public string ToText()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is not null)
            text.Append("extra ").Append(Convert.ToBase64String(Extra)).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"index {Inclusion.Index}\n");
        foreach (var hash in Inclusion.Hashes)
            text.Append(hash.ToBase64()).Append('\n');
        return text.Append('\n').Append(Note).ToString();
    }

    /// <summary>Reads what <see cref="ToText"/> or another program wrote by that format. Whether it is true, <see cref="Verifies"/> and the keys of the note say.</summary>
    /// <param name="entry">The bytes that the proof is about, which it does not hold itself.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, byte[] entry, [NotNullWhen(true)] out EntryProof? proof)
    {
        proof = null;
        var blank = utf8.IndexOf("\n\n"u8);
        if (utf8.Length > LargestProof || blank < 0 || !SignedNote.TryParse(utf8[(blank + 2)..], out var note) || !Checkpoint.TryParse(note.Text, out var checkpoint))
            return false;
        var lines = new Queue<string>(Encoding.UTF8.GetString(utf8[..blank]).Split('\n'));
        if (lines.Dequeue() != FirstLine)
            return false;
        byte[]? extra = null;
        if (lines.TryPeek(out var second) && second.StartsWith("extra ", StringComparison.Ordinal) && !NoteKey.TryBase64(lines.Dequeue()[6..], out extra))
            return false;
        if (!lines.TryDequeue(out var numbered) || !numbered.StartsWith("index ", StringComparison.Ordinal) || !TryNumber(numbered[6..], out var index))
            return false;
        var hashes = new List<TreeHash>();
        foreach (var line in lines)
        {
            if (hashes.Count == 63 || line.Length != 44 || !TreeHash.TryParse(line, out var hash))
                return false;
            hashes.Add(hash);
        }

        proof = new EntryProof(entry, new InclusionProof(index, checkpoint.Size, hashes), note) { Extra = extra };
        return true;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text == number.ToString(CultureInfo.InvariantCulture);

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
        var contents = new FileContents();
        if (!files.TryReadEntries(index, width, contents, out _))
            return null;
        var rest = contents.Bytes;
        for (var at = index << Tile.Height; EntryBundle.TryTake(ref rest, out var entry); at++)
        {
            if (at == number)
                return entry.ToArray();
        }
        return null;
    }

    private static byte[]? StoredTile(LogFiles files, long size, int level, long index) =>
        files.TryReadHashes(level, index, TilePath.Width(size, level, index), out var hashes) ? hashes : null;
}
