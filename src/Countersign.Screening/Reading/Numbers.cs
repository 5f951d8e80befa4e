namespace Countersign.Screening.Reading;

/// <summary>Amounts, shares, multiples and plain numbers: `£48,000`, `8.1%`, `2x`, `9am`.</summary>
internal static class Numbers
{
    private static readonly HashSet<string> Units = new(StringComparer.Ordinal)
    {
        "k", "m", "bn", "x", "st", "nd", "rd", "th", "am", "pm", "p", "h", "hr", "hrs", "gb", "mb", "kg", "g", "cm", "mm", "km", "ml", "l",
        "s", "min", "mins", "d", "w", "y", "yr", "yrs", "t", "pc", "pp",
    };

    /// <returns>The end of the number that starts here, or null.</returns>
    public static int? Find(string text, int start)
    {
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
        return Units.Contains(text[at..end].ToLowerInvariant()) ? end : null;
    }

    public static bool IsMoney(string number) => number.AsSpan().IndexOfAny('£', '$', '€') >= 0
        || (number.EndsWith('p') && char.IsAsciiDigit(number[0]));

    public static bool IsPercent(string number) => number.EndsWith('%');

    public static bool IsMultiple(string number) => number.EndsWith('x') && number.Length > 1;

    private static bool IsCurrency(string text, int at) => at < text.Length && text[at] is '£' or '$' or '€';
}
