using System.Diagnostics;
using Countersign.Ledger;
using Microsoft.Extensions.Options;

namespace Countersign.Storage;

/// <summary>
/// How far the log was seen signed, in a file outside the database: whoever removes the end of the log from the database, checkpoints and
/// all, leaves the guard ahead of it. Where nodes do not share the file, each keeps its own, which may lag behind the others' by a second.
/// </summary>
/// <remarks>
/// The file holds an unsigned checkpoint. Nothing here lowers it, and a node that finds none beside a log that is signed already signs
/// nothing. Where an older backup had to be put in place, two people declare the log recovered, and the file is set aside and kept: it
/// says what was lost.
/// </remarks>
public sealed class LogGuard
{
    private static readonly TimeSpan lockPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan followEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Installation installation;
    private readonly string path;
    private readonly bool isShared;
    private long followed;

    /// <summary>A file that was here and is not is lost, and no log that begins.</summary>
    private volatile bool wasHere;

    /// <exception cref="InvalidOperationException">The folder that the settings name is not there.</exception>
    public LogGuard(Installation installation, IOptions<LedgerGuardSettings> settings)
    {
        this.installation = installation;
        path = Locate(installation.DataFolder, settings.Value.File);
        isShared = !string.IsNullOrWhiteSpace(settings.Value.File);
    }

    /// <returns>Null where there is no file.</returns>
    /// <exception cref="LogDamagedException">The file is there and says nothing, or speaks of another log; or it was there and is not.</exception>
    public Checkpoint? Read()
    {
        if (!File.Exists(path))
            return wasHere ? throw new LogDamagedException($"The guard file {path} was here and is gone. Is its volume mounted? Put it back; or, if it is lost, let two people run `countersign recover`.") : null;
        if (!Checkpoint.TryParse(Text(), out var held))
            throw new LogDamagedException($"The guard file {path} cannot be read. Put back what it said; or, if that is lost, let two people run `countersign recover`.");
        if (held.Origin != installation.Origin)
            throw new LogDamagedException($"The guard file {path} belongs to the log \"{held.Origin}\".");
        wasHere = true;
        return held;
    }

    /// <returns>Why a log that was signed under its present name cannot be continued without its guard; null where it has one.</returns>
    /// <param name="signed">The last checkpoint in the database.</param>
    public string? WhyMissing(Checkpoint? signed) => signed?.Origin == installation.Origin && !File.Exists(path)
        ? $"{signed.Size:N0} entries of the log were signed, and there is no guard file {path} to say whether those are all. Put it back, or on a new node copy it from a running one, or name a shared one in Ledger:Guard:File; if it is lost, let two people run `countersign recover`."
        : null;

    /// <summary>Goes forward to what is signed next. The file is on the disk before this returns, so that no signature exists that the guard never heard of.</summary>
    /// <exception cref="LogDamagedException">The guard has seen a longer log, or another one of this size.</exception>
    public void Advance(Checkpoint next)
    {
        lock (gate)
        {
            using var alone = Alone();
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
            if (verified.Origin != installation.Origin || Read()?.Size >= verified.Size)
                return;
            using var alone = Alone();
            if (Read() is not { } held || held.Size < verified.Size)
                Write(verified);
            followed = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The same where there is a guard, at most once a second: each time waits for the disk.</summary>
    public void FollowSoon(Checkpoint verified)
    {
        if ((followed == 0 || Stopwatch.GetElapsedTime(followed) >= followEvery) && File.Exists(path))
            Follow(verified);
    }

    /// <summary>True where the file says nothing that can be read.</summary>
    public bool IsDamaged => File.Exists(path) && Peek() is null;

    /// <summary>What the guard holds, whichever log it speaks of; null where there is none or it cannot be read.</summary>
    public Checkpoint? Peek() => File.Exists(path) && Checkpoint.TryParse(Text(), out var held) ? held : null;

    /// <summary>Keeps the file, where there is one, under another name, beside the place where the next epoch's will be.</summary>
    public void SetAside(Checkpoint held)
    {
        lock (gate)
        {
            if (!File.Exists(path))
                return;
            wasHere = false;
            File.Move(path, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}-until-{held.Size}"), overwrite: true);
        }
    }

    public static string Shorter(long size, Checkpoint held) =>
        $"The database holds {size:N0} entries of the log, and {held.Size:N0} were signed: its end is gone. Put the newest database back; or, if it is lost, let two people run `countersign recover`.";

    public static string Different(Checkpoint held) => $"The first {held.Size:N0} entries in the database are not those that were signed. Put the right database back; or, if it is lost, let two people run `countersign recover`.";

    /// <summary>A volume that is not mounted looks like a guard that is lost: it is not begun anew there.</summary>
    private static string Locate(string dataFolder, string? named)
    {
        var usual = Path.Combine(dataFolder, "guard", "ledger");
        if (string.IsNullOrWhiteSpace(named))
            return usual;
        var file = Path.GetFullPath(named, dataFolder);
        if (!Directory.Exists(Path.GetDirectoryName(file)))
            throw new InvalidOperationException($"There is no folder for the guard of the log at {file}, where Ledger:Guard:File says it is. Is its volume mounted?");
        return File.Exists(file) || !File.Exists(usual)
            ? file
            : throw new InvalidOperationException($"Ledger:Guard:File names {file}, and the guard of this log lies in {usual}. Move it there.");
    }

    private string Text()
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw NotOurs();
        }
    }

    private LogDamagedException NotOurs() => new($"The guard file {path} is not this user's to read and write. Give it and its folder to the user that runs Countersign.");

    /// <summary>A shared guard is read, compared and written by one process at a time, also where the databases of two claim to be this log.</summary>
    private FileStream? Alone()
    {
        if (!isShared)
            return null;
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (UnauthorizedAccessException)
            {
                throw NotOurs();
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(begun) < lockPatience)
            {
                Thread.Sleep(5);
            }
        }
    }

    private void Write(Checkpoint checkpoint)
    {
        var partial = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(checkpoint.ToText()));
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
            wasHere = true;
        }
        catch (UnauthorizedAccessException)
        {
            throw NotOurs();
        }
        catch (IOException)
        {
            File.Delete(partial);
            throw;
        }
    }
}
