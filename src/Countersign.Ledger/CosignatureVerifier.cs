using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Countersign.Ledger;

/// <summary>A witness's public key: says when the witness saw a checkpoint that continued all it had seen of that log (C2SP tlog-cosignature, Ed25519).</summary>
public sealed class CosignatureVerifier
{
    /// <summary>In bytes: the time before the signature.</summary>
    private const int TimeLength = sizeof(ulong);

    private readonly byte[] publicKey;

    private CosignatureVerifier(string name, uint keyId, byte[] publicKey) => (Name, KeyId, this.publicKey) = (name, keyId, publicKey);

    public string Name { get; }

    public uint KeyId { get; }

    /// <exception cref="FormatException">This is not the verifier key of a witness, or its key id does not fit.</exception>
    public static CosignatureVerifier Parse(string vkey) => TryParse(vkey, out var verifier)
        ? verifier
        : throw new FormatException("This is not the verifier key of a witness, of the form name+id+key.");

    public static bool TryParse([NotNullWhen(true)] string? vkey, [NotNullWhen(true)] out CosignatureVerifier? verifier)
    {
        verifier = null;
        if (vkey is null || !NoteKey.TryRead(vkey.Trim(), NoteKey.Cosignature, out var name, out var id, out var key) || NoteKey.IdOf(name, NoteKey.Cosignature, key) != id)
            return false;
        verifier = new CosignatureVerifier(name, id, key);
        return true;
    }

    /// <summary>
    /// Whether this witness cosigned the note, and when it says it did. Lines of others are ignored; every line that claims to be of this
    /// witness must be true. Of several true ones the earliest counts: the witness had seen the checkpoint by then.
    /// </summary>
    public bool Verifies(SignedNote note, out DateTimeOffset at)
    {
        at = default;
        DateTimeOffset? earliest = null;
        foreach (var line in note.Signatures.Where(line => line.Name == Name && line.KeyId == KeyId))
        {
            if (!IsTrue(line.Signature, note.Text, out var when))
                return false;
            earliest = earliest is null || when < earliest ? when : earliest;
        }

        at = earliest ?? default;
        return earliest is not null;
    }

    /// <summary>The key as text, as it was parsed.</summary>
    public override string ToString() => NoteKey.Write(Name, KeyId, NoteKey.Cosignature, publicKey);

    /// <summary>Whether the two are one key, whatever its names are.</summary>
    internal bool IsSameKeyAs(CosignatureVerifier other) => publicKey.AsSpan().SequenceEqual(other.publicKey);

    /// <summary>What a witness signs: two lines of its own before the whole text of the checkpoint.</summary>
    internal static byte[] Message(long seconds, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    private bool IsTrue(byte[] signature, string text, out DateTimeOffset at)
    {
        at = default;
        if (signature.Length <= TimeLength || !Checkpoint.TryParse(text, out _))
            return false;
        var seconds = BinaryPrimitives.ReadUInt64BigEndian(signature);
        if (seconds is 0 || seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return false;
        at = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return Ed25519Signature.Verifies(publicKey, Message((long)seconds, text), signature[TimeLength..]);
    }
}
