using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing.Thumbnails;

/// <summary>What a page shows of a picture in a list. Nothing is stored: thumbnails are made when they are asked for and kept in memory, so an erased picture leaves none behind.</summary>
public sealed class SmallPictures : IDisposable
{
    /// <summary>Bytes in memory; about a thousand pictures.</summary>
    private const long MostKept = 32 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]?> kept = [];
    private readonly Queue<string> oldest = [];

    /// <summary>Each takes a processor and up to a hundred megabytes for a moment.</summary>
    private readonly SemaphoreSlim turns = new(2, 2);
    private long bytes;

    /// <returns>Null where there is no such picture any more. The caller has asked whether the reader may see it.</returns>
    public async Task<(byte[] Bytes, string ContentType)?> FindAsync(CountersignDb db, string sha256, CancellationToken cancellationToken)
    {
        if (await db.Media.AsNoTracking().Where(media => media.Sha256 == sha256 && media.Erasure == null).Select(media => new { media.Size }).SingleOrDefaultAsync(cancellationToken) is not { } known)
            return null;
        var worthIt = known.Size > Thumbnail.WorthIt;
        if (worthIt && Tried(sha256, out var small) && small is not null)
            return (small, "image/jpeg");
        if (await db.Media.AsNoTracking().SingleOrDefaultAsync(media => media.Sha256 == sha256, cancellationToken) is not { Bytes.Length: > 0 } picture)
            return null;
        return worthIt && await MakeAsync(picture, cancellationToken) is { } made ? (made, "image/jpeg") : (picture.Bytes, picture.ContentType);
    }

    public void Dispose() => turns.Dispose();

    /// <param name="made">Null where it was tried and cannot be made.</param>
    private bool Tried(string sha256, out byte[]? made)
    {
        lock (gate)
            return kept.TryGetValue(sha256, out made);
    }

    private async Task<byte[]?> MakeAsync(Media picture, CancellationToken cancellationToken)
    {
        if (Tried(picture.Sha256, out var made))
            return made;
        await turns.WaitAsync(cancellationToken);
        try
        {
            // Somebody else who asked for it may have had the turn before.
            if (Tried(picture.Sha256, out made))
                return made;
            made = Thumbnail.Of(picture.Bytes, picture.Width, picture.Height) is { } small && small.Length < picture.Bytes.Length ? small : null;
            Keep(picture.Sha256, made);
            return made;
        }
        finally
        {
            turns.Release();
        }
    }

    private void Keep(string sha256, byte[]? made)
    {
        lock (gate)
        {
            if (!kept.TryAdd(sha256, made))
                return;
            oldest.Enqueue(sha256);
            bytes += made?.Length ?? 100;
            while (bytes > MostKept && oldest.TryDequeue(out var first))
            {
                bytes -= kept[first]?.Length ?? 100;
                kept.Remove(first);
            }
        }
    }
}
