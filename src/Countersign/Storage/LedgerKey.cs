using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>
/// The keys that sign the log, made at the first start. While one hands over to the next both sign; a retired one stays as its public
/// half, so that what it signed is still known.
/// </summary>
/// <remarks><c>keys/ledger.key</c> holds a line for each, oldest first: a private key that signs, or a verifier key that did.</remarks>
public sealed class LedgerKey
{
    private const string FileName = "ledger.key";

    /// <summary>The next key while a rotation or a recovery is under way.</summary>
    private const string NextName = "ledger.next";

    private readonly Lock gate = new();
    private readonly string dataFolder;
    private Ring ring;

    private LedgerKey(string dataFolder, Ring ring) => (this.dataFolder, this.ring) = (dataFolder, ring);

    /// <summary>What an examiner is given to verify with: the newest key.</summary>
    public string VerifierKey => Now.Signers[^1].VerifierKey;

    /// <summary>Every key this log was ever signed with.</summary>
    public IReadOnlyList<NoteVerifier> Verifiers => Now.Verifiers;

    /// <summary>True while the key before the newest still signs beside it.</summary>
    public bool Overlaps => Now.Signers.Count > 1;

    /// <summary>The name of the log whose key lies in this folder; null before the first start.</summary>
    public static string? NameIn(string dataFolder) =>
        SecretFile.PathOf(dataFolder, FileName) is var path && File.Exists(path) ? Read(dataFolder).Signers[^1].Name : null;

    /// <exception cref="InvalidOperationException">The key belongs to a log of another name.</exception>
    public static LedgerKey OpenOrCreate(string dataFolder, string origin)
    {
        SecretFile.OpenOrCreate(dataFolder, FileName, () => Ed25519NoteSigner.Create(origin).Export());
        var ring = Read(dataFolder);
        return ring.Signers[^1].Name == origin
            ? new LedgerKey(dataFolder, ring)
            : throw new InvalidOperationException($"The key in keys/{FileName} signs the log \"{ring.Signers[^1].Name}\", and this installation is \"{origin}\". Start it under its own name, or give it its own data folder.");
    }

    public SignedNote Sign(Checkpoint checkpoint)
    {
        var text = checkpoint.ToText();
        return SignedNote.Of(text, [.. Now.Signers.Where(signer => signer.Name == checkpoint.Origin).SelectMany(signer => signer.Sign(text).Signatures)]);
    }

    /// <summary>A note that is no checkpoint, signed by the newest key alone.</summary>
    public SignedNote Sign(string text) => Now.Signers[^1].Sign(text);

    /// <summary>True where a key of this log signed the note, now or in its time.</summary>
    public bool Verifies(SignedNote note) => Verifiers.Any(verifier => verifier.Verifies(note));

    /// <summary>Makes the next key, or finds the one that an earlier attempt left, and lets the newest key vouch for it.</summary>
    /// <param name="name">That of the log; another one begins a new epoch.</param>
    public (string VerifierKey, SignedNote Rotation) Prepare(string name)
    {
        var next = Ed25519NoteSigner.Import(SecretFile.OpenOrCreate(dataFolder, NextName, () => Ed25519NoteSigner.Create(name).Export()));
        return next.Name == name
            ? (next.VerifierKey, KeyRotation.Sign(Now.Signers[^1], next.VerifierKey))
            : throw new InvalidOperationException($"keys/{NextName} was made for the log \"{next.Name}\". Finish what began it, or remove the file.");
    }

    /// <summary>The prepared key signs from now on, beside the one before it or, in a new epoch, alone.</summary>
    public void TakeOver()
    {
        var next = Ed25519NoteSigner.Import(File.ReadAllText(SecretFile.PathOf(dataFolder, NextName)).Trim());
        var kept = Now;
        if (kept.Signers[^1].VerifierKey != next.VerifierKey)
            Write(kept, kept.Signers.Where(signer => signer.Name == next.Name).Append(next));
        File.Delete(SecretFile.PathOf(dataFolder, NextName));
    }

    /// <summary>The older keys sign no longer.</summary>
    public void Retire() => Write(Now, [Now.Signers[^1]]);

    /// <summary>Another program, a command, may have changed the file.</summary>
    private Ring Now
    {
        get
        {
            lock (gate)
            {
                if (File.GetLastWriteTimeUtc(SecretFile.PathOf(dataFolder, FileName)) != ring.At)
                    ring = Read(dataFolder);
                return ring;
            }
        }
    }

    private void Write(Ring before, IEnumerable<Ed25519NoteSigner> signers)
    {
        var signing = signers.ToList();
        var retired = before.Verifiers.Select(key => key.ToString()).Except(signing.Select(signer => signer.VerifierKey), StringComparer.Ordinal);
        SecretFile.Replace(dataFolder, FileName, string.Join('\n', [.. retired, .. signing.Select(signer => signer.Export())]));
        lock (gate)
            ring = Read(dataFolder);
    }

    private static Ring Read(string dataFolder)
    {
        var path = SecretFile.PathOf(dataFolder, FileName);
        var at = File.GetLastWriteTimeUtc(path);
        var lines = File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var signers = lines.Where(line => !NoteVerifier.TryParse(line, out _)).Select(Ed25519NoteSigner.Import).ToList();
        return signers.Count > 0
            ? new Ring(at, signers, [.. lines.Select(line => NoteVerifier.Parse(NoteVerifier.TryParse(line, out _) ? line : Ed25519NoteSigner.Import(line).VerifierKey))])
            : throw new InvalidOperationException($"keys/{FileName} holds no key that signs. Restore the keys folder that belongs to this log.");
    }

    private sealed record Ring(DateTime At, IReadOnlyList<Ed25519NoteSigner> Signers, IReadOnlyList<NoteVerifier> Verifiers);
}
