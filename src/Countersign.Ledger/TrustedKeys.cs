namespace Countersign.Ledger;

/// <summary>The keys that whoever verifies brought along: nothing in the folder can add to them.</summary>
internal sealed class TrustedKeys(IReadOnlyList<NoteVerifier> keys)
{
    public IReadOnlyList<NoteVerifier> All => keys;

    /// <summary>Reads a checkpoint that one of the keys signed as the log of its own name; says why not otherwise.</summary>
    public (Checkpoint? Checkpoint, string? Fault) Read(SignedNote note)
    {
        if (!Checkpoint.TryParse(note.Text, out var checkpoint))
            return (null, "is not a checkpoint");
        var present = keys.Where(key => note.Signatures.Any(line => line.Name == key.Name && line.KeyId == key.KeyId)).ToList();
        if (present.Count == 0)
            return (null, "is not signed with the key you gave");
        if (!present.TrueForAll(key => key.Verifies(note)))
            return (null, "was changed after it was signed");
        return present.Exists(key => key.Name == checkpoint.Origin)
            ? (checkpoint, null)
            : (null, $"is signed by {present[0].Name} for another log, {checkpoint.Origin}");
    }

    public (Checkpoint? Checkpoint, string? Fault) Read(ReadOnlySpan<byte> file) =>
        SignedNote.TryParse(file, out var note) ? Read(note) : (null, "is not a signed note");
}
