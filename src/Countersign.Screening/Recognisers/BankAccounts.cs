using System.Numerics;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>International account numbers that pass their check digits, and UK sort codes near an account number.</summary>
internal static class BankAccounts
{
    /// <summary>How far an account number may stand from its sort code, in characters.</summary>
    private const int Near = 60;

    public static IReadOnlyList<Hit> Ibans(SegmentText text)
    {
        var hits = new List<Hit>();
        var source = text.Folded.Text;
        for (var start = 0; start + 15 <= source.Length; start++)
        {
            if (!char.IsAsciiLetter(source[start]) || !char.IsAsciiLetter(source[start + 1]) || !char.IsAsciiDigit(source[start + 2])
                || !char.IsAsciiDigit(source[start + 3]) || (start > 0 && char.IsLetterOrDigit(source[start - 1])))
                continue;
            var (end, letters) = Collect(source, start);
            if (end > start && text.TokensIn(start, end) is { } hit && letters.Length >= 15)
            {
                hits.Add(hit);
                start = end;
            }
        }

        return hits;
    }

    public static IReadOnlyList<Hit> SortCodesWithAccounts(SegmentText text)
    {
        var hits = new List<Hit>();
        var runs = Digits.All(text.Folded.Text).ToList();
        for (var index = 0; index < runs.Count; index++)
        {
            var run = runs[index];
            // Written in one go: 20-00-00 55779911.
            if (run.Digits.Length == 14 && IsSortCode(text.Folded.Text[run.Start..run.End]) && text.TokensIn(run.Start, run.End) is { } whole)
                hits.Add(whole);
            if (run.Digits.Length != 6 || !(IsSortCode(text.Folded.Text[run.Start..run.End]) || NamedBefore(text.Folded.Text, run.Start)))
                continue;
            foreach (var other in runs)
            {
                if (other.Digits.Length == 8 && Math.Abs(other.Start - run.Start) <= Near
                    && text.TokensIn(Math.Min(run.Start, other.Start), Math.Max(run.End, other.End)) is { } hit)
                    hits.Add(hit);
            }
        }

        return hits;
    }

    private static bool IsSortCode(string run) =>
        run.Length >= 8 && run[2] is '-' or ' ' or '.' && run[5] == run[2] && char.IsAsciiDigit(run[6]) && char.IsAsciiDigit(run[7]);

    private static bool NamedBefore(string text, int start) =>
        text[Math.Max(0, start - 20)..start].Contains("sort", StringComparison.OrdinalIgnoreCase);

    /// <summary>The longest stretch of letters and digits, in groups with single spaces, that passes mod 97.</summary>
    private static (int End, string Letters) Collect(string source, int start)
    {
        var letters = new System.Text.StringBuilder();
        var best = (End: start, Letters: "");
        for (var at = start; at < source.Length && letters.Length < 34; at++)
        {
            if (char.IsAsciiLetterOrDigit(source[at]))
            {
                letters.Append(char.ToUpperInvariant(source[at]));
                if (letters.Length >= 15 && (at + 1 == source.Length || !char.IsLetterOrDigit(source[at + 1])) && PassesMod97(letters.ToString()))
                    best = (at + 1, letters.ToString());
            }
            else if (source[at] is not (' ' or '-') || !char.IsAsciiLetterOrDigit(source[at - 1]))
            {
                break;
            }
        }

        return best;
    }

    private static bool PassesMod97(string iban)
    {
        var number = BigInteger.Zero;
        foreach (var character in iban[4..] + iban[..4])
        {
            var value = char.IsAsciiDigit(character) ? character - '0' : character - 'A' + 10;
            number = (number * (value > 9 ? 100 : 10)) + value;
        }

        return number % 97 == 1;
    }
}
