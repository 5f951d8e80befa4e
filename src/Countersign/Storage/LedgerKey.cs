using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>
/// The keys that sign the log, made at the first start. While one hands over to the next both sign; a retired one stays as its public
/// half, so that what it signed is still known.
/// </summary>
/// <remarks>
/// The file, <c>keys/ledger.key</c> unless the settings name another, holds a line for each, oldest first: a private key that signs,
/// "COMMAND" and the verifier key of one that a command signs with, or a verifier key that did sign.
/// </remarks>
public sealed class LedgerKey
{
    private const string FileName = "ledger.key";

    /// <summary>The next key while a rotation or a recovery is under way; in the folder of the file.</summary>
    private const string NextName = "ledger.next";

    private const string CommandMark = "COMMAND ";

    private readonly Lock gate = new();
    private readonly string file;
    private readonly LedgerKeySettings settings;
    private Ring ring;

    private LedgerKey(string file, LedgerKeySettings settings, Ring ring) => (this.file, this.settings, this.ring) = (file, settings, ring);

    /// <summary>What an examiner is given to verify with: the newest key.</summary>
    public string VerifierKey => Now.Signers[^1].VerifierKey;

    /// <summary>Every key this log was ever signed with.</summary>
    public IReadOnlyList<NoteVerifier> Verifiers => Now.Verifiers;

    /// <summary>True while the key before the newest still signs beside it.</summary>
    public bool Overlaps => Now.Signers.Count > 1;

    /// <summary>The name of the log whose key this installation has; before the first start that of the command's key, or null.</summary>
    /// <exception cref="InvalidOperationException">The key was here, and is gone or open to others; or the settings do not fit each other.</exception>
    public static string? NameIn(string dataFolder, LedgerKeySettings settings)
    {
        var file = Locate(dataFolder, settings);
        return File.Exists(file) ? NameOf(Lines(file).Last(line => !NoteVerifier.TryParse(line, out _))) : Given(settings)?.Name;
    }

    /// <exception cref="InvalidOperationException">The key belongs to a log of another name.</exception>
    public static LedgerKey OpenOrCreate(string dataFolder, string origin, LedgerKeySettings settings)
    {
        var file = Locate(dataFolder, settings);
        var given = Given(settings);
        SecretFile.OpenOrCreate(file, () => settings.Command.Count == 0 ? Ed25519NoteSigner.Create(origin).Export()
            : given is not null ? Line(new CommandNoteSigner(given, settings))
            : throw new InvalidOperationException("Ledger:Key:Verifier must be the verifier key (name+id+key) that Ledger:Key:Command signs with."));
        var ring = Read(file, settings);
        return ring.Signers[^1].Name == origin
            ? new LedgerKey(file, settings, ring)
            : throw new InvalidOperationException($"The key in {file} signs the log \"{ring.Signers[^1].Name}\", and this installation is \"{origin}\". Start it under its own name, or give it its own data folder.");
    }

    public SignedNote Sign(Checkpoint checkpoint)
    {
        var text = checkpoint.ToText();
        return SignedNote.Of(text, [.. Now.Signers.Where(signer => signer.Name == checkpoint.Origin).Reverse().SelectMany(signer => signer.Sign(text).Signatures)]);
    }

    /// <summary>A note that is no checkpoint, signed by the newest key alone.</summary>
    public SignedNote Sign(string text) => Now.Signers[^1].Sign(text);

    /// <summary>True where a key of this log signed the note, now or in its time.</summary>
    public bool Verifies(SignedNote note) => Verifiers.Any(verifier => verifier.Verifies(note));

    /// <summary>Makes the next key, or finds the one that an earlier attempt left or the settings name, and lets the newest key vouch for it.</summary>
    /// <param name="name">That of the log; another one begins a new epoch.</param>
    /// <exception cref="InvalidOperationException">The next key is not one of that name, or does not sign.</exception>
    public (string VerifierKey, SignedNote Rotation) Prepare(string name)
    {
        var next = Next(name);
        if (next.Name != name)
            throw new InvalidOperationException($"The next key, {next.VerifierKey}, was made for the log \"{next.Name}\" and not for \"{name}\". Finish what began it, or take it away.");
        var rotation = KeyRotation.Sign(Now.Signers[^1], next.VerifierKey);

        // A key that cannot sign must not be handed over to.
        _ = next.Sign(rotation.Text);
        return (next.VerifierKey, rotation);
    }

    /// <summary>The prepared key signs from now on, beside the one before it or, in a new epoch, alone.</summary>
    public void TakeOver(string name)
    {
        var kept = Now;
        var next = Next(name);
        if (kept.Signers[^1].VerifierKey != next.VerifierKey)
            Write(kept, kept.Signers.Where(signer => signer.Name == next.Name).Append(next));
        File.Delete(NextFile);
    }

