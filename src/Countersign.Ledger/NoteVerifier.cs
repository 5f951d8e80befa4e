using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Countersign.Ledger;

/// <summary>A log's public key: says whether a note was signed with the private key that belongs to it.</summary>
public sealed class NoteVerifier
{
    private readonly byte[] publicKey;

    private NoteVerifier(string name, uint keyId, byte[] publicKey)
    {
        (Name, KeyId, this.publicKey) = (name, keyId, publicKey);
    }

    public string Name { get; }

    public uint KeyId { get; }

    /// <summary>Reads a key as written in the <c>VerifierKey</c> of a signer.</summary>
    /// <exception cref="FormatException">This is not a verifier key, or its key id does not fit.</exception>
    public static NoteVerifier Parse(string vkey) => TryParse(vkey, out var verifier)
        ? verifier
        : throw new FormatException("This is not a verifier key of the form name+id+key.");

    public static bool TryParse([NotNullWhen(true)] string? vkey, [NotNullWhen(true)] out NoteVerifier? verifier)
    {
        verifier = null;
        if (vkey is null || !NoteKey.TryRead(vkey.Trim(), NoteKey.Ed25519, out var name, out var id, out var key) || NoteKey.IdOf(name, NoteKey.Ed25519, key) != id)
            return false;
        verifier = new NoteVerifier(name, id, key);
        return true;
    }

    /// <summary>
    /// Whether this key signed the note. Lines of other keys are ignored; every line that claims to be of this key must be true.
    /// </summary>
    public bool Verifies(SignedNote note)
    {
        var mine = note.Signatures.Where(line => line.Name == Name && line.KeyId == KeyId).ToList();
        var message = Encoding.UTF8.GetBytes(note.Text);
        return mine.Count > 0 && mine.TrueForAll(line => Ed25519Signature.Verifies(publicKey, message, line.Signature));
    }

    /// <summary>Whether the two are one key, whatever its names are.</summary>
    internal bool IsSameKeyAs(NoteVerifier other) => publicKey.AsSpan().SequenceEqual(other.publicKey);

    /// <summary>The key as text, as it was parsed.</summary>
    public override string ToString() => NoteKey.Write(Name, KeyId, NoteKey.Ed25519, publicKey);
}
