using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>Words that must, or must not, stand within reach of what was found.</summary>
internal sealed record Nearby(WordList Words, Window Within)
{
    public bool IsFound(ItemText item, SegmentText text, Hit? found, bool apart)
    {
        if (Within.Reach == Reach.Item)
            return item.Visible.Any(segment => segment.Find(Words).Count > 0);
        return text.Find(Words).Any(other => found is not { } hit
            ? Within.Reach != Reach.Opening || Within.Holds(text.Tokens, default, other)
            : Within.Holds(text.Tokens, hit, other) && !(apart && other.Covers(hit)));
    }
}

/// <summary>One way in which a rule fires: words, their company, and facts.</summary>
internal sealed record Firing
{
    public WordList? Find { get; init; }

    public IReadOnlyList<Nearby> With { get; init; } = [];

    public IReadOnlyList<Nearby> Without { get; init; } = [];

    public IReadOnlyList<FactCondition> Facts { get; init; } = [];

    public IReadOnlyList<ItemKind> Kinds { get; init; } = [];

    /// <summary>Fires on what any of these rules would fire on.</summary>
    public IReadOnlyList<string> Likes { get; init; } = [];

    /// <summary>Fires once the words are found more often than this, on those too many.</summary>
    public int MoreThan { get; init; }

    /// <summary>The whole text holds fewer tokens of words than this: nothing but a meme.</summary>
    public int? FewerWordsThan { get; init; }

    /// <summary>A fact that holds terms, such as the organisation's dictionary: fires where one stands in the text.</summary>
    public string? TermsOf { get; init; }

    /// <summary>A fact that holds a prescribed wording: fires where the text lacks it.</summary>
    public string? Lacks { get; init; }

    /// <summary>A fact that holds a figure: fires where the sentence states another amount, or where the fact is not known.</summary>
    public string? FigureDiffersFrom { get; init; }

    /// <summary>Fires only where each of these heads holds the segment for at least as likely to be of its kind.</summary>
    public IReadOnlyList<HeadCondition> Scores { get; init; } = [];

    public Strength? Decision { get; init; }

    public IReadOnlyList<RoleCount>? Approvals { get; init; }

    public string? Message { get; init; }

    public double Confidence { get; init; } = 0.8;
}

/// <summary>A safe harbour: it stops the finding, or lowers it, and says why.</summary>
internal sealed record SafeHarbour(string Because)
{
    public bool Negated { get; init; }

    public IReadOnlyList<Nearby> With { get; init; } = [];

    public IReadOnlyList<FactCondition> Facts { get; init; } = [];

    public Strength? LowersTo { get; init; }

    public bool Covers(ItemText item, SegmentText text, Hit? found) =>
        Facts.All(fact => fact.Holds(item.Facts))
        && (!Negated || (found is { } hit && Negation.Denies(text.Tokens, hit)))
        && With.All(nearby => nearby.IsFound(item, text, found, apart: false));
}

/// <summary>A rule as the engine runs it.</summary>
internal sealed record Rule
{
    /// <summary>More findings of one rule in one segment than this add nothing.</summary>
    private const int MostFindings = 10;

    public required RuleListing Listing { get; init; }

    public required IReadOnlyList<Direction> Directions { get; init; }

    public required IReadOnlyList<ItemKind> Kinds { get; init; }

    public required IReadOnlyList<SegmentKind> Segments { get; init; }

    public required Strength Inbound { get; init; }

    public required IReadOnlyList<Firing> Fires { get; init; }

    public required IReadOnlyList<SafeHarbour> Cleared { get; init; }

    public IEnumerable<Finding> Judge(ItemText item, Func<string, Rule> ruleNamed)
    {
        if (!Directions.Contains(item.Item.Direction) || !Kinds.Contains(item.Item.Kind))
            yield break;
        foreach (var text in item.Segments.Where(segment => Segments.Contains(segment.Segment.Kind)))
        {
            // Cleared words must never use up the room, or hide the overlap, of words that stand.
            var standing = new List<Hit>();
            var cleared = new List<Hit>();
            foreach (var (firing, hit) in Matches(item, text, ruleNamed))
            {
                if (hit is { } words && standing.Exists(words.Overlaps))
                    continue;
                var finding = Found(item, text, firing, hit);
                if (finding.ClearedBecause is not null)
                {
                    if (cleared.Count == MostFindings || (hit is { } harmless && cleared.Exists(harmless.Overlaps)))
                        continue;
                    cleared.Add(hit ?? default);
                }
                else
                {
                    standing.Add(hit ?? default);
                }

                yield return finding;
                if (standing.Count == MostFindings)
                    break;
            }
        }
    }

