namespace Countersign.Screening.Reading;

/// <summary>Where a segment says what must not be said: the terms of a fact, plainly or disguised.</summary>
internal sealed partial class SegmentText
{
    /// <summary>Letters of a word that make it unlikely to be met by chance with one of them missing.</summary>
    private const int LongTermWord = 6;

    /// <summary>The same of a term that is one word.</summary>
    private const int LongTerm = 8;

    /// <summary>Where the term of a fact stands in the text: as it is, with its letters apart, or with a letter missing or two swapped in its words.</summary>
    public HitList Terms(string term)
    {
        wording.Clear();
        var wanted = Reading.Wording.Of(term);
        for (var at = 0; wanted.Count > 0 && at < tokenCount; at++)
        {
            if (TermEnd(at, wanted) is { } next)
                wording.Add(new Hit(at, next));
        }

        wording.Settle();
        return wording;
    }

    private int? TermEnd(int at, List<(string Text, TokenKind Kind)> wanted) =>
        Plainly(at, wanted) ?? (HasSpacedLetters ? Apart(at, wanted) : null) ?? (Words.Repairing ? Misspelt(at, wanted) : null);

    private int? Plainly(int at, List<(string Text, TokenKind Kind)> wanted)
    {
        if (at + wanted.Count > tokenCount)
            return null;
        for (var offset = 0; offset < wanted.Count; offset++)
        {
            if (!Says(tokens[at + offset], wanted[offset]))
                return null;
        }

        return at + wanted.Count;
    }

    /// <summary>Letters that stand apart were cut into words that are known: what is not known is put together from those.</summary>
    private int? Apart(int at, List<(string Text, TokenKind Kind)> wanted)
    {
        var (word, letter, pieces) = (0, 0, 0);
        for (; at < tokenCount && word < wanted.Count; at++)
        {
            ref readonly var token = ref tokens[at];
            if (!token.Has(TokenMarks.Joined) && token.End - token.Start > 1)
            {
                if (letter > 0 || !Says(token, wanted[word]))
                    return null;
                word++;
                continue;
            }

            foreach (var character in Word(token))
            {
                if (!char.IsLetterOrDigit(character))
                    continue;
                if (word == wanted.Count || character != wanted[word].Text[letter])
                    return null;
                if (++letter == wanted[word].Text.Length)
                    (word, letter) = (word + 1, 0);
            }

            pieces++;
        }

        return word == wanted.Count && letter == 0 && pieces > 0 ? at : null;
    }

    /// <summary>At least one long word of the term must be misspelt into what is no word; others may then be any.</summary>
    private int? Misspelt(int at, List<(string Text, TokenKind Kind)> wanted)
    {
        if (at + wanted.Count > tokenCount)
            return null;
        var sure = false;
        for (var offset = 0; offset < wanted.Count; offset++)
        {
            ref readonly var token = ref tokens[at + offset];
            if (Says(token, wanted[offset]))
                continue;
            if (token.Kind != TokenKind.Word || !Repairs.IsNearly(Word(token), wanted[offset].Text))
                return null;
            sure |= wanted[offset].Text.Length >= (wanted.Count == 1 ? LongTerm : LongTermWord) && !IsKnown(token);
        }

        return sure ? at + wanted.Count : null;
    }

    /// <summary>Whether the word itself stands in the release, rather than another that it may be misspelt from.</summary>
    private static bool IsKnown(in Token token) =>
        (token.FirstSymbol >= 0 && token.Symbols > 0)
        || token.Has(WordTraits.Ordinary | WordTraits.FirstName | WordTraits.Place | WordTraits.Own | WordTraits.Competitor);
}
