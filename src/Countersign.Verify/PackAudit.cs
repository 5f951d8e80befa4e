using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>
/// Holds the files of an evidence pack against its manifest, and the manifest against the log's key. That what is in them is true of the
/// log is another question: entries and words are held against the log itself.
/// </summary>
internal sealed class PackAudit
{
    private const string Manifest = "manifest.json";
    private const string Note = "manifest.note";
    private const int LargestManifest = 1 << 28;

    private readonly string folder;
    private readonly List<Finding> findings = [];

    private PackAudit(string folder) => this.folder = Path.GetFullPath(folder);

    /// <summary>Files that were held against the manifest.</summary>
    public int Files { get; private set; }

    public IReadOnlyList<Finding> Findings => findings;

    private bool IsFull => findings.Count >= LogAudit.MostFindings;

    /// <returns>The log in a pack; null where the folder is no pack.</returns>
    public static string? LogOf(string folder) => !File.Exists(Path.Combine(folder, "checkpoint")) && Directory.Exists(Path.Combine(folder, "log")) ? Path.Combine(folder, "log") : null;

    /// <param name="report">Of the log in the pack, which had a signed checkpoint.</param>
    public static PackAudit Run(string folder, AuditReport report)
    {
        var audit = new PackAudit(folder);
        try
        {
            if (audit.SignedFiles(report) is { } files)
                audit.Compare(files);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            audit.Add("unreadable", $"The pack could not be read to its end: {unreadable.Message}");
        }

        return audit;
    }

    /// <returns>Each file as it was signed, by its path; null where that cannot be known.</returns>
    private Dictionary<string, Listed>? SignedFiles(AuditReport report)
    {
        if (!Brought.TryRead(Path.Combine(folder, Manifest), LargestManifest, out var manifest, out var why))
            return Nothing("manifest-missing", $"The list of files, {Manifest}, {why}.");
        if (!Brought.TryRead(Path.Combine(folder, Note), SignedNote.LargestNote, out var bytes, out why))
            return Nothing("manifest-unsigned", $"The signature of the list of files, {Note}, {why}.");
        if (!SignedNote.TryParse(bytes, out var note) || !Newest(report).Any(key => key.Verifies(note)))
            return Nothing("manifest-unsigned", $"{Note} is not signed by the key that signed the log beside it: the list of files vouches for nothing.");
        if (note.Text.Split('\n') is not [_, "evidence manifest", var hash, ""] || hash != Convert.ToBase64String(SHA256.HashData(manifest)))
            return Nothing("manifest-changed", $"{Manifest} is not the list of files that was signed.");
        return TryParse(manifest, out var of, out var files) && of == report.Checkpoint!.Size
            ? files
            : Nothing("manifest-of-another", $"{Manifest} was signed, but not for the log that lies beside it.");
    }

    /// <summary>Those that signed the newest checkpoint: one that the log gave up before signs no pack.</summary>
    private IEnumerable<NoteVerifier> Newest(AuditReport report) =>
        Brought.TryRead(Path.Combine(folder, "log", "checkpoint"), SignedNote.LargestNote, out var bytes, out _) && SignedNote.TryParse(bytes, out var checkpoint)
            ? report.Keys.Where(key => key.Verifies(checkpoint))
            : [];

    private static bool TryParse(byte[] manifest, out long size, out Dictionary<string, Listed> listed)
    {
        (size, listed) = (-1, new Dictionary<string, Listed>(StringComparer.Ordinal));
        try
        {
            using var document = JsonDocument.Parse(manifest);
            if (!document.RootElement.TryGetProperty("checkpoint", out var checkpoint) || !checkpoint.TryGetInt64(out size) || !document.RootElement.TryGetProperty("files", out var files))
                return false;
            var hasLengths = document.RootElement.TryGetProperty("lengths", out var lengths);
            foreach (var file in files.EnumerateObject())
                listed[file.Name] = new Listed(file.Value.GetString() ?? "", hasLengths && lengths.TryGetProperty(file.Name, out var length) && length.TryGetInt64(out var bytes) ? bytes : null);
            return true;
        }
        catch (Exception otherwise) when (otherwise is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Compare(Dictionary<string, Listed> listed)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, isLink) in FolderWalk.Through(folder).TakeWhile(_ => !IsFull))
        {
            there.Add(path);
            if (isLink)
                Add("link", $"{Name(path)} is a link to somewhere else, which a pack never holds.");
            else if (path is not (Manifest or Note))
                Compare(path, listed.GetValueOrDefault(path));
        }

        foreach (var path in listed.Keys.Where(path => !there.Contains(path)).Order(StringComparer.Ordinal).TakeWhile(_ => !IsFull))
            Add("file-missing", $"{Name(path)} is missing from the pack.");
    }

    private void Compare(string path, Listed? listed)
    {
        if (listed is null)
        {
            Add("file-added", $"{Name(path)} does not belong to the pack: it was put there later.");
            return;
        }

        Files++;
        var file = new FileInfo(Path.Combine(folder, path));
        if ((listed.Length is { } length && file.Length != length) || HashOf(file) != listed.Hash)
            Add("file-changed", $"{Name(path)} is not as it was when the pack was written.");
    }

    /// <summary>What has no length may be a pipe, which would keep whoever opens it waiting.</summary>
    private static string HashOf(FileInfo file)
    {
        using var bytes = file.Length == 0 ? Stream.Null : file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>A file may have a name that steers a terminal.</summary>
    private static string Name(string path) => Sentences.Show(Encoding.UTF8.GetBytes(path));

    private Dictionary<string, Listed>? Nothing(string code, string sentence)
    {
        Add(code, sentence);
        return null;
    }

    private void Add(string code, string sentence) => findings.Add(new Finding(code, sentence));

    /// <param name="Length">In bytes; null in lists that were written before they said it. A file of another length is not read: it may be one without an end.</param>
    private sealed record Listed(string Hash, long? Length);
}