    /// <summary>Where the rule would fire in one segment, before any safe harbour.</summary>
    public IEnumerable<(Firing Firing, Hit? Found)> Matches(ItemText item, SegmentText text, Func<string, Rule> ruleNamed)
    {
        foreach (var firing in Fires)
        {
            if (firing.Kinds.Count > 0 && !firing.Kinds.Contains(item.Item.Kind))
                continue;
            if (firing.FewerWordsThan is { } fewest && text.Tokens.Count(t => t.Kind == TokenKind.Word) >= fewest)
                continue;
            if (!firing.Facts.All(fact => fact.Holds(item.Facts)) || !firing.Scores.All(score => score.Holds(text)))
                continue;
            if (firing.Lacks is { } wording && item.Facts.TryGetValue(wording, out var required) && item.Visible.Any(segment => segment.Wording(required).Any()))
                continue;
            foreach (var hit in Candidates(item, text, firing, ruleNamed))
            {
                if (firing.FigureDiffersFrom is { } figure && hit is { } stated && text.States(stated, item.Facts.GetValueOrDefault(figure)))
                    continue;
                if (firing.With.All(nearby => nearby.IsFound(item, text, hit, apart: true))
                    && !firing.Without.Any(nearby => nearby.IsFound(item, text, hit, apart: false)))
                    yield return (firing, hit);
            }
        }
    }

    private static IEnumerable<Hit?> Candidates(ItemText item, SegmentText text, Firing firing, Func<string, Rule> ruleNamed)
    {
        if (firing.Likes.Count > 0)
            return firing.Likes.Select(ruleNamed).SelectMany(rule => rule.Standing(item, text, ruleNamed)).Take(1);
        if (firing.TermsOf is { } terms)
            return item.Facts.TryGetValue(terms, out var term) ? text.Wording(term).Select(hit => (Hit?)hit) : [];
        if (firing.Find is null)
            return [firing.Scores is [var score, ..] ? score.Strongest(text) : null];
        var hits = text.Find(firing.Find);
        return hits.Count <= firing.MoreThan ? [] : hits.Skip(firing.MoreThan).Select(hit => (Hit?)hit);
    }

    /// <summary>What the rule finds and no safe harbour of its own clears.</summary>
    private IEnumerable<Hit?> Standing(ItemText item, SegmentText text, Func<string, Rule> ruleNamed) =>
        Matches(item, text, ruleNamed)
            .Where(match => !Cleared.Any(harbour => harbour.LowersTo is null && harbour.Covers(item, text, match.Found)))
            .Select(match => match.Found);

    private Finding Found(ItemText item, SegmentText text, Firing firing, Hit? hit)
    {
        var inbound = item.Item.Direction == Direction.Inbound;
        var decision = inbound ? Inbound : firing.Decision ?? Listing.Decision;
        var harbours = Cleared.Where(harbour => harbour.Covers(item, text, hit)).ToList();
        if (harbours.Find(harbour => harbour.LowersTo is not null)?.LowersTo is { } lower && lower < decision)
            decision = lower;
        var approvals = inbound || decision < Strength.Require ? [] : firing.Approvals ?? Listing.Approvals;
        var span = hit is { } found ? text.Original(found) : new Span(0, 0);
        return new Finding(
            Listing.Id,
            Listing.Version,
            Listing.Title,
            Listing.Category,
            Listing.Severity,
            decision,
            approvals,
            text.Segment.Kind,
            text.Segment.Index,
            span.Start,
            span.End,
            text.Segment.Text[span.Start..span.End],
            firing.Message ?? Listing.Message,
            Listing.Basis,
            Listing.Fix,
            firing.Scores is [var score, ..] ? score.Of(text) : firing.Confidence,
            harbours.Find(harbour => harbour.LowersTo is null)?.Because);
    }
}
