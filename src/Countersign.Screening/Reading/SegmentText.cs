using Countersign.Screening.Heads;
using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>One segment, folded and cut into tokens once; what any list or recogniser finds in it is looked up once and kept.</summary>
internal sealed class SegmentText
{
    private static readonly ILookup<int, Hit> Nothing = Array.Empty<Hit>().ToLookup(hit => hit.First);

    private readonly Dictionary<object, (IReadOnlyList<Hit> All, ILookup<int, Hit> ByFirst)> found = [];
    private readonly Vocabulary vocabulary;

    public SegmentText(Segment segment, Vocabulary vocabulary)
    {
        Segment = segment;
        this.vocabulary = vocabulary;
        Folded = FoldedText.Of(segment.Text);
        Tokens = Tokeniser.Read(Folded.Text);
        Scores = HeadModel.Shipped.Score(Folded.Text);
    }

    public Segment Segment { get; }

    public FoldedText Folded { get; }

    public IReadOnlyList<Token> Tokens { get; }

    /// <summary>What the heads make of the segment.</summary>
    public HeadScores Scores { get; }

    public IReadOnlyList<Hit> Find(WordList list) => Once(list).All;

    /// <summary>What the list finds that begins at a token.</summary>
    public IEnumerable<Hit> Starting(WordList list, int at) => Once(list).ByFirst[at];

    public IEnumerable<Hit> Starting(TokenClass tokenClass, int at) => Once(tokenClass).ByFirst[at];

    /// <summary>The tokens that a stretch of the folded text touches; a stretch of marks only gives null.</summary>
    public Hit? TokensIn(int start, int end)
    {
        var first = -1;
        var next = -1;
        for (var at = 0; at < Tokens.Count; at++)
        {
            if (Tokens[at].End <= start || Tokens[at].Start >= end)
                continue;
            if (first < 0)
                first = at;
            next = at + 1;
        }

        return first < 0 ? null : new Hit(first, next);
    }

    /// <summary>Where the words of a fact stand in the text, whatever their case and marks.</summary>
    public IEnumerable<Hit> Wording(string words)
    {
        var wanted = Tokeniser.Read(FoldedText.Of(words).Text);
        for (var at = 0; wanted.Count > 0 && at + wanted.Count <= Tokens.Count; at++)
        {
            if (wanted.Select((token, offset) => Tokens[at + offset].Kind == token.Kind && Tokens[at + offset].Reads(token.Text)).All(same => same))
                yield return new Hit(at, at + wanted.Count);
        }
    }

    /// <summary>Whether the sentence around a hit names no amount of money, or exactly this one.</summary>
    public bool States(Hit hit, string? figure)
    {
        var amounts = Tokens.Where(token => token.Sentence == Tokens[hit.First].Sentence && token.Kind == TokenKind.Number && Numbers.IsMoney(token.Text)).ToList();
        return amounts.TrueForAll(amount => Plain(amount.Text) == (figure is null ? "" : Plain(figure)));

        static string Plain(string amount) => amount.EndsWith('k')
            ? new string([.. amount.Where(char.IsAsciiDigit)]) + "000"
            : new string([.. amount.Where(char.IsAsciiDigit)]);
    }

    public Span Original(Hit hit) => Folded.ToOriginal(Tokens[hit.First].Start, Tokens[hit.Next - 1].End);

    private (IReadOnlyList<Hit> All, ILookup<int, Hit> ByFirst) Once(object what)
    {
        if (found.TryGetValue(what, out var hits))
            return hits;
        var all = what is WordList list ? list.FindIn(this) : ((TokenClass)what).FindIn(this, vocabulary);
        return found[what] = (all, all.Count == 0 ? Nothing : all.ToLookup(hit => hit.First));
    }
}
