using System.Runtime.Versioning;

namespace Countersign.Web.Hosting;

/// <summary>The data folder, readable by its owner alone. With SQLite only one program may have it.</summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream? hold;

    private DataFolder(FileStream? hold, string? refusal) => (this.hold, Refusal) = (hold, refusal);

    /// <summary>Why it cannot be used; null when it can.</summary>
    public string? Refusal { get; }

    /// <param name="alone">Keep other programs out for as long as this one runs.</param>
    public static DataFolder Open(string path, bool alone)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else if (Directory.CreateDirectory(path, OwnerOnly) is { } folder && (folder.UnixFileMode & ~OwnerOnly) != UnixFileMode.None && !Tighten(folder))
                return new DataFolder(null, $"Other users may read the data folder {path}, and this user may not change that. Give the folder to the user that runs Countersign.");
            var hold = alone ? new FileStream(Path.Combine(path, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) : null;
            EmptyExports(path, alone);
            return new DataFolder(hold, null);
        }
        catch (UnauthorizedAccessException)
        {
            return new DataFolder(null, $"The data folder {path} may not be written by this user.");
        }
        catch (IOException) when (Directory.Exists(path))
        {
            return new DataFolder(null, $"Another Countersign uses the data folder {path}. Stop it, or give this one a folder of its own with --data.");
        }
        catch (IOException failure)
        {
            return new DataFolder(null, $"The data folder {path} cannot be used: {failure.Message}");
        }
    }

    public void Dispose() => hold?.Dispose();

    [UnsupportedOSPlatform("windows")]
    private static bool Tighten(DirectoryInfo folder)
    {
        try
        {
            folder.UnixFileMode &= OwnerOnly;
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Words that an export left when the program ended in the middle of it. Where several programs share the folder, one of them may be exporting: what is older than a day is of nobody.</summary>
    private static void EmptyExports(string path, bool alone)
    {
        var exports = new DirectoryInfo(Path.Combine(path, "exports"));
        if (!exports.Exists)
            return;
        var yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (var left in exports.EnumerateFileSystemInfos().Where(left => alone || left.LastWriteTimeUtc < yesterday))
        {
            if (left is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                left.Delete();
        }
    }
}
