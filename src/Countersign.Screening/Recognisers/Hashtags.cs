using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Tags that a screen reader spells out as one word: several words, no capitals.</summary>
internal static class Hashtags
{
    /// <summary>Letters from which an unlisted lower-case tag is taken to be several words.</summary>
    private const int Long = 13;

    public static IReadOnlyList<Hit> Unreadable(SegmentText text)
    {
        var hits = new List<Hit>();
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            var token = text.Tokens[at];
            if (token.Kind == TokenKind.Hashtag && token.Text.Length >= Long && text.Folded.Text[(token.Start + 1)..token.End].All(char.IsLower)
                && !Vocabulary.IsOrdinary(token.Text))
                hits.Add(new Hit(at, at + 1));
        }

        return hits;
    }
}
