namespace Countersign.Screening.Reading;

/// <summary>What a segment says of a fact: its words, or its figures.</summary>
internal sealed partial class SegmentText
{
    /// <summary>Where the words of a fact stand in the text, whatever their case and marks.</summary>
    public HitList Wording(string words)
    {
        wording.Clear();
        var wanted = Reading.Wording.Of(words);
        for (var at = 0; wanted.Count > 0 && at + wanted.Count <= tokenCount; at++)
        {
            var offset = 0;
            while (offset < wanted.Count && Says(tokens[at + offset], wanted[offset]))
                offset++;
            if (offset == wanted.Count)
                wording.Add(new Hit(at, at + wanted.Count));
        }

        wording.Settle();
        return wording;
    }

    /// <summary>Whether the sentence around a hit names no amount of money, or exactly this one.</summary>
    public bool States(Hit hit, string? figure)
    {
        var sentence = tokens[hit.First].Sentence;
        if (stated.Sentence == sentence && stated.Figure == figure)
            return stated.Same;
        var same = true;
        for (var at = SentenceStart(sentence); same && at < SentenceStart(sentence + 1); at++)
        {
            if (tokens[at].Kind == TokenKind.Number && Numbers.IsMoney(Word(tokens[at])))
                same = Plain(Word(tokens[at]).ToString()) == (figure is null ? "" : Plain(figure));
        }

        stated = (sentence, figure, same);
        return same;

        static string Plain(string amount) => amount.EndsWith('k')
            ? new string([.. amount.Where(char.IsAsciiDigit)]) + "000"
            : new string([.. amount.Where(char.IsAsciiDigit)]);
    }

    /// <summary>Whether every percentage within a hit is this one. A hit without one states another.</summary>
    public bool StatesPercent(Hit hit, string? figure)
    {
        var any = false;
        for (var at = hit.First; at < hit.Next; at++)
        {
            var share = Word(tokens[at]);
            if (!Numbers.IsPercent(share))
                continue;
            if (!share[..^1].SequenceEqual(figure.AsSpan().TrimEnd('%')))
                return false;
            any = true;
        }

        return any;
    }

    private bool Says(in Token token, (string Text, TokenKind Kind) wanted)
    {
        if (token.Kind != wanted.Kind)
            return false;
        var word = Word(token);
        if (word.SequenceEqual(wanted.Text))
            return true;
        if (token.Kind is not (TokenKind.Word or TokenKind.Hashtag) || !Spelling.MayDiffer(word))
            return false;
        Span<char> buffer = stackalloc char[2 * word.Length];
        var readings = new Spelling(word, buffer);
        while (readings.MoveNext())
        {
            if (readings.Current.SequenceEqual(wanted.Text))
                return true;
        }

        return false;
    }
}
