using System.Globalization;

namespace Countersign.Web.Shared;

/// <summary>Numbers, times and lists as the product writes them.</summary>
public static class English
{
    public static readonly CultureInfo Culture = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>184,202</summary>
    public static string Number(long number) => number.ToString("N0", Culture);

    /// <summary>"1 post", "2 posts".</summary>
    public static string Count(long number, string one, string many) => $"{Number(number)} {(number == 1 ? one : many)}";

    /// <summary>"Legal", "Legal and Brand", "Legal, Brand and Comms".</summary>
    public static string List(IReadOnlyList<string> items) => items switch
    {
        [] => "",
        [var only] => only,
        _ => $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}",
    };

    /// <summary>Time left or over, in the largest units that matter: "48 min", "1 h 18 min", "3 days".</summary>
    public static string Span(TimeSpan span)
    {
        var minutes = (long)Math.Floor(span.Duration().TotalMinutes);
        return minutes switch
        {
            < 60 => $"{minutes} min",
            < 24 * 60 when minutes % 60 == 0 => $"{minutes / 60} h",
            < 24 * 60 => $"{minutes / 60} h {minutes % 60} min",
            _ => Count(minutes / (24 * 60), "day", "days"),
        };
    }

    /// <summary>The words that fit, and an ellipsis.</summary>
    public static string Shorten(string text, int most) =>
        text.Length <= most ? text : text[..(text.LastIndexOf(' ', most) is > 0 and var word ? word : most)].TrimEnd(' ', ',', '.', ':') + "…";

    /// <summary>A name among others without the first word that it shares with one of them: "Livingston" beside "Northgate Instruments".</summary>
    public static string Apart(string name, IReadOnlyList<string> all) =>
        name.Split(' ', 2) is [var first, var rest] && all.Any(other => other != name && other.StartsWith($"{first} ", StringComparison.Ordinal)) ? rest : name;

    public static string Capital(string text) => text is "" ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>12 November</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM", Culture);

    /// <summary>November 2026</summary>
    public static string Month(DateOnly day) => day.ToString("MMMM yyyy", Culture);

    /// <summary>Thu</summary>
    public static string ShortWeekday(DateOnly day) => day.ToString("ddd", Culture);
}
