using Countersign.Screening.Rules;

namespace Countersign.Screening;

public sealed partial class PolicyRelease
{
    /// <summary>Rules about items of this kind that cannot fire, whatever the words: each way in which they would needs a fact or a segment that is never stated.</summary>
    /// <param name="facts">Every key that is ever stated.</param>
    public IReadOnlyList<string> OutOfReach(Direction direction, ItemKind kind, IReadOnlyCollection<SegmentKind> segments, IReadOnlySet<string> facts) =>
        OutOfReach(direction, [kind], segments, facts);

    /// <summary>The same for several kinds: rules that can fire on none of those they are about.</summary>
    /// <param name="facts">Every key that is ever stated.</param>
    public IReadOnlyList<string> OutOfReach(Direction direction, IReadOnlyCollection<ItemKind> kinds, IReadOnlyCollection<SegmentKind> segments, IReadOnlySet<string> facts)
    {
        bool Reached(Rule rule) => kinds.Any(kind => rule.Kinds.Contains(kind) && ReachedAs(rule, kind));
        bool ReachedAs(Rule rule, ItemKind kind) =>
            rule.Segments.Any(segments.Contains) && rule.Fires.Any(firing => CanFire(firing, kind));
        bool CanFire(Firing firing, ItemKind kind) =>
            (firing.Kinds.Count == 0 || firing.Kinds.Contains(kind))
            && firing.Facts.All(fact => fact.CanHold(facts))
            && (firing.TermsOf is null || facts.Contains(firing.TermsOf))
            && (firing.Likes.Count == 0 || firing.Likes.Select(RuleNamed).Any(liked => ReachedAs(liked, kind)));
        return [.. Compiled.Where(rule => rule.Directions.Contains(direction) && rule.Kinds.Any(kinds.Contains) && !Reached(rule)).Select(rule => rule.Listing.Id)];
    }
}
