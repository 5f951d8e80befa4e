using System.Globalization;

namespace Countersign.Ledger;

/// <summary>
/// Verifies a folder as <see cref="LogFolder"/> writes it, from its entries up. It believes only the keys it is given; what is wrong is a
/// finding, never an exception, whatever the folder holds.
/// </summary>
public sealed class LogAudit
{
    /// <summary>After this many findings the audit stops looking.</summary>
    public const int MostFindings = Findings.Most;

    private readonly LogFiles files;
    private TrustedKeys keys;
    private readonly Findings findings = new();
    private readonly List<KeptCheckpoint> kept = [];
    private readonly ContentAudit contents = new();
    private readonly AnchorAudit anchors;
    private readonly LogTrust trust;

    /// <summary>Also the keys that handed over to those: checkpoints that the folder keeps from their time must fit the tree as all do.</summary>
    private TrustedKeys everyKey = new([]);

    /// <summary>The checkpoints that the log's keys signed, by size: a time stamp is of one of them.</summary>
    private readonly Dictionary<long, SignedNote> notes = [];
    private readonly List<(string Path, long Size)> stamps = [];

    private LogAudit(string folder, LogTrust trust)
    {
        files = new LogFiles(folder);
        this.trust = trust;
        keys = new TrustedKeys(trust.Keys);
        anchors = new AnchorAudit(trust, findings);
    }

    /// <summary>Reads every file of the folder once and some twice; holds a bundle of entries and the tree's edge in memory.</summary>
    /// <param name="keys">The keys of the log, had from elsewhere than from this folder.</param>
    /// <param name="outside">Checkpoints of this log that were kept elsewhere, which the log must continue.</param>
    public static AuditReport Run(string folder, IReadOnlyList<NoteVerifier> keys, params IReadOnlyList<SignedNote> outside) => Run(folder, new LogTrust(keys) { Outside = outside });

    /// <summary>The same, with witnesses, a policy and time stamp authorities that whoever verifies relies on.</summary>
    public static AuditReport Run(string folder, LogTrust trust)
    {
        var audit = new LogAudit(folder, trust);
        try
        {
            return audit.Run();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            audit.findings.Add("unreadable", $"The folder could not be read to its end: {unreadable.Message}");
            return audit.Report(null, null);
        }
    }

    private AuditReport Run()
    {
        keys = new TrustedKeys(KeyRotation.Follow(files, keys.All, out var earlier));
        everyKey = new TrustedKeys([.. keys.All, .. earlier]);
        if (SignedCheckpoint() is not { } signed)
            return Report(null, null);
        foreach (var note in trust.Outside)
            KeepOutside(note, signed);
        foreach (var (path, isLink) in files.Walk().TakeWhile(_ => !findings.IsFull))
            Recognise(path, isLink, signed);
        if (!keys.All.Any(key => key.Name == signed.Origin && files.TryRead(LogFolder.KeyPath(key), 1, SignedNote.LargestNote, out _, out _)))
            findings.Add("key-missing", "The folder lacks the key that it was written with.", "keys");
        kept.Sort((a, b) => a.Size.CompareTo(b.Size));
        foreach (var (path, size) in stamps)
            LookAtStamp(path, size, signed);
        anchors.Finish();

        var entries = new EntryAudit(files, signed, kept, contents, findings);
        entries.Run();
        contents.Finish(files, findings);
        return Report(signed, entries);
    }

    private AuditReport Report(Checkpoint? signed, EntryAudit? entries) => new()
    {
        Checkpoint = signed,
        Keys = keys.All,
        EntriesAreAsSigned = entries?.AreAsSigned ?? false,
        KeptCheckpoints = kept.Count,
        ContentsShown = contents.Shown,
        ContentsCommitted = contents.Shown == 0 ? null : contents.Committed,
        LastEntry = entries?.LastEntry,
        Compromised = entries?.AreAsSigned == true ? entries.Compromised : [],
        Anchors = entries?.AreAsSigned == true ? anchors.Anchors : [],
        StampsNotJudged = anchors.StampsNotJudged,
        Findings = findings.All,
    };

    private Checkpoint? SignedCheckpoint()
    {
        const string path = LogFolder.CheckpointFile;
        if (!files.Exists)
        {
            findings.Add("folder-missing", "There is no such folder.");
            return null;
        }
        if (!files.TryRead(path, 1, SignedNote.LargestNote, out var bytes, out var fault))
        {
            findings.Add("checkpoint-missing", $"The file {path} {fault}: without it, nothing says what was signed.", path);
            return null;
        }
        var (checkpoint, why) = keys.Read(bytes);
        if (checkpoint is null)
            findings.Add("checkpoint-not-signed", $"The file {path} {why}. Nothing in this folder can be relied on.{SignedWith(bytes)}", path);
        else
            Take(bytes, checkpoint, path);
        return checkpoint;
    }

