using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Tags that a screen reader spells out as one word: several words, no capitals.</summary>
internal static class Hashtags
{
    /// <summary>Letters from which an unlisted lower-case tag is taken to be several words.</summary>
    public const int Long = 13;

    public static void Unreadable(SegmentText text, HitList hits)
    {
        for (var at = 0; at < text.Tokens.Length; at++)
        {
            var token = text.Tokens[at];
            if (token.Kind == TokenKind.Hashtag && token.End - token.Letters >= Long && IsLower(text.Text[token.Letters..token.End])
                && !Vocabulary.IsOrdinary(text.Word(token)))
                hits.Add(new Hit(at, at + 1));
        }
    }

    private static bool IsLower(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            if (!char.IsLower(character))
                return false;
        }

        return true;
    }
}
