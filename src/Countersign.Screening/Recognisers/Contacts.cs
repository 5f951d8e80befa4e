using System.Collections.Frozen;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Telephone numbers, postcodes and street addresses of the United Kingdom.</summary>
internal static class Contacts
{
    private const int LongestStreetWord = 8;

    private static readonly string[] PostcodeShapes = ["LDDLL", "LDDDLL", "LLDDLL", "LLDDDLL", "LDLDLL", "LLDLDLL"];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StreetWords = new[]
    {
        "street", "st", "road", "rd", "lane", "ln", "avenue", "ave", "drive", "close", "crescent", "terrace", "gardens", "grove", "place",
        "yard", "court", "mews", "way", "hill", "row", "walk", "square", "parade",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static void Mobiles(SegmentText text, HitList hits) => Digits.Runs(text, 11, 12, static run =>
        (run.Count == 11 && run.Leading(2) == 7) || run.Leading(3) == 447, hits);

    public static void Phones(SegmentText text, HitList hits) => Digits.Runs(text, 10, 12, static run =>
        run[0] == 0 || run.Leading(2) == 44, hits);

    public static void Postcodes(SegmentText text, HitList hits)
    {
        foreach (var shape in PostcodeShapes)
            Shapes.Find(text, shape, static _ => true, hits);
    }

    /// <summary>A house number, one or two capital words and a word for a street: "12 Hill Street".</summary>
    public static void Streets(SegmentText text, HitList hits)
    {
        var tokens = text.Tokens;
        for (var at = 0; at + 2 < tokens.Length; at++)
        {
            if (tokens[at].Kind is not (TokenKind.Number or TokenKind.Word) || !char.IsAsciiDigit(text.Text[tokens[at].Start]) || tokens[at].End - tokens[at].Start > 5)
                continue;
            for (var next = at + 1; next < tokens.Length && next <= at + 3 && tokens[next].Has(TokenMarks.Follows) && tokens[next].Has(TokenMarks.Capital); next++)
            {
                if (next > at + 1 && IsStreetWord(text, tokens[next]))
                {
                    hits.Add(new Hit(at, next + 1));
                    break;
                }
            }
        }
    }

    private static bool IsStreetWord(SegmentText text, in Token token)
    {
        var word = text.Word(token);
        if (!token.Has(TokenMarks.Joined))
            return StreetWords.Contains(word);
        Span<char> letters = stackalloc char[LongestStreetWord];
        var count = 0;
        foreach (var character in word)
        {
            if (!char.IsLetter(character))
                continue;
            if (count == letters.Length)
                return false;
            letters[count++] = character;
        }

        return StreetWords.Contains(letters[..count]);
    }
}
