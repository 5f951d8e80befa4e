namespace Countersign.Screening.Reading;

/// <summary>Names of people and organisations, told from ordinary capitals by their words: a register of who is meant comes on top.</summary>
internal static class Names
{
    /// <summary>Runs of capitals of which at least one word is no ordinary word: "Dana Orrell", "Brocklow Pro".</summary>
    public static void Any(SegmentText text, HitList hits)
    {
        var tokens = text.Tokens;
        for (var first = 0; first < tokens.Length;)
        {
            if (!MayBelong(text, tokens[first]))
            {
                first++;
                continue;
            }

            var next = first + 1;
            while (next < tokens.Length && tokens[next].Has(TokenMarks.Follows) && tokens[next].Sentence == tokens[first].Sentence && MayBelong(text, tokens[next]))
                next++;
            var titled = first > 0 && tokens[first - 1].Has(WordTraits.Title);
            // "Fraud Awareness Week" is all ordinary words; "Payroll Brocklow" begins with one.
            var start = first;
            while (start < next - 1 && tokens[start].Has(TokenMarks.Opens) && IsOrdinary(text, tokens[start]) && !tokens[start].Has(WordTraits.FirstName))
                start++;
            var hit = new Hit(start, next);
            if (titled || HasDistinct(text, hit))
                hits.Add(hit);
            first = next;
        }
    }

    public static void People(SegmentText text, HitList hits) => Add(text, person: true, hits);

    public static void Organisations(SegmentText text, HitList hits) => Add(text, person: false, hits);

    private static void Add(SegmentText text, bool person, HitList hits)
    {
        foreach (var hit in text.Find(Rules.TokenClass.Name).All)
        {
            if (IsPerson(text, hit) == person)
                hits.Add(hit);
        }
    }

    private static bool IsPerson(SegmentText text, Hit hit)
    {
        var tokens = text.Tokens;
        for (var at = hit.First; at < hit.Next; at++)
        {
            if (tokens[at].Has(WordTraits.Organisation | WordTraits.Competitor))
                return false;
        }

        return (hit.First > 0 && tokens[hit.First - 1].Has(WordTraits.Title))
            || tokens[hit.First].Has(WordTraits.FirstName)
            || (hit.Next - hit.First == 2 && !IsOrdinary(text, tokens[hit.First]) && !IsOrdinary(text, tokens[hit.First + 1]));
    }

    private static bool MayBelong(SegmentText text, in Token token) =>
        token.Kind == TokenKind.Word
        && token.Has(TokenMarks.Capital)
        && token.End - token.Start > 1
        && !token.Has(WordTraits.Own | WordTraits.Place | WordTraits.Title)
        && (!token.Has(TokenMarks.AllCapitals) || token.Has(WordTraits.Competitor))
        && char.IsLetter(text.Text[token.Start]);

    private static bool HasDistinct(SegmentText text, Hit hit)
    {
        for (var at = hit.First; at < hit.Next; at++)
        {
            var token = text.Tokens[at];
            if (token.Has(WordTraits.Competitor) || (token.Has(WordTraits.FirstName) && !token.Has(WordTraits.Place)) || !IsOrdinary(text, token))
                return true;
        }

        return false;
    }

    private static bool IsOrdinary(SegmentText text, in Token token) => token.Has(WordTraits.Ordinary) || Vocabulary.IsInflected(text.Word(token));
}
