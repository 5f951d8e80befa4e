using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Gaps that somebody forgot to fill: `[FIRSTNAME]`, `{{name}}`, `[insert price here]`, `%%NAME%%`.</summary>
internal static class Placeholders
{
    /// <summary>A gap with its marks is no longer than this, in characters.</summary>
    private const int Longest = 60;

    private static readonly string[] Openings = ["insert", "your", "add", "name", "first", "firstname", "last", "company", "date", "link", "tbc", "tbd", "xx", "placeholder", "customer", "price", "city", "product"];

    private static readonly (string Open, string Close, bool Sure)[] Marks =
        [("{{", "}}", true), ("${", "}", true), ("%%", "%%", true), ("*|", "|*", true), ("<%", "%>", true), ("[", "]", false), ("<", ">", false)];

    public static void Find(SegmentText text, HitList hits)
    {
        foreach (var (open, close, sure) in Marks)
            Each(text, open, close, sure, hits);
    }

    private static void Each(SegmentText text, string open, string close, bool sure, HitList hits)
    {
        var source = text.Text;
        for (var start = Next(source, open, 0); start >= 0; start = Next(source, open, start + 1))
        {
            var behind = source[(start + open.Length)..Math.Min(source.Length, start + Longest + close.Length)];
            var length = behind.IndexOf(close, StringComparison.Ordinal);
            if (length < 0)
                continue;
            var inner = behind[..length].Trim();
            if (inner.Length > 0 && !inner.Contains('\n') && (sure || IsGap(inner)) && text.TokensIn(start, start + open.Length + length + close.Length) is { } hit)
                hits.Add(hit);
        }
    }

    private static int Next(ReadOnlySpan<char> source, string open, int from)
    {
        var at = source[from..].IndexOf(open, StringComparison.Ordinal);
        return at < 0 ? at : from + at;
    }

    /// <summary>All capitals with no space, or words that ask for something to be put in.</summary>
    private static bool IsGap(ReadOnlySpan<char> inner)
    {
        if (inner.Length > 2 && IsCapitals(inner) && inner is not ("AD" or "PDF"))
            return inner.Contains('_') || HoldsOpening(inner);
        var end = inner.IndexOfAny(' ', '_', '-');
        var first = end < 0 ? inner : inner[..end];
        var few = end < 0 || inner[(end + 1)..].IndexOfAny(' ', '_', '-') < 0;
        return IsAny(first, "insert", "add", "your", "enter") || (few && IsAny(first, "name", "firstname", "first", "company", "date", "tbc", "tbd", "customer"));
    }

    private static bool IsCapitals(ReadOnlySpan<char> inner)
    {
        var letters = 0;
        foreach (var character in inner)
        {
            if (char.IsAsciiLetterUpper(character))
                letters++;
            else if (character is not ('_' or '-' or ' '))
                return false;
        }

        return letters > 0;
    }

    private static bool HoldsOpening(ReadOnlySpan<char> inner)
    {
        foreach (var opening in Openings)
        {
            if (inner.Contains(opening, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool IsAny(ReadOnlySpan<char> word, params ReadOnlySpan<string> words)
    {
        foreach (var one in words)
        {
            if (word.Equals(one, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
