using System.Globalization;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Words whose letters were hidden or swapped: mixed alphabets, invisible breaks, letters in fancy dress.</summary>
internal static class Disguises
{
    public static void Find(SegmentText text, HitList hits)
    {
        var disguises = text.Folded.Disguises;
        var from = 0;
        for (var at = 0; at < text.Tokens.Length && from < disguises.Count; at++)
        {
            var span = text.Original(new Hit(at, at + 1));
            while (from < disguises.Count && disguises[from].End <= span.Start)
                from++;
            // One circled letter is an ornament; two in a word are a disguise.
            var seen = 0;
            var several = false;
            for (var next = from; next < disguises.Count && disguises[next].Start < span.End; next++)
            {
                seen++;
                several |= CountLetters(text.Folded.Original, disguises[next]) > 1;
            }

            if (seen > 1 || several)
                hits.Add(new Hit(at, at + 1));
        }
    }

    private static int CountLetters(string text, Span span)
    {
        var letters = 0;
        foreach (var rune in text.AsSpan(span.Start, span.End - span.Start).EnumerateRunes())
            letters += System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter ? 1 : 0;
        return letters;
    }
}
