using System.Diagnostics.CodeAnalysis;

namespace Countersign.Ledger;

/// <summary>
/// A log's key hands over to the next: a note of three lines, signed with the key that hands over. An entry carries it under
/// <c>facts.rotation</c>, so that whoever was given one key of a log can come to all later ones.
/// </summary>
/// <remarks>Text: "countersign-key-rotation/v1", the old verifier key, the new one.</remarks>
public sealed record KeyRotation(NoteVerifier From, NoteVerifier To)
{
    private const string Title = "countersign-key-rotation/v1";

    /// <summary>Rotations that are read from one log; a log with more has another trouble.</summary>
    private const int Most = 1_000;

    public static SignedNote Sign(INoteSigner from, string to) => from.Sign($"{Title}\n{from.VerifierKey}\n{to}\n");

    /// <returns>True where the note has this form and the old key signed it.</returns>
    public static bool TryParse(string? note, [NotNullWhen(true)] out KeyRotation? rotation)
    {
        rotation = null;
        if (!SignedNote.TryParse(note, out var signed) || signed.Text.Split('\n') is not [Title, var from, var to, ""])
            return false;
        if (!NoteVerifier.TryParse(from, out var old) || !NoteVerifier.TryParse(to, out var next) || !old.Verifies(signed))
            return false;
        rotation = new KeyRotation(old, next);
        return true;
    }

    /// <summary>Reads the rotation that an entry carries.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, [NotNullWhen(true)] out KeyRotation? rotation)
    {
        rotation = null;
        return EntryFacts.Find(entry, "countersign-key-rotation/v1"u8) is { } facts && TryParse(EntryFacts.Text(facts, "rotation"), out rotation);
    }

    /// <summary>The keys given, and those that they handed over to. Reads the entries only where the folder holds keys that were not given.</summary>
    internal static IReadOnlyList<NoteVerifier> Follow(LogFiles files, IReadOnlyList<NoteVerifier> given) => Follow(files, given, out _);

    /// <param name="earlier">Keys that handed over to one of those, by what the entries say. What only they signed is believed where the tree bears it out, and nowhere else.</param>
    internal static IReadOnlyList<NoteVerifier> Follow(LogFiles files, IReadOnlyList<NoteVerifier> given, out IReadOnlyList<NoteVerifier> earlier)
    {
        earlier = [];
        if (files.Walk("keys").All(file => given.Any(key => LogFolder.KeyPath(key) == file.Path)))
            return given;
        var rotations = files.Walk("tile/entries").Where(file => !file.IsLink).SelectMany(file => In(files, file.Path)).Take(Most).ToList();
        var trusted = Reached(given, rotations.ConvertAll(rotation => (rotation.From, rotation.To)));
        earlier = Reached(trusted, rotations.ConvertAll(rotation => (rotation.To, rotation.From)))[trusted.Count..];
        return trusted;
    }

    /// <summary>These keys, and all that steps lead to from them.</summary>
    private static List<NoteVerifier> Reached(IEnumerable<NoteVerifier> keys, List<(NoteVerifier From, NoteVerifier To)> steps)
    {
        var reached = keys.ToList();
        while (steps.Find(step => Has(step.From) && !Has(step.To)) is { To: { } next })
            reached.Add(next);
        return reached;

        bool Has(NoteVerifier key) => reached.Exists(one => one.ToString() == key.ToString());
    }

    private static List<KeyRotation> In(LogFiles files, string path)
    {
        var found = new List<KeyRotation>();
        if (!files.TryRead(path, EntryBundle.LengthPrefix, Tile.FullWidth * (long)(EntryBundle.LengthPrefix + EntryBundle.LongestEntry), out var bytes, out _))
            return found;
        ReadOnlySpan<byte> rest = bytes;
        while (EntryBundle.TryTake(ref rest, out var entry))
        {
            if (TryRead(entry, out var rotation))
                found.Add(rotation);
        }

        return found;
    }
}
