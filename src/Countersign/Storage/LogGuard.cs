using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>
/// How far this node has seen the log signed, in a file outside the database: whoever removes the end of the log from the database,
/// checkpoints and all, leaves the guard ahead of it. Each node keeps its own; it may lag behind the others'.
/// </summary>
/// <remarks>
/// The file holds an unsigned checkpoint. Nothing here lowers it. Where an older backup had to be put in place, two people declare the
/// log recovered, and the file is set aside and kept: it says what was lost.
/// </remarks>
public sealed class LogGuard(Installation installation)
{
    private readonly Lock gate = new();
    private readonly string path = Path.Combine(installation.DataFolder, "guard", "ledger");

    /// <returns>Null before the first signature.</returns>
    /// <exception cref="LogDamagedException">The file is there and says nothing, or speaks of another log.</exception>
    public Checkpoint? Read()
    {
        if (!File.Exists(path))
            return null;
        if (!Checkpoint.TryParse(File.ReadAllText(path), out var held))
            throw new LogDamagedException("The file guard/ledger in the data folder cannot be read.");
        return held.Origin == installation.Origin
            ? held
            : throw new LogDamagedException($"The file guard/ledger in the data folder belongs to the log \"{held.Origin}\".");
    }

    /// <summary>Goes forward to what is signed next. The file is on the disk before this returns, so that no signature exists that the guard never heard of.</summary>
    /// <exception cref="LogDamagedException">The guard has seen a longer log, or another one of this size.</exception>
    public void Advance(Checkpoint next)
    {
        lock (gate)
        {
            var held = Read();
            if (held?.Size > next.Size)
                throw new LogDamagedException(Shorter(next.Size, held));
            if (held?.Size == next.Size && held.Root != next.Root)
                throw new LogDamagedException(Different(held));
            if (held?.Size != next.Size)
                Write(next);
        }
    }

    /// <summary>Takes over what another node signed and this one has checked.</summary>
    public void Follow(Checkpoint verified)
    {
        lock (gate)
        {
            // A new epoch begins with the last checkpoint of the one before it, which this guard does not count.
            if (verified.Origin == installation.Origin && (Read() is not { } held || held.Size < verified.Size))
                Write(verified);
        }
    }

    /// <summary>What the guard holds, whichever log it speaks of; null where there is none or it cannot be read.</summary>
    public Checkpoint? Peek() => File.Exists(path) && Checkpoint.TryParse(File.ReadAllText(path), out var held) ? held : null;

    /// <summary>Keeps the file under another name, beside the place where the next epoch's will be.</summary>
    public void SetAside(Checkpoint held)
    {
        lock (gate)
            File.Move(path, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}-until-{held.Size}"), overwrite: true);
    }

    public static string Shorter(long size, Checkpoint held) =>
        $"The database holds {size:N0} entries of the log, and {held.Size:N0} were signed: its end is gone. Put the newest database back; or, if it is lost, let two people run `countersign recover`.";

    public static string Different(Checkpoint held) => $"The first {held.Size:N0} entries in the database are not those that were signed.";

    private void Write(Checkpoint checkpoint)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(checkpoint.ToText()));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}
