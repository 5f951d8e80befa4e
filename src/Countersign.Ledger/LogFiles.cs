using System.Diagnostics.CodeAnalysis;

namespace Countersign.Ledger;

/// <summary>Reads the files of a folder that a stranger may have prepared.</summary>
internal sealed class LogFiles(string place)
{
    /// <summary>In full, once: to find out where the program runs costs more than to look at a file.</summary>
    private readonly string folder = Path.GetFullPath(place);

    public bool Exists => Directory.Exists(folder);

    /// <summary>Reads a whole file. What it says of one that cannot be read goes on after the file's name: "is missing".</summary>
    /// <param name="shortest">In bytes, at least 1: pipes and devices say 0, and are never opened.</param>
    public bool TryRead(string path, long shortest, long longest, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? fault)
    {
        var contents = new FileContents();
        bytes = TryRead(path, shortest, longest, contents, out fault) ? contents.Bytes.ToArray() : null;
        return fault is null;
    }

    /// <summary>The same into memory that is used again.</summary>
    public bool TryRead(string path, long shortest, long longest, FileContents contents, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        try
        {
            var file = new FileInfo(Path.Combine(folder, path));
            if (!file.Exists)
                fault = "is missing";
            else if (file.Attributes.HasFlag(FileAttributes.ReparsePoint))
                fault = "is a link to another place";
            else if (file.Length < shortest || file.Length > longest)
                fault = $"is {file.Length:N0} bytes long, which it cannot be";
            else
                contents.Read(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            fault = "cannot be read";
        }
        return fault is null;
    }

    public bool TryReadEntries(long index, int width, FileContents contents, [NotNullWhen(false)] out string? fault) => TryRead(
        TilePath.Entries(index, width),
        width * EntryBundle.LengthPrefix,
        width * (long)(EntryBundle.LengthPrefix + EntryBundle.LongestEntry),
        contents,
        out fault);

    public bool TryReadHashes(int level, long index, int width, FileContents contents, [NotNullWhen(false)] out string? fault) =>
        TryRead(TilePath.Hashes(level, index, width), Math.Max(1, width * TreeHash.Length), width * TreeHash.Length, contents, out fault);

    public bool TryReadHashes(int level, long index, int width, [NotNullWhen(true)] out byte[]? hashes)
    {
        var contents = new FileContents();
        hashes = TryReadHashes(level, index, width, contents, out _) ? contents.Bytes.ToArray() : null;
        return hashes is not null;
    }

    /// <summary>Every file below the folder and every link, which is not followed; paths have forward slashes.</summary>
    /// <param name="part">A folder in it, to look there alone; there need be none.</param>
    public IEnumerable<(string Path, bool IsLink)> Walk(string part = "") => FolderWalk.Through(folder, part);
}

/// <summary>Memory for one file after the other.</summary>
internal sealed class FileContents
{
    private byte[] memory = [];
    private int length;

    public ReadOnlySpan<byte> Bytes => memory.AsSpan(0, length);

    public void Read(FileInfo file)
    {
        using var handle = File.OpenHandle(file.FullName);
        var wanted = checked((int)file.Length);
        if (memory.Length < wanted)
            memory = GC.AllocateUninitializedArray<byte>(wanted);
        for (length = 0; length < wanted;)
        {
            var read = RandomAccess.Read(handle, memory.AsSpan(length..wanted), length);
            length += read > 0 ? read : throw new EndOfStreamException();
        }
    }
}
