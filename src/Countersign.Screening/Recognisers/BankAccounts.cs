using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>International account numbers that pass their check digits, and UK sort codes near an account number.</summary>
internal static class BankAccounts
{
    /// <summary>How far an account number may stand from its sort code, in characters.</summary>
    private const int Near = 60;

    private const int ShortestIban = 15;
    private const int LongestIban = 34;

    public static void Ibans(SegmentText text, HitList hits)
    {
        var source = text.Text;
        for (var start = 0; start + ShortestIban <= source.Length; start++)
        {
            if (!char.IsAsciiLetter(source[start]) || !char.IsAsciiLetter(source[start + 1]) || !char.IsAsciiDigit(source[start + 2])
                || !char.IsAsciiDigit(source[start + 3]) || (start > 0 && char.IsLetterOrDigit(source[start - 1])))
                continue;
            var end = IbanEnd(source, start);
            if (end > start && text.TokensIn(start, end) is { } hit)
            {
                hits.Add(hit);
                start = end;
            }
        }
    }

    public static void SortCodesWithAccounts(SegmentText text, HitList hits)
    {
        var runs = text.DigitRuns;
        for (var index = 0; index < runs.Count; index++)
        {
            var run = runs[index];
            var written = text.Text[run.Start..run.End];
            // Written in one go: 20-00-00 55779911.
            if (run.Count == 14 && IsSortCode(written) && text.TokensIn(run.Start, run.End) is { } whole)
                hits.Add(whole);
            if (run.Count != 6 || !(IsSortCode(written) || NamedBefore(text.Lower, run.Start)))
                continue;
            var first = index;
            while (first > 0 && run.Start - runs[first - 1].Start <= Near)
                first--;
            for (var other = first; other < runs.Count && runs[other].Start - run.Start <= Near; other++)
            {
                if (runs[other].Count == 8
                    && text.TokensIn(Math.Min(run.Start, runs[other].Start), Math.Max(run.End, runs[other].End)) is { } hit)
                    hits.Add(hit);
            }
        }
    }

    private static bool IsSortCode(ReadOnlySpan<char> run) =>
        run.Length >= 8 && run[2] is '-' or ' ' or '.' && run[5] == run[2] && char.IsAsciiDigit(run[6]) && char.IsAsciiDigit(run[7]);

    private static bool NamedBefore(ReadOnlySpan<char> lower, int start) =>
        lower[Math.Max(0, start - 20)..start].Contains("sort", StringComparison.Ordinal);

    /// <summary>The end of the longest stretch of letters and digits, in groups with single spaces, that passes mod 97.</summary>
    private static int IbanEnd(ReadOnlySpan<char> source, int start)
    {
        Span<char> letters = stackalloc char[LongestIban];
        var count = 0;
        var best = start;
        for (var at = start; at < source.Length && count < LongestIban; at++)
        {
            if (char.IsAsciiLetterOrDigit(source[at]))
            {
                letters[count++] = char.ToUpperInvariant(source[at]);
                if (count >= ShortestIban && (at + 1 == source.Length || !char.IsLetterOrDigit(source[at + 1])) && PassesMod97(letters[..count]))
                    best = at + 1;
            }
            else if (source[at] is not (' ' or '-') || !char.IsAsciiLetterOrDigit(source[at - 1]))
            {
                break;
            }
        }

        return best;
    }

    private static bool PassesMod97(ReadOnlySpan<char> iban)
    {
        var rest = 0;
        for (var at = 0; at < iban.Length; at++)
        {
            var character = iban[(at + 4) % iban.Length];
            var value = char.IsAsciiDigit(character) ? character - '0' : character - 'A' + 10;
            rest = ((rest * (value > 9 ? 100 : 10)) + value) % 97;
        }

        return rest == 1;
    }
}
