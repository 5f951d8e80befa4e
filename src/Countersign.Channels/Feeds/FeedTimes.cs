using System.Globalization;

namespace Countersign.Channels.Feeds;

/// <summary>Times as feeds write them: RFC 3339, and RFC 822 with years of two digits, named zones and wrong names of days.</summary>
internal static class FeedTimes
{
    private static readonly string[] formats =
    [
        "d MMM yyyy H:mm:ss zzz", "d MMM yyyy H:mm zzz", "d MMM yy H:mm:ss zzz", "d MMM yy H:mm zzz", "d MMMM yyyy H:mm:ss zzz",
    ];

    /// <summary>RFC 822, section 5.1.</summary>
    private static readonly Dictionary<string, string> zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GMT"] = "+00:00",
        ["UT"] = "+00:00",
        ["UTC"] = "+00:00",
        ["Z"] = "+00:00",
        ["BST"] = "+01:00",
        ["CET"] = "+01:00",
        ["CEST"] = "+02:00",
        ["EST"] = "-05:00",
        ["EDT"] = "-04:00",
        ["CST"] = "-06:00",
        ["CDT"] = "-05:00",
        ["MST"] = "-07:00",
        ["MDT"] = "-06:00",
        ["PST"] = "-08:00",
        ["PDT"] = "-07:00",
    };

    /// <returns>In UTC; null for anything that is no time of day in this age.</returns>
    public static DateTimeOffset? Read(string? written)
    {
        if (written?.Trim() is not { Length: >= 10 and <= 64 } said)
            return null;
        DateTimeOffset at;
        if (char.IsAsciiDigit(said[0]) && said[4] == '-')
        {
            if (!DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
                return null;
        }
        else
        {
            // The name of the day is often wrong and says nothing that the date does not say.
            var rest = said.IndexOf(',', StringComparison.Ordinal) is > 0 and < 12 and var comma ? said[(comma + 1)..].Trim() : said;
            var parts = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 4)
                parts = [.. parts, "GMT"];
            if (parts.Length != 5)
                return null;
            parts[4] = zones.GetValueOrDefault(parts[4]) ?? (parts[4] is ['+' or '-', _, _, _, _] offset ? offset.Insert(3, ":") : parts[4]);
            if (!DateTimeOffset.TryParseExact(string.Join(' ', parts), formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out at))
                return null;
        }

        return at.Year is >= 1990 and <= 2200 ? at.ToUniversalTime() : null;
    }
}
