using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Telephone numbers, postcodes and street addresses of the United Kingdom.</summary>
internal static class Contacts
{
    private static readonly string[] PostcodeShapes = ["LDDLL", "LDDDLL", "LLDDLL", "LLDDDLL", "LDLDLL", "LLDLDLL"];

    private static readonly HashSet<string> StreetWords = new(StringComparer.Ordinal)
    {
        "street", "st", "road", "rd", "lane", "ln", "avenue", "ave", "drive", "close", "crescent", "terrace", "gardens", "grove", "place",
        "yard", "court", "mews", "way", "hill", "row", "walk", "square", "parade",
    };

    public static IReadOnlyList<Hit> Mobiles(SegmentText text) => Digits.Runs(text, 11, 12, digits =>
        (digits.Length == 11 && digits.StartsWith("07", StringComparison.Ordinal)) || digits.StartsWith("447", StringComparison.Ordinal));

    public static IReadOnlyList<Hit> Phones(SegmentText text) => Digits.Runs(text, 10, 12, digits =>
        digits[0] == '0' || digits.StartsWith("44", StringComparison.Ordinal));

    public static IReadOnlyList<Hit> Postcodes(SegmentText text) =>
        [.. PostcodeShapes.SelectMany(shape => Shapes.Find(text, shape, _ => true))];

    /// <summary>A house number, one or two capital words and a word for a street: "12 Hill Street".</summary>
    public static IReadOnlyList<Hit> Streets(SegmentText text)
    {
        var hits = new List<Hit>();
        var tokens = text.Tokens;
        for (var at = 0; at + 2 < tokens.Count; at++)
        {
            if (tokens[at].Kind is not (TokenKind.Number or TokenKind.Word) || !char.IsAsciiDigit(tokens[at].Text[0]) || tokens[at].Text.Length > 5)
                continue;
            for (var next = at + 1; next < tokens.Count && next <= at + 3 && tokens[next].Follows && tokens[next].Capital; next++)
            {
                if (next > at + 1 && StreetWords.Contains(tokens[next].Text))
                {
                    hits.Add(new Hit(at, next + 1));
                    break;
                }
            }
        }

        return hits;
    }
}
