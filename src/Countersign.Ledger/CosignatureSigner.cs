using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Countersign.Ledger;

/// <summary>Holds a witness's private key and cosigns checkpoints with it (C2SP tlog-cosignature, Ed25519). Whether a checkpoint may be cosigned is for <see cref="AddCheckpoint"/> to say.</summary>
public sealed class CosignatureSigner
{
    private readonly byte[] seed;
    private readonly byte[] publicKey;

    private CosignatureSigner(string name, byte[] seed)
    {
        Name = name;
        this.seed = seed;
        publicKey = Ed25519Signature.PublicKeyOf(seed);
        KeyId = NoteKey.IdOf(name, NoteKey.Cosignature, publicKey);
    }

    /// <summary>Such as <c>witness.example.com/w1</c>.</summary>
    public string Name { get; }

    public uint KeyId { get; }

    /// <summary>The public key as text, to be given to everybody who relies on this witness.</summary>
    public string VerifierKey => NoteKey.Write(Name, KeyId, NoteKey.Cosignature, publicKey);

    /// <summary>A new key from the machine's random source. Never the key of a log: what a witness signs says nothing about who signs it.</summary>
    /// <exception cref="ArgumentException">A name has neither blanks nor plus signs.</exception>
    public static CosignatureSigner Create(string name) => NoteKey.IsName(name)
        ? new CosignatureSigner(name, RandomNumberGenerator.GetBytes(NoteKey.Length))
        : throw new ArgumentException("The name of a key has neither blanks nor plus signs.", nameof(name));

    /// <summary>Reads what <see cref="Export"/> wrote.</summary>
    /// <exception cref="FormatException">This is no such key. The message does not repeat it.</exception>
    public static CosignatureSigner Import(string privateKey)
    {
        var text = privateKey.Trim();
        if (!text.StartsWith(NoteKey.PrivatePrefix, StringComparison.Ordinal)
            || !NoteKey.TryRead(text[NoteKey.PrivatePrefix.Length..], NoteKey.Cosignature, out var name, out var id, out var seed))
            throw new FormatException("This is not the private key of a witness.");
        var signer = new CosignatureSigner(name, seed);
        return signer.KeyId == id ? signer : throw new FormatException("The private key of the witness is damaged: its number does not fit it.");
    }

    /// <summary>The private key as text. Whoever has it can cosign as this witness.</summary>
    public string Export() => NoteKey.PrivatePrefix + NoteKey.Write(Name, KeyId, NoteKey.Cosignature, seed);

    /// <summary>The line that goes under the note.</summary>
    /// <param name="at">When the witness saw this to be the longest checkpoint of the log; kept in whole seconds.</param>
    public NoteSignature Sign(SignedNote checkpoint, DateTimeOffset at)
    {
        if (!Checkpoint.TryParse(checkpoint.Text, out _))
            throw new ArgumentException("A witness cosigns checkpoints only.", nameof(checkpoint));
        var seconds = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds, nameof(at));
        var time = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(time, (ulong)seconds);
        return new NoteSignature(Name, KeyId, [.. time, .. Ed25519Signature.Sign(seed, publicKey, CosignatureVerifier.Message(seconds, checkpoint.Text))]);
    }
}
