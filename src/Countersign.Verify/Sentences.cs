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
        foreach (var (key, entry, signed) in report.Compromised)
            yield return $"Caution: entry {entry:N0} says that somebody else may have the key {key}. Do not rely on what it signed after the first {Count(signed, "entry", "entries")}{(Successor(report) is { } next && next.ToString() != key.ToString() ? $"; ask for the newest key, which by this log is {next}" : "")}.";
        yield return $"The signed summary of all entries (root) is {root.ToBase64()}.";
    }

    /// <summary>The last that the given keys lead to.</summary>
    private static NoteVerifier? Successor(AuditReport report) => report.Keys.Count == 0 ? null : report.Keys[^1];

    /// <summary>Who outside vouches for it, and what nobody outside vouches for.</summary>
    public static IEnumerable<string> OfAnchors(AuditReport report)
    {
        var size = report.Checkpoint!.Size;
        foreach (var last in report.Anchors.GroupBy(anchor => (anchor.Kind, anchor.By)).Select(group => group.Last()))
            yield return Of(last);
        if (report.StampsNotJudged > 0)
            yield return $"The folder holds {Count(report.StampsNotJudged, "time stamp", "time stamps")}; give the authority's certificate with --tsa to have them judged.";
        if (report.Anchors.Count == 0)
            yield return "Whoever holds the log's private key could have signed another log instead. To rule that out, compare with a checkpoint kept elsewhere: countersign-verify extend.";
        else if (report.Exposed == 0)
            yield return "Nobody, not even whoever holds the log's key, could have changed an entry after that unseen.";
        else
            yield return $"For the {Count(report.Exposed, "entry", "entries")} after the first {size - report.Exposed:N0} there is only the word of whoever holds the log's key: nobody outside had seen them yet.";
    }

    public static string Of(Anchor anchor) => anchor.Kind switch
    {
        AnchorKind.Kept => $"The log begins with the {Count(anchor.Size, "entry", "entries")} of the checkpoint you kept: nothing in them was changed, removed or put in another order.",
        AnchorKind.Witness => string.Create(CultureInfo.InvariantCulture, $"The witness {anchor.By} had seen the first {anchor.Size:N0} entries, as they stand here, on {anchor.At:d MMMM yyyy, HH:mm} UTC."),
        _ => string.Create(CultureInfo.InvariantCulture, $"The time stamp authority {anchor.By} confirms that the first {anchor.Size:N0} entries were signed, as they stand here, by {anchor.At:d MMMM yyyy, HH:mm} UTC."),
    };

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
