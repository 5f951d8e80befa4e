using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>How far from the words that were found a rule looks for other words.</summary>
/// <param name="Tokens">For <see cref="Reach.Tokens"/>: how many on either side.</param>
internal readonly record struct Window(Reach Reach, int Tokens = 0)
{
    /// <summary>How many tokens count as the opening of a post: where an advertising label has to stand.</summary>
    private const int Opening = 4;

    /// <exception cref="FormatException">Says what was expected.</exception>
    public static Window Read(string source) => source switch
    {
        "clause" => new(Reach.Clause),
        "sentence" => new(Reach.Sentence),
        "text" => new(Reach.Text),
        "item" => new(Reach.Item),
        "opening" => new(Reach.Opening),
        "words" => new(Reach.Words),
        _ when int.TryParse(source, out var tokens) && tokens > 0 => new(Reach.Tokens, tokens),
        _ => throw new FormatException($"clause, sentence, text, item, opening, words or a number of words instead of '{source}'"),
    };

    public bool Holds(SegmentText text, Hit found, Hit other)
    {
        var tokens = text.Tokens;
        return Reach switch
        {
            Reach.Clause => tokens[found.First].Clause == tokens[other.First].Clause || tokens[found.Next - 1].Clause == tokens[other.First].Clause,
            Reach.Sentence => tokens[found.First].Sentence == tokens[other.First].Sentence,
            Reach.Tokens => other.First - found.Next < Tokens && found.First - other.Next < Tokens,
            Reach.Opening => other.First < Opening,
            Reach.Words => found.Overlaps(other),
            _ => true,
        };
    }

    /// <summary>No words beyond these first tokens can be within reach.</summary>
    public (int First, int Next) Around(SegmentText text, Hit found)
    {
        var tokens = text.Tokens;
        return Reach switch
        {
            Reach.Clause => (text.ClauseStart(tokens[found.First].Clause), text.ClauseStart(tokens[found.Next - 1].Clause + 1)),
            Reach.Sentence => (text.SentenceStart(tokens[found.First].Sentence), text.SentenceStart(tokens[found.First].Sentence + 1)),
            Reach.Tokens => (found.First - Tokens - Pattern.Longest, found.Next + Tokens),
            Reach.Opening => (0, Opening),
            Reach.Words => (found.First - Pattern.Longest, found.Next),
            _ => (0, int.MaxValue),
        };
    }
}

internal enum Reach
{
    Clause,
    Sentence,
    Text,
    Item,
    Opening,
    Tokens,

    /// <summary>The found words themselves.</summary>
    Words,
}