    /// <summary>Which key would have been needed; what the lines claim is not believed, only told.</summary>
    private static string SignedWith(ReadOnlySpan<byte> bytes) => SignedNote.TryParse(bytes, out var note)
        ? $" Its signatures name {string.Join(" and ", note.Signatures.Take(3).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name}+{line.KeyId:x8}")))}: give that key, or one that handed over to it."
        : "";

    private void KeepOutside(SignedNote note, Checkpoint signed)
    {
        var (checkpoint, fault) = everyKey.Read(note);
        if (checkpoint is null)
            findings.Add("outside-not-signed", $"The checkpoint you kept {fault}.");
        else if (checkpoint.Origin != signed.Origin)
            findings.Add("other-log", $"The checkpoint you kept is of the log {checkpoint.Origin}, and this folder is of {signed.Origin}.");
        else if (checkpoint.Size > signed.Size)
            findings.Add("log-shrank", $"The log had {checkpoint.Size:N0} entries when the checkpoint you kept was signed, and this folder covers only {signed.Size:N0}.");
        else
        {
            kept.Add(new KeptCheckpoint(checkpoint.Size, checkpoint.Root, IsOutside: true));
            anchors.LookAtKept(checkpoint);
            anchors.Look(note, checkpoint, "the checkpoint you kept");
        }
    }

    /// <summary>Notes a checkpoint of the log's own key, and who else signed it.</summary>
    private void Take(ReadOnlySpan<byte> bytes, Checkpoint checkpoint, string path)
    {
        if (!SignedNote.TryParse(bytes, out var note))
            return;
        notes.TryAdd(checkpoint.Size, note);
        anchors.Look(note, checkpoint, $"the file {path}");
    }

    private void Recognise(string path, bool isLink, Checkpoint signed)
    {
        if (isLink)
            findings.Add("link", $"{path} is a link to another place, which was not followed.", path);
        else if (path == LogFolder.CheckpointFile || TilePath.IsPartOf(path, signed.Size))
            return;
        else if (SizeIn(path, LogFolder.KeptPath) is { } size)
            Keep(path, size, signed);
        else if (SizeIn(path, LogFolder.StampPath) is { } stamped)
            stamps.Add((path, stamped));
        else if (everyKey.All.FirstOrDefault(key => LogFolder.KeyPath(key) == path) is { } key)
            CompareKey(path, key);
        else if (path.StartsWith("keys/", StringComparison.Ordinal))
            findings.Add("key-unknown", $"The file {path} is not a key you gave; it was not used and is not to be trusted.", path);
        else if (ContentName(path) is { } named)
            contents.Add(named);
        else
            findings.Add("extra-file", $"The file {path} is no part of the log: nothing is known about it.", path);
    }

    private void Keep(string path, long size, Checkpoint signed)
    {
        if (!files.TryRead(path, 1, SignedNote.LargestNote, out var bytes, out var fault))
        {
            findings.Add("kept-damaged", $"The file {path} {fault}.", path);
            return;
        }
        var (checkpoint, why) = everyKey.Read(bytes);
        if (checkpoint is null)
            findings.Add("kept-damaged", $"The file {path} {why}.", path);
        else if (checkpoint.Origin != signed.Origin)
            findings.Add("other-log", $"The file {path} is of another log, {checkpoint.Origin}.", path);
        else if (checkpoint.Size != size)
            findings.Add("kept-misnamed", $"The file {path} is the checkpoint of another size, {checkpoint.Size:N0}.", path);
        else if (size > signed.Size)
            findings.Add("log-shrank", $"The log had {size:N0} entries when {path} was signed, and this folder covers only {signed.Size:N0}.", path);
        else
        {
            kept.Add(new KeptCheckpoint(size, checkpoint.Root, IsOutside: false));
            Take(bytes, checkpoint, path);
        }
    }

    private void LookAtStamp(string path, long size, Checkpoint signed)
    {
        if (!files.TryRead(path, 1, TimeStamp.LargestToken, out var token, out var fault))
            findings.Add("stamp-damaged", $"The file {path} {fault}.", path);
        else if (!notes.TryGetValue(size, out var note))
            findings.Add("stamp-alone", $"The file {path} is a time stamp of a checkpoint that is not in this folder.", path);
        else
            anchors.LookAtStamp(token, note, signed with { Size = size }, path);
    }

    private void CompareKey(string path, NoteVerifier key)
    {
        var right = LogFolder.KeyFile(key);
        if (!files.TryRead(path, right.Length, right.Length, out var bytes, out _) || !bytes.AsSpan().SequenceEqual(right))
            findings.Add("key-changed", $"The file {path} is not the key that its name says.", path);
    }

    /// <summary>The size that a path of this kind is named after.</summary>
    private static long? SizeIn(string path, Func<long, string> pathOf) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && pathOf(size) == path ? size : null;

    private static Commitment? ContentName(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return Commitment.TryParse(name, out var commitment) && LogFolder.ContentPath(commitment) == path ? commitment : null;
    }
}
