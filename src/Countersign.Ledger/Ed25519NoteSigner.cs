using System.Security.Cryptography;
using System.Text;

namespace Countersign.Ledger;

/// <summary>Holds a log's private key and signs notes with it, by Ed25519.</summary>
public sealed class Ed25519NoteSigner : INoteSigner
{
    private readonly byte[] seed;
    private readonly byte[] publicKey;

    private Ed25519NoteSigner(string name, byte[] seed)
    {
        Name = name;
        this.seed = seed;
        publicKey = Ed25519Signature.PublicKeyOf(seed);
        KeyId = NoteKey.IdOf(name, NoteKey.Ed25519, publicKey);
    }

    /// <summary>The origin of the log it signs, such as <c>countersign.example.com/acme</c>.</summary>
    public string Name { get; }

    public uint KeyId { get; }

    /// <summary>The public key as text, to be given to everybody who may want to verify.</summary>
    public string VerifierKey => NoteKey.Write(Name, KeyId, NoteKey.Ed25519, publicKey);

    /// <summary>A new key from the machine's random source.</summary>
    /// <exception cref="ArgumentException">A name has neither blanks nor plus signs.</exception>
    public static Ed25519NoteSigner Create(string name) => NoteKey.IsName(name)
        ? new Ed25519NoteSigner(name, RandomNumberGenerator.GetBytes(NoteKey.Length))
        : throw new ArgumentException("The name of a key has neither blanks nor plus signs.", nameof(name));

    /// <summary>Reads a private key as written by <see cref="Export"/> or by Go's sumdb/note.</summary>
    /// <exception cref="FormatException">This is no such key. The message does not repeat it.</exception>
    public static Ed25519NoteSigner Import(string privateKey)
    {
        var text = privateKey.Trim();
        if (!text.StartsWith(NoteKey.PrivatePrefix, StringComparison.Ordinal)
            || !NoteKey.TryRead(text[NoteKey.PrivatePrefix.Length..], NoteKey.Ed25519, out var name, out var id, out var seed))
            throw new FormatException("This is not the private key of a log.");
        var signer = new Ed25519NoteSigner(name, seed);
        return signer.KeyId == id ? signer : throw new FormatException("The private key of the log is damaged: its number does not fit it.");
    }

    /// <summary>The private key as text, in the spelling of Go's sumdb/note. Whoever has it can sign as this log.</summary>
    public string Export() => NoteKey.PrivatePrefix + NoteKey.Write(Name, KeyId, NoteKey.Ed25519, seed);

    public SignedNote Sign(Checkpoint checkpoint) => Sign(checkpoint.ToText());

    public SignedNote Sign(string text) =>
        SignedNote.Of(text, new NoteSignature(Name, KeyId, Ed25519Signature.Sign(seed, publicKey, Encoding.UTF8.GetBytes(text))));
}
