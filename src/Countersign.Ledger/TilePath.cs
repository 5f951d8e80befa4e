using System.Globalization;

namespace Countersign.Ledger;

/// <summary>Where C2SP tlog-tiles puts the parts of a log, relative to its folder, always with forward slashes.</summary>
internal static class TilePath
{
    /// <summary>A log with tiles above these would have more entries than there are numbers.</summary>
    private const int MostLevels = 8;

    public static string Hashes(int level, long index, int width) => Of(level.ToString(CultureInfo.InvariantCulture), index, width);

    public static string Entries(long index, int width) => Of("entries", index, width);

    /// <summary>How many hashes the tile holds in a log of this size: 256, or fewer at the right edge, or 0 where there is no such tile.</summary>
    public static int Width(long size, int level, long index)
    {
        if (level >= MostLevels)
            return 0;
        var hashes = size >> (level * Tile.Height);
        return index > hashes >> Tile.Height ? 0 : (int)Math.Min(Tile.FullWidth, hashes - (index << Tile.Height));
    }

    /// <summary>Whether a log of this size has a file at this path; a partial tile that has since grown is none.</summary>
    public static bool IsPartOf(string path, long size)
    {
        var parts = path.Split('/');
        if (parts.Length < 3 || parts[0] != "tile")
            return false;
        var ofEntries = parts[1] == "entries";
        var level = 0;
        if (!ofEntries && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level))
            return false;
        var number = parts[^2].EndsWith(".p", StringComparison.Ordinal) ? parts[2..^1] : parts[2..];
        var digits = string.Concat(number).Replace(".p", "", StringComparison.Ordinal).Replace("x", "", StringComparison.Ordinal);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        var width = Width(size, level, index);
        return width > 0 && path == (ofEntries ? Entries(index, width) : Hashes(level, index, width));
    }

    private static string Of(string kind, long index, int width)
    {
        var number = (index % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (var rest = index / 1000; rest > 0; rest /= 1000)
            number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{number}");
        return string.Create(CultureInfo.InvariantCulture, $"tile/{kind}/{number}{(width < Tile.FullWidth ? $".p/{width}" : "")}");
    }
}
