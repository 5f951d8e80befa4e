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

/// <summary>
/// Something without which a pattern cannot match, and how far behind the first token of the match it stands. One number holds it all,
/// so that a release's tens of thousands are sorted and kept as numbers.
/// </summary>
internal readonly record struct Anchor(ulong Key)
{
    /// <summary>Symbols and lists have numbers below this.</summary>
    public const int Most = 1 << NumberBits;

    private const int NumberBits = 21;
    private const int PlaceBits = 6;
    private const int MostAt = 0;
    private const int FewestAt = MostAt + PlaceBits;
    private const int SecondAt = FewestAt + PlaceBits;
    private const int NumberAt = SecondAt + NumberBits;
    private const int KindAt = NumberAt + NumberBits;

    /// <param name="second">The second symbol of a pair.</param>
    /// <param name="fewest">Tokens between the first of the match and this.</param>
    public Anchor(AnchorKind kind, int number, int second, int fewest, int most)
        : this(((ulong)kind << KindAt) | ((ulong)number << NumberAt) | ((ulong)second << SecondAt) | ((ulong)fewest << FewestAt) | ((ulong)most << MostAt))
    {
    }

    public AnchorKind Kind => (AnchorKind)(Key >> KindAt);

    public int Number => (int)(Key >> NumberAt) & (Most - 1);

    /// <summary>The second symbol of a pair.</summary>
    public int Second => (int)(Key >> SecondAt) & (Most - 1);

    /// <summary>Tokens between the first of the match and this.</summary>
    public int Fewest => (int)(Key >> FewestAt) & Pattern.Longest;

    public int MostBehind => (int)(Key >> MostAt) & Pattern.Longest;

    public Anchor Behind(int fewest, int most) =>
        new(Kind, Number, Second, Math.Min(Pattern.Longest, Fewest + fewest), Math.Min(Pattern.Longest, MostBehind + most));
}

/// <summary>Anchors of which one must stand in the text for the pattern to match.</summary>
/// <param name="cost">In how many of ten thousand ordinary posts one of them is to be expected.</param>
internal sealed class Anchors(ulong[] keys, double cost)
{
    public static Anchors Nowhere { get; } = new([new Anchor(AnchorKind.Anywhere, 0, 0, 0, 0).Key], Costliest);

    /// <summary>Every post.</summary>
    public const double Costliest = 10_000;

    public int Count => keys.Length;

    public Anchor this[int at] => new(keys[at]);

    public double Cost => cost;

    /// <summary>The anchors as they are kept, each once.</summary>
    public ReadOnlySpan<ulong> Keys => keys;

    public bool HoldsAnywhere => keys.Length > 0 && this[keys.Length - 1].Kind == AnchorKind.Anywhere;

    public static Anchors Of(AnchorKind kind, int number, double cost) => new([new Anchor(kind, number, 0, 0, 0).Key], cost);

    public Anchors Behind(int fewest, int most)
    {
        if (fewest == 0 && most == 0)
            return this;
        var behind = new ulong[keys.Length];
        for (var at = 0; at < keys.Length; at++)
            behind[at] = this[at].Behind(fewest, most).Key;
        return new Anchors(behind, cost);
    }
}

/// <summary>Gathers the anchors of patterns of which any one is enough.</summary>
internal sealed class AnchorUnion
{
    private ulong[] keys = new ulong[16];
    private int count;
    private double cost;

    public bool HoldsAnywhere { get; private set; }

    public void Add(AnchorKind kind, int number, double itsCost)
    {
        if (count == keys.Length)
            Array.Resize(ref keys, count * 2);
        keys[count++] = new Anchor(kind, number, 0, 0, 0).Key;
        cost += itsCost;
    }

    public void Add(Anchors anchors)
    {
        if (count + anchors.Count > keys.Length)
            Array.Resize(ref keys, Math.Max(count + anchors.Count, keys.Length * 2));
        anchors.Keys.CopyTo(keys.AsSpan(count));
        count += anchors.Count;
        cost += anchors.Cost;
        HoldsAnywhere |= anchors.HoldsAnywhere;
    }

    /// <summary>All of them, each once and in order.</summary>
    public Anchors Made()
    {
        var all = keys.AsSpan(0, count);
        all.Sort();
        var kept = 0;
        for (var at = 0; at < count; at++)
        {
            if (kept == 0 || all[kept - 1] != all[at])
                all[kept++] = all[at];
        }

        return new Anchors(all[..kept].ToArray(), Math.Min(cost, Anchors.Costliest));
    }
}
