using System.Collections.Frozen;

namespace Countersign.Screening.Reading;

/// <summary>Names of people and organisations, told from ordinary capitals by their words: a register of who is meant comes on top.</summary>
internal static class Names
{
    private static readonly FrozenSet<string> Titles =
        new[] { "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "cllr", "councillor" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> OrganisationWords = new[]
    {
        "ltd", "limited", "plc", "llp", "inc", "bank", "group", "holdings", "council", "university", "college", "trust", "partners", "solicitors",
        "capital", "insurance", "academy", "motors", "foods", "airways", "hotel", "clinic", "school", "brewery", "builders", "plumbing", "logistics", "energy", "tools",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Runs of capitals of which at least one word is no ordinary word: "Dana Orrell", "Brocklow Pro".</summary>
    public static IReadOnlyList<Hit> Any(SegmentText text, Vocabulary vocabulary)
    {
        var names = new List<Hit>();
        var tokens = text.Tokens;
        for (var first = 0; first < tokens.Count;)
        {
            if (!MayBelong(tokens, first, vocabulary))
            {
                first++;
                continue;
            }

            var next = first + 1;
            while (next < tokens.Count && tokens[next].Follows && tokens[next].Sentence == tokens[first].Sentence && MayBelong(tokens, next, vocabulary))
                next++;
            var titled = first > 0 && Titles.Contains(tokens[first - 1].Text);
            // "Fraud Awareness Week" is all ordinary words; "Payroll Brocklow" begins with one.
            var start = first;
            while (start < next - 1 && tokens[start].Opens && Vocabulary.IsOrdinary(tokens[start].Text) && !Vocabulary.IsFirstName(tokens[start].Text))
                start++;
            if (titled || Enumerable.Range(start, next - start).Any(at => IsDistinct(tokens[at].Text, vocabulary)))
                names.Add(new Hit(start, next));
            first = next;
        }

        return names;
    }

    public static IReadOnlyList<Hit> People(SegmentText text, Vocabulary vocabulary) =>
        [.. Any(text, vocabulary).Where(hit => IsPerson(text.Tokens, hit, vocabulary))];

    public static IReadOnlyList<Hit> Organisations(SegmentText text, Vocabulary vocabulary) =>
        [.. Any(text, vocabulary).Where(hit => !IsPerson(text.Tokens, hit, vocabulary))];

    public static IReadOnlyList<Hit> Competitors(SegmentText text, Vocabulary vocabulary) => Single(text, token => vocabulary.IsCompetitor(token.Text));

    public static IReadOnlyList<Hit> Own(SegmentText text, Vocabulary vocabulary) => Single(text, token => vocabulary.IsOwn(token.Text));

    public static IReadOnlyList<Hit> OtherHandles(SegmentText text, Vocabulary vocabulary) =>
        Single(text, token => token.Kind == TokenKind.Handle && !vocabulary.IsOwn(token.Text));

    public static IReadOnlyList<Hit> FirstNames(SegmentText text) =>
        Single(text, token => token is { Kind: TokenKind.Word, Capital: true } && Vocabulary.IsFirstName(token.Text) && !(token.Opens && Vocabulary.IsOrdinary(token.Text)));

    private static bool IsPerson(IReadOnlyList<Token> tokens, Hit hit, Vocabulary vocabulary)
    {
        if (Enumerable.Range(hit.First, hit.Next - hit.First).Any(at => OrganisationWords.Contains(tokens[at].Text) || vocabulary.IsCompetitor(tokens[at].Text)))
            return false;
        if (hit.First > 0 && Titles.Contains(tokens[hit.First - 1].Text))
            return true;
        return Vocabulary.IsFirstName(tokens[hit.First].Text)
            || (hit.Next - hit.First == 2 && !Vocabulary.IsOrdinary(tokens[hit.First].Text) && !Vocabulary.IsOrdinary(tokens[hit.First + 1].Text));
    }

    private static bool MayBelong(IReadOnlyList<Token> tokens, int at, Vocabulary vocabulary)
    {
        var token = tokens[at];
        return token is { Kind: TokenKind.Word, Capital: true }
            && token.Text.Length > 1
            && char.IsLetter(token.Text[0])
            && !vocabulary.IsOwn(token.Text)
            && !Vocabulary.IsPlace(token.Text)
            && !Titles.Contains(token.Text)
            && (!token.AllCapitals || vocabulary.IsCompetitor(token.Text));
    }

    private static bool IsDistinct(string word, Vocabulary vocabulary) =>
        vocabulary.IsCompetitor(word) || (Vocabulary.IsFirstName(word) && !Vocabulary.IsPlace(word)) || !Vocabulary.IsOrdinary(word);

    private static List<Hit> Single(SegmentText text, Func<Token, bool> accepts)
    {
        var hits = new List<Hit>();
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            if (accepts(text.Tokens[at]))
                hits.Add(new Hit(at, at + 1));
        }

        return hits;
    }
}
