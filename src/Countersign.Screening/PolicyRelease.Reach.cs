using Countersign.Screening.Rules;

namespace Countersign.Screening;

public sealed partial class PolicyRelease
{
    /// <summary>Rules about items of this kind that cannot fire, whatever the words: each way in which they would needs a fact or a segment that is never stated.</summary>
    /// <param name="facts">Every key that is ever stated.</param>
    public IReadOnlyList<string> OutOfReach(Direction direction, ItemKind kind, IReadOnlyCollection<SegmentKind> segments, IReadOnlySet<string> facts)
    {
        bool Reached(Rule rule) =>
            rule.Segments.Any(segments.Contains) && rule.Fires.Any(firing => CanFire(firing));
        bool CanFire(Firing firing) =>
            (firing.Kinds.Count == 0 || firing.Kinds.Contains(kind))
            && firing.Facts.All(fact => fact.CanHold(facts))
            && (firing.TermsOf is null || facts.Contains(firing.TermsOf))
            && (firing.Likes.Count == 0 || firing.Likes.Select(RuleNamed).Any(Reached));
        return [.. Compiled.Where(rule => rule.Directions.Contains(direction) && rule.Kinds.Contains(kind) && !Reached(rule)).Select(rule => rule.Listing.Id)];
    }
}
