namespace Countersign.Web.Hosting;

/// <summary>The data folder, readable by its owner alone. With SQLite only one program may have it.</summary>
public sealed class DataFolder : IDisposable
{
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
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new DataFolder(alone ? new FileStream(Path.Combine(path, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) : null, null);
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
}
