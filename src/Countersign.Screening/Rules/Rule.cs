using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>A rule as the engine runs it.</summary>
internal sealed record Rule
{
    private const int MostFindings = Assessment.MostOfOneRule;

    public required RuleListing Listing { get; init; }

    public required IReadOnlyList<Direction> Directions { get; init; }

    public required IReadOnlyList<ItemKind> Kinds { get; init; }

    public required IReadOnlyList<SegmentKind> Segments { get; init; }

    public required Strength Inbound { get; init; }

    public required IReadOnlyList<Firing> Fires { get; init; }

    public required IReadOnlyList<SafeHarbour> Cleared { get; init; }

    /// <summary>What the rule finds in one segment.</summary>
    /// <param name="firings">Those of its firings that can fire at all, by their bits.</param>
    public void Judge(ItemText item, SegmentText text, ulong firings, Func<string, Rule> ruleNamed, List<Finding> into)
    {
        // Cleared words must never use up the room, or hide the overlap, of words that stand.
        Found found = default;
        for (var at = 0; at < Fires.Count; at++)
        {
            var firing = Fires[at];
            if ((firings & (1UL << at)) == 0 || !firing.Applies(item, text))
                continue;
            if (firing.Likes.Count > 0)
            {
                if (FirstLike(item, text, firing, ruleNamed, out var like) && firing.Holds(item, text, like))
                    Add(item, text, firing, like, ref found, into);
            }
            else if (!text.Exhaustive && !firing.FindsAll(text))
            {
                continue;
            }
            else if (Candidates(item, text, firing) is { } hits)
            {
                for (var index = firing.TermsOf is null ? firing.MoreThan : 0; index < hits.Count && found.Standing < MostFindings; index++)
                {
                    if (firing.Holds(item, text, hits.All[index]))
                        Add(item, text, firing, hits.All[index], ref found, into);
                }
            }
            else if (Whole(text, firing) is var whole && firing.Holds(item, text, whole))
            {
                Add(item, text, firing, whole, ref found, into);
            }

            if (found.Standing == MostFindings)
                return;
        }
    }

    /// <summary>The words that a firing starts from; null where it has none.</summary>
    private static HitList? Candidates(ItemText item, SegmentText text, Firing firing) =>
        firing.TermsOf is { } terms
            ? text.Terms(item.Facts.TryGetValue(terms, out var term) ? term : "")
            : firing.Find is null ? null : text.Find(firing.Find);

    /// <summary>What a firing without words shows: what is left of a wording, or the words that speak loudest for its score, if it asks for one.</summary>
    private static Hit? Whole(SegmentText text, Firing firing) =>
        firing.Alters is { } wording ? wording.AlteredIn(text)
        : firing.Scores is [var score, ..] ? score.Strongest(text) : null;

    /// <summary>What the first of the rules that a firing names finds, and no safe harbour of its own clears.</summary>
    private static bool FirstLike(ItemText item, SegmentText text, Firing firing, Func<string, Rule> ruleNamed, out Hit? like)
    {
        foreach (var name in firing.Likes)
        {
            if (ruleNamed(name).FirstStanding(item, text, ruleNamed, out like))
                return true;
        }

        like = null;
        return false;
    }

    private bool FirstStanding(ItemText item, SegmentText text, Func<string, Rule> ruleNamed, out Hit? standing)
    {
        foreach (var firing in Fires)
        {
            if (!firing.MayFire(text) || !firing.Applies(item, text))
                continue;
            if (firing.Likes.Count > 0)
            {
                if (FirstLike(item, text, firing, ruleNamed, out standing) && firing.Holds(item, text, standing) && !IsStopped(item, text, standing))
                    return true;
            }
            else if (Candidates(item, text, firing) is { } hits)
            {
                for (var index = firing.TermsOf is null ? firing.MoreThan : 0; index < hits.Count; index++)
                {
                    standing = hits.All[index];
                    if (firing.Holds(item, text, standing) && !IsStopped(item, text, standing))
                        return true;
                }
            }
            else
            {
                standing = Whole(text, firing);
                if (firing.Holds(item, text, standing) && !IsStopped(item, text, standing))
                    return true;
            }
        }

        standing = null;
        return false;
    }

    private bool IsStopped(ItemText item, SegmentText text, Hit? hit)
    {
        for (var at = 0; at < Cleared.Count; at++)
        {
            if (Cleared[at].LowersTo is null && Cleared[at].Covers(item, text, hit))
                return true;
        }

        return false;
    }

    private void Add(ItemText item, SegmentText text, Firing firing, Hit? hit, ref Found found, List<Finding> into)
    {
        if (hit is { } words && found.StandsOn(words))
            return;
        SafeHarbour? stops = null;
        SafeHarbour? lowers = null;
        foreach (var harbour in Cleared)
        {
            if ((harbour.LowersTo is null ? stops : lowers) is not null || !harbour.Covers(item, text, hit))
                continue;
            if (harbour.LowersTo is null)
                stops = harbour;
            else
                lowers = harbour;
        }

        if (stops is null)
            found.Stand(hit);
        else if (!found.Clear(hit))
            return;
        into.Add(Finding(item, text, firing, hit, stops, lowers));
    }

    private Finding Finding(ItemText item, SegmentText text, Firing firing, Hit? hit, SafeHarbour? stops, SafeHarbour? lowers)
    {
        var inbound = item.Item.Direction == Direction.Inbound;
        var decision = inbound ? Inbound : firing.Decision ?? Listing.Decision;
        if (lowers?.LowersTo is { } lower && lower < decision)
            decision = lower;
        var span = hit is { } words ? text.Original(words) : new Span(0, 0);
        return new Finding(
            Listing.Id,
            Listing.Version,
            Listing.Title,
            Listing.Category,
            Listing.Severity,
            decision,
            inbound || decision < Strength.Require ? [] : firing.Approvals ?? Listing.Approvals,
            text.Segment.Kind,
            text.Segment.Index,
            span.Start,
            span.End,
            text.Segment.Text[span.Start..span.End],
            firing.Message ?? Listing.Message,
            Listing.Basis,
            Listing.Fix,
            firing.Scores is [var score, ..] ? score.Of(text) : firing.Confidence,
            stops?.Because);
    }

    /// <summary>What was found in one segment so far.</summary>
    private struct Found
    {
        private Places standing;
        private Places cleared;

        public int Standing { get; private set; }

        private int Cleared { get; set; }

        public readonly bool StandsOn(Hit hit) => Overlaps(standing, Standing, hit);

        public void Stand(Hit? hit) => standing[Standing++] = hit ?? default;

        public bool Clear(Hit? hit)
        {
            if (Cleared == MostFindings || (hit is { } words && Overlaps(cleared, Cleared, words)))
                return false;
            cleared[Cleared++] = hit ?? default;
            return true;
        }

        private static bool Overlaps(ReadOnlySpan<Hit> places, int count, Hit hit)
        {
            foreach (var place in places[..count])
            {
                if (place.Overlaps(hit))
                    return true;
            }

            return false;
        }
    }

    [System.Runtime.CompilerServices.InlineArray(MostFindings)]
    private struct Places
    {
        private Hit first;
    }
}
