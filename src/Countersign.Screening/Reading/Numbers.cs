using System.Collections.Frozen;

namespace Countersign.Screening.Reading;

/// <summary>Amounts, shares, multiples and plain numbers of one text, asked for from its beginning to its end: `£48,000`, `8.1%`, `2x`, `9am`.</summary>
internal struct Numbers
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Units = new[]
    {
        "k", "m", "bn", "x", "st", "nd", "rd", "th", "am", "pm", "p", "h", "hr", "hrs", "gb", "mb", "kg", "g", "cm", "mm", "km", "ml", "l",
        "s", "min", "mins", "d", "w", "y", "yr", "yrs", "t", "pc", "pp",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>No number begins before this character: the digits were walked already and end in letters that are no unit.</summary>
    private int noneBefore;

    /// <returns>The end of the number that starts here, or null.</returns>
    public int? Find(ReadOnlySpan<char> text, int start)
    {
        if (start < noneBefore)
            return null;
        var at = start;
        if (IsCurrency(text, at) || (text[at] is '+' or '-' && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || IsCurrency(text, at + 1))))
            at++;
        if (IsCurrency(text, at))
            at++;
        if (at >= text.Length || !char.IsAsciiDigit(text[at]))
            return null;

        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] is ',' or '.' or ':' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
            at++;
        if (at < text.Length && text[at] == '%')
            return at + 1;

        var end = at;
        while (end < text.Length && char.IsLetterOrDigit(text[end]))
            end++;
        if (end == at)
            return at;
        if (Units.Contains(text[at..end]))
            return end;
        noneBefore = at;
        return null;
    }

    public static bool IsMoney(ReadOnlySpan<char> number) => number.IndexOfAny('£', '$', '€') >= 0
        || (number.EndsWith('p') && char.IsAsciiDigit(number[0]));

    public static bool IsPercent(ReadOnlySpan<char> number) => number.EndsWith('%');

    public static bool IsMultiple(ReadOnlySpan<char> number) => number.EndsWith('x') && number.Length > 1;

    /// <summary>So many times something against one, as leverage is written: `30:1`, `1:500`. A time of day is not.</summary>
    public static bool IsRatio(ReadOnlySpan<char> number)
    {
        var colon = number.IndexOf(':');
        if (colon <= 0 || number[..colon].ContainsAnyExceptInRange('0', '9'))
            return false;
        var left = number[..colon];
        var right = number[(colon + 1)..];
        return !right.ContainsAnyExceptInRange('0', '9') && IsRatio(left, right);
    }

    private static bool IsRatio(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        right is "1" || (left is "1" && (right.Length is > 0 and not 2 || right is "30" or "50"));

    private static bool IsCurrency(ReadOnlySpan<char> text, int at) => at < text.Length && text[at] is '£' or '$' or '€';
}
