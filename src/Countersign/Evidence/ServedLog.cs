using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Countersign.Ledger;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Evidence;

/// <summary>The log as C2SP tlog-tiles serves it: the signed checkpoint, and entries and hashes 256 at a time.</summary>
public sealed partial class ServedLog(SignedLog log)
{
    public const string CheckpointPath = "checkpoint";

    /// <returns>Null where the log has no such file.</returns>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await log.LatestAsync(cancellationToken) is not { } latest)
            return null;
        if (path == CheckpointPath)
            return Encoding.UTF8.GetBytes(latest.Note);
        if (TilePattern().Match(path) is not { Success: true } tile || !long.TryParse(tile.Groups["index"].Value.Replace("x", "", StringComparison.Ordinal).Replace("/", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return null;
        var width = tile.Groups["width"] is { Success: true } partial ? int.Parse(partial.Value, CultureInfo.InvariantCulture) : Tile.FullWidth;
        if (width is < 1 or > Tile.FullWidth || index > long.MaxValue >> Tile.Height)
            return null;
        return tile.Groups["level"].Value == "entries"
            ? await EntriesAsync(index << Tile.Height, width, latest.Size, cancellationToken)
            : await HashesAsync(int.Parse(tile.Groups["level"].Value, CultureInfo.InvariantCulture), index, width, latest.Size, cancellationToken);
    }

    private async Task<byte[]?> EntriesAsync(long first, int width, long size, CancellationToken cancellationToken)
    {
        var end = first + width;
        if (end > size)
            return null;
        using var bundle = new MemoryStream();
        var length = new byte[sizeof(ushort)];
        await foreach (var portion in log.Places.PortionsAsync(first, end, cancellationToken))
        {
            foreach (var (entry, _) in portion)
            {
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Leaf.Length);
                bundle.Write(length);
                bundle.Write(entry.Leaf);
            }
        }

        return bundle.ToArray();
    }

    private async Task<byte[]?> HashesAsync(int level, long index, int width, long size, CancellationToken cancellationToken)
    {
        if ((index << Tile.Height) + width > size >> (level * Tile.Height))
            return null;
        var hashes = await log.Tiles.AsNoTracking().Where(tile => tile.Level == level && tile.Index == index).Select(tile => tile.Hashes).SingleOrDefaultAsync(cancellationToken);
        return hashes is not null && hashes.Length >= width * TreeHash.Length ? hashes[..(width * TreeHash.Length)] : null;
    }

    [GeneratedRegex("^tile/(?<level>entries|[0-7])/(?<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\\.p/(?<width>[0-9]{1,3}))?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TilePattern();
}