    /// <summary>The older keys sign no longer.</summary>
    public void Retire() => Write(Now, [Now.Signers[^1]]);

    private string NextFile => Path.Combine(Path.GetDirectoryName(file)!, NextName);

    /// <summary>Another program, a command, may have changed the file.</summary>
    private Ring Now
    {
        get
        {
            lock (gate)
            {
                if (File.GetLastWriteTimeUtc(file) != ring.At)
                    ring = Read(file, settings);
                return ring;
            }
        }
    }

    /// <summary>The key of the command, where the settings name one that does not sign yet; else one of our own.</summary>
    private INoteSigner Next(string name)
    {
        if (Given(settings) is { } given && Verifiers.All(known => known.ToString() != given.ToString()))
            return new CommandNoteSigner(given, settings);
        if (Given(settings) is not null)
            throw new InvalidOperationException("Ledger:Key:Verifier names a key that this log was signed with already. Set it to the next one, which the command must sign with too; or take it out of the settings to hand over to a key of our own.");
        return Ed25519NoteSigner.Import(SecretFile.OpenOrCreate(NextFile, () => Ed25519NoteSigner.Create(name).Export()));
    }

    private void Write(Ring before, IEnumerable<INoteSigner> signers)
    {
        var signing = signers.ToList();
        var retired = before.Verifiers.Select(key => key.ToString()).Except(signing.Select(signer => signer.VerifierKey), StringComparer.Ordinal);
        SecretFile.Replace(file, string.Join('\n', [.. retired, .. signing.Select(Line)]));
        lock (gate)
            ring = Read(file, settings);
    }

    private static string Line(INoteSigner signer) => signer is Ed25519NoteSigner own ? own.Export() : CommandMark + signer.VerifierKey;

    private static NoteVerifier? Given(LedgerKeySettings settings)
    {
        if (string.IsNullOrWhiteSpace(settings.Verifier))
            return null;
        if (settings.Command.Count == 0)
            throw new InvalidOperationException("Ledger:Key:Verifier is the key of a command, and Ledger:Key:Command names none.");
        return NoteVerifier.TryParse(settings.Verifier, out var given)
            ? given
            : throw new InvalidOperationException("Ledger:Key:Verifier is not a verifier key of the form name+id+key.");
    }

    /// <summary>A key that signed before is not made anew because its volume is not there.</summary>
    private static string Locate(string dataFolder, LedgerKeySettings settings)
    {
        var usual = SecretFile.PathOf(dataFolder, FileName);
        if (string.IsNullOrWhiteSpace(settings.File))
            return usual;
        var file = Path.GetFullPath(settings.File, dataFolder);
        if (File.Exists(file))
            return file;
        if (File.Exists(usual))
            throw new InvalidOperationException($"Ledger:Key:File names {file}, and the key of this log lies in {usual}. Move it there, with ledger.next if that is beside it.");
        return Directory.Exists(Path.GetDirectoryName(file)) && !Directory.Exists(Path.Combine(dataFolder, "guard"))
            ? file
            : throw new InvalidOperationException($"The key of this log is not at {file}, where Ledger:Key:File says it is. Is its volume mounted?");
    }

    private static Ring Read(string file, LedgerKeySettings settings)
    {
        var at = File.GetLastWriteTimeUtc(file);
        var lines = Lines(file);
        var signers = lines.Where(line => !NoteVerifier.TryParse(line, out _)).Select(line => Signer(line, settings)).ToList();
        return signers.Count > 0
            ? new Ring(at, signers, [.. lines.Select(line => NoteVerifier.Parse(NoteVerifier.TryParse(line, out _) ? line : Signer(line, settings).VerifierKey))])
            : throw new InvalidOperationException($"{file} holds no key that signs. Restore the one that belongs to this log.");
    }

    private static string[] Lines(string file) => SecretFile.Read(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string NameOf(string line) => line.StartsWith(CommandMark, StringComparison.Ordinal) ? NoteVerifier.Parse(line[CommandMark.Length..]).Name : Ed25519NoteSigner.Import(line).Name;

    private static INoteSigner Signer(string line, LedgerKeySettings settings)
    {
        if (!line.StartsWith(CommandMark, StringComparison.Ordinal))
            return Ed25519NoteSigner.Import(line);
        var key = NoteVerifier.Parse(line[CommandMark.Length..]);
        return settings.Command.Count > 0
            ? new CommandNoteSigner(key, settings)
            : throw new InvalidOperationException($"A command signs this log, with the key {key}. Name it in Ledger:Key:Command.");
    }

    private sealed record Ring(DateTime At, IReadOnlyList<INoteSigner> Signers, IReadOnlyList<NoteVerifier> Verifiers);
}
