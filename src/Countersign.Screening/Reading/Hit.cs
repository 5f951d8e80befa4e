using System.Runtime.InteropServices;

namespace Countersign.Screening.Reading;

/// <summary>Where a pattern was found: tokens from <paramref name="First"/> up to, not including, <paramref name="Next"/>.</summary>
internal readonly record struct Hit(int First, int Next)
{
    public bool Covers(Hit other) => First <= other.First && other.Next <= Next;

    public bool Overlaps(Hit other) => First < other.Next && other.First < Next;
}

/// <summary>Hits in the order of their first token; of those with one first token, in the order in which the patterns stand. Kept and used again from text to text.</summary>
internal sealed class HitList
{
    private readonly List<Ranked> ranked = [];
    private readonly List<Hit> hits = [];

    public int Count => hits.Count;

    public ReadOnlySpan<Hit> All => CollectionsMarshal.AsSpan(hits);

    public void Clear()
    {
        ranked.Clear();
        hits.Clear();
    }

    /// <param name="rank">The place of the pattern in its list.</param>
    public void Add(Hit hit, int rank = 0) => ranked.Add(new Ranked(hit.First, rank, hit.Next));

    /// <summary>Puts what was added in order, each stretch once.</summary>
    public void Settle()
    {
        if (ranked.Count > 1)
            CollectionsMarshal.AsSpan(ranked).Sort();
        foreach (var (first, _, next) in ranked)
        {
            var hit = new Hit(first, next);
            if (!Holds(hit))
                hits.Add(hit);
        }
    }

    /// <summary>The index of the first hit that begins at a token or behind it.</summary>
    public int From(int token)
    {
        var low = 0;
        var high = hits.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (hits[middle].First < token)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Only the last few can be the same.</summary>
    private bool Holds(Hit hit)
    {
        for (var at = hits.Count - 1; at >= 0 && hits[at].First == hit.First; at--)
        {
            if (hits[at] == hit)
                return true;
        }

        return false;
    }

    private readonly record struct Ranked(int First, int Rank, int Next) : IComparable<Ranked>
    {
        public int CompareTo(Ranked other) =>
            First != other.First ? First.CompareTo(other.First) : Rank != other.Rank ? Rank.CompareTo(other.Rank) : Next.CompareTo(other.Next);
    }
}
