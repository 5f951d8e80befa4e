using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>One place of a pattern. From a token it gives every position at which the place may end.</summary>
internal abstract record Place
{
    public abstract void Ends(SegmentText text, int at, List<int> ends);

    /// <summary>The words with which the place can begin, or null where it can begin with anything or be left out.</summary>
    public virtual IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above) => null;
}

/// <summary>A word as it stands in the folded text, or any word that begins with it.</summary>
/// <param name="Masked">Also a word of that length with stars for letters, as profanity is written.</param>
internal sealed record Literal(string Word, bool Prefix, bool Masked, TokenKind? Kind) : Place
{
    public override void Ends(SegmentText text, int at, List<int> ends)
    {
        if (IsAt(text, at))
            ends.Add(at + 1);
    }

    public bool IsAt(SegmentText text, int at) => at < text.Tokens.Count && Accepts(text.Tokens[at]);

    public override IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above) => Prefix || Masked ? null : new HashSet<string>(StringComparer.Ordinal) { Word };

    private bool Accepts(Token token) =>
        (Kind is null || Kind == token.Kind)
        && (Accepts(token.Text) || token.Readings.Any(Accepts) || (Masked && IsMaskOf(token.Text)));

    private bool Accepts(string word) => Prefix ? word.StartsWith(Word, StringComparison.Ordinal) : word == Word;

    private bool IsMaskOf(string word)
    {
        if (!word.Contains('*', StringComparison.Ordinal) || (Prefix ? word.Length < Word.Length : word.Length != Word.Length))
            return false;
        for (var at = 0; at < Word.Length; at++)
        {
            if (word[at] != Word[at] && word[at] != '*')
                return false;
        }

        return true;
    }
}

/// <summary>Up to so many tokens of any kind, but never over a "not": the words behind it would say the opposite.</summary>
internal sealed record Gap(int Most) : Place
{
    public override void Ends(SegmentText text, int at, List<int> ends)
    {
        for (var end = at; end <= Math.Min(at + Most, text.Tokens.Count); end++)
        {
            ends.Add(end);
            if (end < text.Tokens.Count && Negation.IsNegator(text.Tokens[end].Text))
                return;
        }
    }
}

/// <summary>Whatever a named list finds here.</summary>
internal sealed record Listed(WordList List) : Place
{
    public override IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above) => List.Heads(above);

    public override void Ends(SegmentText text, int at, List<int> ends)
    {
        foreach (var hit in text.Starting(List, at))
            ends.Add(hit.Next);
    }
}

/// <summary>Whatever a token class or recogniser finds here.</summary>
internal sealed record Classed(TokenClass Class) : Place
{
    public override void Ends(SegmentText text, int at, List<int> ends)
    {
        foreach (var hit in text.Starting(Class, at))
            ends.Add(hit.Next);
    }
}

/// <summary>One of several; optional where marked so.</summary>
internal sealed record Choice(IReadOnlyList<Pattern> Options, bool Optional) : Place
{
    public override IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above)
    {
        if (Optional)
            return null;
        var heads = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in Options)
        {
            if (option.Heads(above) is not { } some)
                return null;
            heads.UnionWith(some);
        }

        return heads;
    }

    public override void Ends(SegmentText text, int at, List<int> ends)
    {
        if (Optional)
            ends.Add(at);
        foreach (var option in Options)
            option.Ends(text, at, ends);
    }
}

/// <summary>Places in a row, all within one sentence.</summary>
internal sealed record Pattern(IReadOnlyList<Place> Places)
{
    public IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above)
    {
        var heads = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in Places)
        {
            // What may be left out lends its words to the next place.
            var optional = place is Choice { Optional: true } choice ? new Choice(choice.Options, Optional: false) : null;
            if ((optional ?? place).Heads(above) is not { } some)
                return null;
            heads.UnionWith(some);
            if (optional is null)
                return heads;
        }

        return null;
    }

    public void Ends(SegmentText text, int at, List<int> ends)
    {
        List<int> starts = [at];
        foreach (var place in Places)
        {
            var next = new List<int>();
            foreach (var start in starts.Count == 1 ? starts : starts.Distinct())
                place.Ends(text, start, next);
            if (next.Count == 0)
                return;
            starts = next;
        }

        ends.AddRange(starts);
    }

    /// <summary>The shortest match that begins at a token.</summary>
    public Hit? At(SegmentText text, int at)
    {
        // Most patterns end at their first word: look at it before anything is set up.
        if (Places[0] is Literal head && !head.IsAt(text, at))
            return null;
        var ends = new List<int>();
        Ends(text, at, ends);
        ends.Sort();
        foreach (var end in ends)
        {
            if (end > at && text.Tokens[end - 1].Sentence == text.Tokens[at].Sentence)
                return new Hit(at, end);
        }

        return null;
    }
}
