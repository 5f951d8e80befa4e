using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Runs of digits with single spaces, dashes or dots between them.</summary>
internal static class Digits
{
    public static IReadOnlyList<Hit> Runs(SegmentText text, int fewest, int most, Func<string, bool> accepts)
    {
        var hits = new List<Hit>();
        foreach (var (start, end, digits) in All(text.Folded.Text))
        {
            if (digits.Length >= fewest && digits.Length <= most && accepts(digits) && text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
        }

        return hits;
    }

    public static IEnumerable<(int Start, int End, string Digits)> All(string text)
    {
        for (var start = 0; start < text.Length; start++)
        {
            if (!char.IsAsciiDigit(text[start]) || (start > 0 && char.IsLetterOrDigit(text[start - 1])))
                continue;
            var end = start;
            var digits = new System.Text.StringBuilder();
            for (var at = start; at < text.Length; at++)
            {
                if (char.IsAsciiDigit(text[at]))
                {
                    digits.Append(text[at]);
                    end = at + 1;
                }
                else if (text[at] is not (' ' or '-' or '.') || at > end)
                {
                    break;
                }
            }

            if (end == text.Length || !char.IsLetter(text[end]))
                yield return (start, end, digits.ToString());
            start = end;
        }
    }
}
