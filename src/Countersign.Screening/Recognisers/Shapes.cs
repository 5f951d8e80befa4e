using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Stretches of a fixed shape (L a letter, D a digit, X either) with single spaces, dashes or dots allowed between.</summary>
internal static class Shapes
{
    public delegate bool Acceptance(ReadOnlySpan<char> capitals);

    public static void Find(SegmentText text, string shape, Acceptance accepts, HitList hits)
    {
        var source = text.Text;
        Span<char> characters = stackalloc char[shape.Length];
        for (var start = 0; start < source.Length; start++)
        {
            if ((start == 0 || !char.IsLetterOrDigit(source[start - 1])) && Match(source, start, shape, characters) is { } end
                && accepts(characters) && text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
        }
    }

    private static int? Match(ReadOnlySpan<char> source, int start, string shape, Span<char> characters)
    {
        var at = start;
        for (var index = 0; index < shape.Length; index++)
        {
            if (index > 0 && at < source.Length && source[at] is ' ' or '-' or '.')
                at++;
            if (at >= source.Length || !Fits(source[at], shape[index]))
                return null;
            characters[index] = char.ToUpperInvariant(source[at++]);
        }

        return at < source.Length && char.IsLetterOrDigit(source[at]) ? null : at;
    }

    private static bool Fits(char character, char shape) => shape switch
    {
        'L' => char.IsAsciiLetter(character),
        'D' => char.IsAsciiDigit(character),
        _ => char.IsAsciiLetterOrDigit(character),
    };
}
