using System.Globalization;
using System.Text;

namespace Countersign.Web.Publishing;

public enum EventStanding
{
    /// <summary>Not approved yet.</summary>
    Tentative,
    Confirmed,
    Cancelled,
}

/// <param name="Uid">Stays with the event, so that a calendar program knows it again.</param>
/// <param name="Sequence">Grows with every change.</param>
public sealed record CalendarEvent(string Uid, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset Changed, int Sequence, string Summary)
{
    public string Description { get; init; } = "";

    public required string Address { get; init; }

    public EventStanding Standing { get; init; }
}

/// <summary>RFC 5545: lines end with CR LF and are folded at 75 octets, never inside a character; text is escaped; times are instants, so that they are right in every zone.</summary>
public static class ICalendar
{
    /// <summary>Octets of a line without its end; RFC 5545, section 3.1.</summary>
    private const int LineOctets = 75;

    public static string Write(string name, IReadOnlyList<CalendarEvent> events)
    {
        var text = new StringBuilder();
        void Line(string line) => Fold(text, line);
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//Countersign//Calendar 1//EN");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line($"NAME:{Escape(name)}"); // RFC 7986
        Line($"X-WR-CALNAME:{Escape(name)}");
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT15M");
        foreach (var one in events)
        {
            Line("BEGIN:VEVENT");
            Line($"UID:{one.Uid}");
            Line($"DTSTAMP:{Instant(one.Changed)}");
            Line($"LAST-MODIFIED:{Instant(one.Changed)}");
            Line(string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{one.Sequence}"));
            Line($"DTSTART:{Instant(one.From)}");
            Line($"DTEND:{Instant(one.Until)}");
            Line($"SUMMARY:{Escape(one.Summary)}");
            if (one.Description.Length > 0)
                Line($"DESCRIPTION:{Escape(one.Description)}");
            Line($"URL:{one.Address}");
            Line($"STATUS:{one.Standing.ToString().ToUpperInvariant()}");
            Line("TRANSP:TRANSPARENT"); // nobody is busy because of it
            Line("END:VEVENT");
        }

        Line("END:VCALENDAR");
        return text.ToString();
    }

    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }

    /// <summary>Section 3.3.11. Other control characters have no place in a text value and are left out.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var letter in text.ReplaceLineEndings("\n"))
        {
            _ = letter switch
            {
                '\\' or ';' or ',' => escaped.Append('\\').Append(letter),
                '\n' => escaped.Append("\\n"),
                _ when char.IsControl(letter) && letter != '\t' => escaped,
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
