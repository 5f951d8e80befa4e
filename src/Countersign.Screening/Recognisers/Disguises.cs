using System.Globalization;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Words whose letters were hidden or swapped: mixed alphabets, invisible breaks, letters in fancy dress.</summary>
internal static class Disguises
{
    public static IReadOnlyList<Hit> Find(SegmentText text)
    {
        var hits = new List<Hit>();
        if (text.Folded.Disguises.Count == 0)
            return hits;
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            var span = text.Original(new Hit(at, at + 1));
            // One circled letter is an ornament; two in a word are a disguise.
            var seen = text.Folded.Disguises.Where(span.Overlaps).ToList();
            if (seen.Count > 1 || seen.Exists(disguise => CountLetters(text.Folded.Original, disguise) > 1))
                hits.Add(new Hit(at, at + 1));
        }

        return hits;
    }

    private static int CountLetters(string text, Span span)
    {
        var letters = 0;
        foreach (var rune in text.AsSpan(span.Start, span.End - span.Start).EnumerateRunes())
            letters += System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter ? 1 : 0;
        return letters;
    }
}
