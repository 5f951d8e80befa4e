namespace Countersign.Screening.Rules;

internal enum AnchorKind
{
    Symbol,
    Pair,
    List,
    Class,

    /// <summary>The pattern holds nothing that must stand somewhere: it is tried at every token.</summary>
    Anywhere,
}

/// <summary>Something without which a pattern cannot match, and how far behind the first token of the match it stands.</summary>
/// <param name="Second">The second symbol of a pair.</param>
/// <param name="Fewest">Tokens between the first of the match and this.</param>
internal readonly record struct Anchor(AnchorKind Kind, int Number, int Second, int Fewest, int Most)
{
    public static Anchor Anywhere => new(AnchorKind.Anywhere, 0, 0, 0, 0);
}

/// <summary>Anchors of which one must stand in the text for the pattern to match.</summary>
/// <param name="Cost">In how many of ten thousand ordinary posts one of them is to be expected.</param>
internal sealed record Anchors(IReadOnlyList<Anchor> Any, double Cost)
{
    public static Anchors Nowhere { get; } = new([Anchor.Anywhere], 10_000);

    public static Anchors Of(AnchorKind kind, int number, double cost) => new([new Anchor(kind, number, 0, 0, 0)], cost);

    public Anchors Behind(int fewest, int most) => fewest == 0 && most == 0
        ? this
        : this with { Any = [.. Any.Select(anchor => anchor with { Fewest = anchor.Fewest + fewest, Most = Math.Min(Pattern.Longest, anchor.Most + most) })] };

    /// <summary>For patterns of which any one is enough.</summary>
    public static Anchors Union(IEnumerable<Anchors> patterns)
    {
        var any = new HashSet<Anchor>();
        var cost = 0.0;
        foreach (var pattern in patterns)
        {
            any.UnionWith(pattern.Any);
            cost += pattern.Cost;
        }

        return new Anchors([.. any], Math.Min(cost, 10_000));
    }
}
