using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// A named set of patterns. It is filled after it is made, because lists may name each other; once all are, their patterns are put under
/// their anchors, so that a text tries only those of which an anchor stands in it.
/// </summary>
internal sealed class WordList(string name, int number, PackNode? place)
{
    private readonly List<Pattern> patterns = [];
    private readonly OwnPattern? expression;
    private readonly List<(WordList List, Anchored Anchored)> byList = [];
    private readonly List<(TokenClass Class, Anchored Anchored)> byClass = [];
    private readonly List<Anchored> anywhere = [];
    private Anchors? anchors;
    private (int Fewest, int Most)? extent;
    private bool looking;

    /// <summary>What a regular expression finds.</summary>
    public WordList(OwnPattern expression, int number)
        : this(OwnPattern.Sign, number, place: null) => this.expression = expression;

    public string Name => name;

    /// <summary>Its place among all lists of the release.</summary>
    public int Number => number;

    public IReadOnlyList<Pattern> Patterns => patterns;

    /// <summary>The fewest and the most tokens that a match takes.</summary>
    public (int Fewest, int Most) Extent => expression is not null ? (1, Pattern.Longest) : extent ??= FindExtent();

    public void Add(Pattern pattern) => patterns.Add(pattern);

    /// <summary>What must stand in a text for any of its patterns to match.</summary>
    public Anchors Anchors(Lexicon lexicon) => anchors ??= expression is not null ? Rules.Anchors.Nowhere : FindAnchors(lexicon);

    /// <summary>Puts a pattern under an anchor that is no word: a list, a class, or nothing at all.</summary>
    public void AnchorElsewhere(in Anchor anchor, in Anchored anchored, Lexicon lexicon)
    {
        if (anchor.Kind == AnchorKind.List)
            byList.Add((lexicon.Lists[anchor.Number], anchored));
        else if (anchor.Kind == AnchorKind.Class)
            byClass.Add((TokenClass.Numbered(anchor.Number), anchored));
        else
            anywhere.Add(anchored);
    }

    public void FindIn(SegmentText text, HitList hits)
    {
        if (expression is not null)
            expression.FindIn(text, hits);
        else if (text.Exhaustive)
            TryAll(text, hits);
        else
            TryAnchors(text, hits);
        hits.Settle();
    }

    /// <exception cref="PolicyFileException">The list names itself, straight or through others.</exception>
    private (int Fewest, int Most) FindExtent()
    {
        Look();
        var (fewest, most) = (Pattern.Longest, 0);
        foreach (var pattern in patterns)
        {
            var (itsFewest, itsMost) = pattern.Extent;
            (fewest, most) = (Math.Min(fewest, itsFewest), Math.Max(most, itsMost));
        }

        looking = false;
        return (fewest, most);
    }

    /// <exception cref="PolicyFileException">The list names itself, straight or through others.</exception>
    private Anchors FindAnchors(Lexicon lexicon)
    {
        Look();
        var union = new AnchorUnion();
        foreach (var pattern in patterns)
            union.Add(pattern.Anchors(lexicon));
        looking = false;
        return union.Made();
    }

    private void Look()
    {
        if (looking)
            throw place is null ? new InvalidOperationException($"The list {name} leads back to itself.") : place.Expected($"a list that does not lead back to itself instead of {{{name}}}");
        looking = true;
    }

    /// <summary>Every pattern at every token: what the index must never lose anything of.</summary>
    private void TryAll(SegmentText text, HitList hits)
    {
        for (var at = 0; at < text.Tokens.Length; at++)
        {
            for (var rank = 0; rank < patterns.Count; rank++)
            {
                if (patterns[rank].At(text, at) is { } hit)
                    hits.Add(hit, rank);
            }
        }
    }

    private void TryAnchors(SegmentText text, HitList hits)
    {
        for (var place = text.FirstPlace(number); place >= 0;)
        {
            var (anchored, token, next) = text.PlaceAt(place);
            TryAround(token, text.Plan.Anchors[anchored], text, hits);
            place = next;
        }

        foreach (var (list, anchored) in byList)
            TryAround(text.Find(list), anchored, text, hits);
        foreach (var (tokenClass, anchored) in byClass)
            TryAround(text.Find(tokenClass), anchored, text, hits);
        foreach (var anchored in anywhere)
        {
            for (var at = 0; at < text.Tokens.Length; at++)
                TryAt(at, anchored, text, hits);
        }
    }

    private static void TryAround(HitList found, in Anchored anchored, SegmentText text, HitList hits)
    {
        for (var at = 0; at < found.Count; at++)
            TryAround(found.All[at].First, anchored, text, hits);
    }

    private static void TryAround(int token, in Anchored anchored, SegmentText text, HitList hits)
    {
        var first = token - anchored.Most;
        if (anchored.Most > 0)
            first = Math.Max(first, text.SentenceStart(text.Tokens[token].Sentence));
        for (var at = first; at <= token - anchored.Fewest; at++)
            TryAt(at, anchored, text, hits);
    }

    private static void TryAt(int at, in Anchored anchored, SegmentText text, HitList hits)
    {
        if (anchored.Pattern.At(text, at) is { } hit)
            hits.Add(hit, anchored.Rank);
    }
}
