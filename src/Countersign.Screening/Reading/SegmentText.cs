using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>One segment, folded and cut into tokens once; what any list or recogniser finds in it is looked up once and kept.</summary>
internal sealed class SegmentText
{
    private readonly Dictionary<object, IReadOnlyList<Hit>> found = [];
    private readonly Vocabulary vocabulary;

    public SegmentText(Segment segment, Vocabulary vocabulary)
    {
        Segment = segment;
        this.vocabulary = vocabulary;
        Folded = FoldedText.Of(segment.Text);
        Tokens = Tokeniser.Read(Folded.Text);
    }

    public Segment Segment { get; }

    public FoldedText Folded { get; }

    public IReadOnlyList<Token> Tokens { get; }

    public IReadOnlyList<Hit> Find(WordList list) => Once(list, static (text, list) => ((WordList)list).FindIn(text));

    public IReadOnlyList<Hit> Find(TokenClass tokenClass) =>
        Once(tokenClass, static (text, tokenClass) => ((TokenClass)tokenClass).FindIn(text, text.vocabulary));

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

    public Span Original(Hit hit) => Folded.ToOriginal(Tokens[hit.First].Start, Tokens[hit.Next - 1].End);

    private IReadOnlyList<Hit> Once(object what, Func<SegmentText, object, IReadOnlyList<Hit>> find)
    {
        if (found.TryGetValue(what, out var hits))
            return hits;
        hits = find(this, what);
        found[what] = hits;
        return hits;
    }
}
