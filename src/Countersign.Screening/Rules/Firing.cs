using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>Words that must, or must not, stand within reach of what was found.</summary>
internal sealed record Nearby(WordList Words, Window Within)
{
    public bool IsFound(ItemText item, SegmentText text, Hit? found, bool apart)
    {
        if (Within.Reach == Reach.Item)
            return item.Shows(Words);
        var hits = text.Find(Words);
        if (hits.Count == 0)
            return false;
        if (found is not { } hit)
            return Within.Reach != Reach.Opening || Within.Holds(text, default, hits.All[0]);

        var (first, next) = Within.Around(text, hit);
        for (var index = hits.From(first); index < hits.Count && hits.All[index].First < next; index++)
        {
            var other = hits.All[index];
            if (Within.Holds(text, hit, other) && !(apart && other.Covers(hit)))
                return true;
        }

        return false;
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

    /// <summary>A fact that holds a percentage: fires where the words found state another, none, or where the fact is not known.</summary>
    public string? PercentDiffersFrom { get; init; }

    /// <summary>A prescribed wording: fires where the text holds it altered or in part.</summary>
    public PrescribedWording? Alters { get; init; }

    /// <summary>Three words in a row of that wording: a text with none of them does not alter it.</summary>
    public WordList? AlteredRows { get; init; }

    /// <summary>Fires only where each of these heads holds the segment for at least as likely to be of its kind.</summary>
    public IReadOnlyList<HeadCondition> Scores { get; init; } = [];

    public Strength? Decision { get; init; }

    public IReadOnlyList<RoleCount>? Approvals { get; init; }

    public string? Message { get; init; }

    public double Confidence { get; init; } = 0.8;

    /// <summary>What stands in the words to be found and in their company: a text that lacks one of these lists cannot make it fire.</summary>
    public IEnumerable<WordList> Needed
    {
        get
        {
            if (Find is not null && Likes.Count == 0 && TermsOf is null)
                yield return Find;
            if (AlteredRows is not null)
                yield return AlteredRows;
            foreach (var nearby in With)
            {
                if (nearby.Within.Reach != Reach.Item)
                    yield return nearby.Words;
            }
        }
    }

    /// <summary>The numbers of <see cref="Needed"/> in the plan of the release.</summary>
    public int[] Parts { get; set; } = [];

    /// <summary><see cref="Needed"/>, the rarest first.</summary>
    public WordList[] Rarest { get; set; } = [];

    /// <summary>A fact without which it cannot fire; null where there is none.</summary>
    public string? NeededFact => TermsOf ?? Facts.FirstOrDefault(fact => fact.NeedsKey)?.Key;

    /// <summary>Whether every list that it needs has a reason to be looked for in the text.</summary>
    public bool MayFire(SegmentText text)
    {
        foreach (var part in Parts)
        {
            if ((text.Awake[part >> 6] & (1UL << (part & 63))) == 0)
                return false;
        }

        return true;
    }

    /// <summary>Whether all words that it needs stand somewhere in the text: the rarest are looked for first, and most texts lack those.</summary>
    public bool FindsAll(SegmentText text)
    {
        foreach (var list in Rarest)
        {
            if (text.Find(list).Count == 0)
                return false;
        }

        return true;
    }

    /// <summary>Whether it can fire on this text at all, before any words are looked for.</summary>
    public bool Applies(ItemText item, SegmentText text)
    {
        if (Kinds.Count > 0 && !Kinds.Contains(item.Item.Kind))
            return false;
        if (FewerWordsThan is { } fewest && text.WordCount >= fewest)
            return false;
        for (var at = 0; at < Facts.Count; at++)
        {
            if (!Facts[at].Holds(item.Facts))
                return false;
        }

        for (var at = 0; at < Scores.Count; at++)
        {
            if (!Scores[at].Holds(text))
                return false;
        }

        if (Alters is not null && Alters.AlteredIn(text) is null)
            return false;

        return Lacks is not { } wording || !item.Facts.TryGetValue(wording, out var required) || !item.ShowsWording(required);
    }

    /// <summary>Whether the company of the words is as it must be.</summary>
    public bool Holds(ItemText item, SegmentText text, Hit? found)
    {
        if (FigureDiffersFrom is { } figure && found is { } amount && text.States(amount, item.Facts.GetValueOrDefault(figure)))
            return false;
        if (PercentDiffersFrom is { } share && found is { } given && text.StatesPercent(given, item.Facts.GetValueOrDefault(share)))
            return false;
        for (var at = 0; at < With.Count; at++)
        {
            if (!With[at].IsFound(item, text, found, apart: true))
                return false;
        }

        for (var at = 0; at < Without.Count; at++)
        {
            if (Without[at].IsFound(item, text, found, apart: false))
                return false;
        }

        return true;
    }
}

/// <summary>A safe harbour: it stops the finding, or lowers it, and says why.</summary>
internal sealed record SafeHarbour(string Because)
{
    public bool Negated { get; init; }

    public IReadOnlyList<Nearby> With { get; init; } = [];

    public IReadOnlyList<FactCondition> Facts { get; init; } = [];

    public Strength? LowersTo { get; init; }

    public bool Covers(ItemText item, SegmentText text, Hit? found)
    {
        for (var at = 0; at < Facts.Count; at++)
        {
            if (!Facts[at].Holds(item.Facts))
                return false;
        }

        if (Negated && (found is not { } hit || !Negation.Denies(text, hit)))
            return false;
        for (var at = 0; at < With.Count; at++)
        {
            if (!With[at].IsFound(item, text, found, apart: false))
                return false;
        }

        return true;
    }
}
