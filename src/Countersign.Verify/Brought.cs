using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>What somebody brings along to verify with: keys, a policy, certificates, a checkpoint they kept.</summary>
internal sealed class Brought
{
    private readonly List<NoteVerifier> keys = [];
    private readonly List<CosignatureVerifier> witnesses = [];
    private readonly List<SignedNote> kept = [];
    private readonly X509Certificate2Collection authorities = [];
    private TrustPolicy? policy;

    /// <summary>The first thing that could not be read, as a sentence; null where everything could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Files that keys of the log were read from.</summary>
    public List<string> KeyFiles { get; } = [];

    public LogTrust Trust => new([.. keys, .. policy?.Logs.Select(log => log.Key).Where(key => !keys.Exists(known => known.ToString() == key.ToString())) ?? []])
    {
        Outside = kept,
        Witnesses = witnesses,
        Policy = policy,
        Authorities = authorities,
    };

    /// <returns>False where there is no such option.</returns>
    public bool Takes(string option, string value)
    {
        switch (option)
        {
            case "--key":
                TakeKey(value);
                return true;
            case "--witness":
                TakeWitness(value);
                return true;
            case "--policy":
                TakePolicy(value);
                return true;
            case "--tsa":
                TakeAuthority(value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A checkpoint, the folder of a log with its checkpoint, or an evidence pack with such a folder.</summary>
    public void TakeKept(string place)
    {
        var file = Directory.Exists(place) ? Path.Combine(PackAudit.LogOf(place) ?? place, "checkpoint") : place;
        if (!TryRead(file, SignedNote.LargestNote, out var bytes, out var why))
            Fault ??= $"The checkpoint you kept cannot be read: {file} {why}.";
        else if (SignedNote.TryParse(bytes, out var note))
            kept.Add(note);
        else
            Fault ??= $"This file cannot be read as a checkpoint: {file}";
    }

    /// <summary>Reads the whole of a usual file that is not longer than it can be. What it says of another goes on after its name.</summary>
    public static bool TryRead(string file, int longest, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? why)
    {
        (bytes, why) = (null, null);
        try
        {
            // What a link leads to is judged, and not the link: a pipe would never end.
            var info = new FileInfo(file);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                info = target;
            if (Directory.Exists(file))
                why = "is a folder";
            else if (!info.Exists)
                why = "is not there";
            else if (info.Length == 0)
                why = "is empty";
            else if (info.Length > longest)
                why = $"is {info.Length:N0} bytes long, which it cannot be";
            else
                bytes = File.ReadAllBytes(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            why = "cannot be opened";
        }

        return why is null;
    }

    private void TakeKey(string text)
    {
        if (NoteVerifier.TryParse(text, out var key))
        {
            keys.Add(key);
        }
        else if (TryRead(text, SignedNote.LargestNote, out var bytes, out var why) && NoteVerifier.TryParse(Encoding.UTF8.GetString(bytes), out key))
        {
            keys.Add(key);
            KeyFiles.Add(text);
        }
        else
        {
            Fault ??= $"This is neither a verifier key nor a file that holds one: {text}{(why is null or "is not there" ? "" : $" {why}")}";
        }
    }

    private void TakeWitness(string text)
    {
        if (CosignatureVerifier.TryParse(text, out var key) || (TryRead(text, SignedNote.LargestNote, out var bytes, out _) && CosignatureVerifier.TryParse(Encoding.UTF8.GetString(bytes), out key)))
            witnesses.Add(key);
        else
            Fault ??= $"This is neither the verifier key of a witness nor a file that holds one: {text}";
    }

    private void TakePolicy(string file)
    {
        if (policy is not null)
            Fault ??= "Give one policy only.";
        else if (!TryRead(file, TrustPolicy.LargestFile, out var bytes, out var why))
            Fault ??= $"The policy cannot be read: {file} {why}.";
        else if (!TrustPolicy.TryParse(bytes, out policy, out var fault))
            Fault ??= fault;
    }

    private void TakeAuthority(string file)
    {
        try
        {
            if (!TryRead(file, SignedNote.LargestNote, out var bytes, out var why))
                Fault ??= $"The certificate cannot be read: {file} {why}.";
            else if (bytes[0] == '-')
                authorities.ImportFromPem(Encoding.ASCII.GetString(bytes));
            else
                authorities.Add(X509CertificateLoader.LoadCertificate(bytes));
        }
        catch (CryptographicException)
        {
            Fault ??= $"This file does not hold a certificate: {file}";
        }
    }
}
