using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Stretches of a fixed shape (L a letter, D a digit, X either) with single spaces, dashes or dots allowed between.</summary>
internal static class Shapes
{
    public static IReadOnlyList<Hit> Find(SegmentText text, string shape, Func<string, bool> accepts)
    {
        var hits = new List<Hit>();
        var source = text.Folded.Text;
        for (var start = 0; start < source.Length; start++)
        {
            if ((start == 0 || !char.IsLetterOrDigit(source[start - 1])) && Match(source, start, shape) is { } match
                && accepts(match.Characters) && text.TokensIn(start, match.End) is { } hit)
                hits.Add(hit);
        }

        return hits;
    }

    private static (int End, string Characters)? Match(string source, int start, string shape)
    {
        Span<char> characters = stackalloc char[shape.Length];
        var at = start;
        for (var index = 0; index < shape.Length; index++)
        {
            if (index > 0 && at < source.Length && source[at] is ' ' or '-' or '.')
                at++;
            if (at >= source.Length || !Fits(source[at], shape[index]))
                return null;
            characters[index] = char.ToUpperInvariant(source[at++]);
        }

        return at < source.Length && char.IsLetterOrDigit(source[at]) ? null : (at, characters.ToString());
    }

    private static bool Fits(char character, char shape) => shape switch
    {
        'L' => char.IsAsciiLetter(character),
        'D' => char.IsAsciiDigit(character),
        _ => char.IsAsciiLetterOrDigit(character),
    };
}
