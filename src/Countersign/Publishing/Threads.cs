using Countersign.Channels.Text;

namespace Countersign.Publishing;

/// <summary>Cuts a long text into the parts of a thread. Pure: the same text and measure, the same parts.</summary>
public static class Threads
{
    /// <summary>Parts that one text is cut into; more is a page, not a thread.</summary>
    public const int MaxParts = 40;

    /// <param name="fits">Whether the account takes a part of these words, its number counted in.</param>
    /// <param name="numbered">Each part ends with its place: "2/5".</param>
    /// <returns>The text alone where it fits; empty where it cannot be cut: one word or link is longer than a part, or it would be more than <see cref="MaxParts"/>.</returns>
    /// <remarks>Nothing is lost but the white space at a cut. A part ends at a paragraph if that fills at least half of what would fit, else at a sentence, else at a word.</remarks>
    public static IReadOnlyList<string> Split(string text, Func<string, bool> fits, bool numbered)
    {
        var words = text.ReplaceLineEndings("\n").Trim();
        if (words.Length == 0 || fits(words))
            return words.Length == 0 ? [] : [words];
        var cuts = CutsOf(words);
        if (!numbered)
            return Cut(words, cuts, (part, _) => fits(part)) ?? [];

        // How many digits the numbers take depends on how many parts there are, and the other way round: assume one digit, then two.
        foreach (var of in (int[])[9, MaxParts])
        {
            if (Cut(words, cuts, (part, number) => fits(Numbered(part, number, of))) is { } parts && parts.Count <= of)
                return [.. parts.Select((part, at) => Numbered(part, at + 1, parts.Count))];
        }

        return [];
    }

    private static string Numbered(string part, int number, int of) => $"{part} {number}/{of}";

    private static List<string>? Cut(string words, List<(int At, Border Border)> cuts, Func<string, int, bool> fits)
    {
        var parts = new List<string>();
        var start = 0;
        while (start < words.Length)
        {
            if (parts.Count == MaxParts)
                return null;
            var number = parts.Count + 1;
            if (fits(words[start..], number))
            {
                parts.Add(words[start..]);
                return parts;
            }

            var first = cuts.FindIndex(cut => cut.At > start);
            var last = first < 0 ? -1 : LastThatFits(words, cuts, start, first, part => fits(part, number));
            if (last < first || last < 0)
                return null;
            var end = Best(cuts, start, first, last);
            parts.Add(words[start..end].TrimEnd());
            start = end;
            while (start < words.Length && char.IsWhiteSpace(words[start]))
                start++;
        }

        return parts;
    }

    /// <summary>Longer text counts more on every network, so halving finds the last cut that fits.</summary>
    /// <returns>Below <paramref name="first"/> where not even the first does.</returns>
    private static int LastThatFits(string words, List<(int At, Border Border)> cuts, int start, int first, Func<string, bool> fits)
    {
        var (low, high) = (first - 1, cuts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (fits(words[start..cuts[middle].At].TrimEnd()))
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    private static int Best(List<(int At, Border Border)> cuts, int start, int first, int last)
    {
        var enough = start + ((cuts[last].At - start) / 2);
        foreach (var border in (Border[])[Border.Paragraph, Border.Sentence])
        {
            for (var cut = last; cut >= first && cuts[cut].At >= enough; cut--)
            {
                if (cuts[cut].Border >= border)
                    return cuts[cut].At;
            }
        }

        return cuts[last].At;
    }

    private enum Border
    {
        Word,
        Sentence,
        Paragraph,
    }

    /// <summary>Where a text may be cut: before white space, or after the full stop of a script without spaces; inside no link and at the border of a character.</summary>
    private static List<(int At, Border Border)> CutsOf(string words)
    {
        var links = Links.In(words);
        var cuts = new List<(int, Border)>();
        var link = 0;
        for (var at = 1; at < words.Length; at++)
        {
            // Scripts that are written without spaces have full stops that need none after them.
            var space = char.IsWhiteSpace(words[at]) && !char.IsWhiteSpace(words[at - 1]) && !IsUnbreakable(words[at]) && !IsJoined(words, at);
            if (!space && !(words[at - 1] is '。' or '！' or '？' && char.IsLetterOrDigit(words[at])))
                continue;
            while (link < links.Count && links[link].End <= at)
                link++;
            if (link < links.Count && links[link].Start < at)
                continue;
            cuts.Add((at, BorderAt(words, at)));
        }

        return cuts;
    }

    private static Border BorderAt(string words, int at)
    {
        var lines = 0;
        for (var after = at; after < words.Length && char.IsWhiteSpace(words[after]); after++)
            lines += words[after] == '\n' ? 1 : 0;
        if (lines > 1)
            return Border.Paragraph;
        var last = words.AsSpan(0, at).TrimEnd("\"'”’»)]");
        return lines == 1 || (last.Length > 0 && last[^1] is '.' or '!' or '?' or '…' or '。' or '！' or '？') ? Border.Sentence : Border.Word;
    }

    /// <summary>Spaces that hold together what stands on both sides: "10 %", "Mr Byrne".</summary>
    private static bool IsUnbreakable(char space) => space is '\u00a0' or '\u2007' or '\u202f';

    /// <summary>White space that a mark is written on is a character of its own with it.</summary>
    private static bool IsJoined(string words, int at) =>
        at + 1 < words.Length && System.Globalization.CharUnicodeInfo.GetUnicodeCategory(words, at + 1) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.Format;
}
