using System.Globalization;
using System.Text;
using System.Text.Json;
using Countersign.Ledger;

namespace Countersign.Verify;

/// <summary>Says in words what was found to be right.</summary>
internal static class Sentences
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IEnumerable<string> Of(AuditReport report)
    {
        var (origin, size, root) = report.Checkpoint!;
        yield return size switch
        {
            0 => $"The log {origin} is signed and has no entries.",
            1 => $"The only entry is exactly as signed by {origin}.",
            _ => $"Every one of the {size:N0} entries is exactly as signed by {origin}.",
        };
        if (DateOf(report.LastEntry) is { } last)
            yield return string.Create(CultureInfo.InvariantCulture, $"The last entry is dated {last.UtcDateTime:d MMMM yyyy, HH:mm} UTC, by the log's own clock.");
        if (report.KeptCheckpoints > 0)
            yield return $"It agrees with {Count(report.KeptCheckpoints, "checkpoint that was kept", "checkpoints that were kept")}.";
        if (report.ContentsShown > 0)
            yield return $"The folder shows {Count(report.ContentsShown, "piece of content", "pieces of content")}, each of them what an entry stands for; the entries stand for {report.ContentsCommitted:N0} in all.";
        yield return $"The signed summary of all entries (root) is {root.ToBase64()}.";
    }

    public static string Count(long number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    /// <summary>The entry as text where it is text without anything that could steer a terminal, and in Base64 otherwise.</summary>
    public static string Show(byte[] entry)
    {
        try
        {
            var text = Utf8.GetString(entry);
            return text.EnumerateRunes().Any(rune => Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
                ? $"(in Base64) {Convert.ToBase64String(entry)}"
                : text;
        }
        catch (DecoderFallbackException)
        {
            return $"(in Base64) {Convert.ToBase64String(entry)}";
        }
    }

    /// <summary>The "at" of an entry: milliseconds since 1970 or a date as text.</summary>
    private static DateTimeOffset? DateOf(byte[]? entry)
    {
        try
        {
            using var document = JsonDocument.Parse(entry);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("at", out var at))
                return null;
            return at.ValueKind switch
            {
                JsonValueKind.Number when at.TryGetInt64(out var ms) && ms is > 0 and < 253_402_300_800_000 => DateTimeOffset.FromUnixTimeMilliseconds(ms),
                JsonValueKind.String when at.TryGetDateTimeOffset(out var date) => date,
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
