using System.Runtime.InteropServices;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>A pattern under one of its anchors.</summary>
/// <param name="Rank">Its place in its list.</param>
internal readonly record struct Anchored(Pattern Pattern, int Rank, int Fewest, int Most);

/// <summary>Two words in a row that anchor patterns.</summary>
/// <param name="Wake">The set of parts that they wake.</param>
/// <param name="First">The first of the patterns under them.</param>
/// <param name="Next">The number behind the last.</param>
internal readonly record struct AnchorPair(ulong Key, int Wake, int First, int Next);

/// <summary>
/// All patterns of a release under the words and pairs that anchor them. A text is walked once, and every list is told where one of
/// its patterns may stand; a list that is asked for then tries those places and no others.
/// </summary>
internal sealed class AnchorTable
{
    private readonly Anchored[] anchored;
    private readonly int[] lists;
    private readonly int[] symbols;
    private readonly AnchorPair[] pairs;

    /// <summary>A bit for each pair: most two words in a row are none, and a few kilobytes say so.</summary>
    private readonly ulong[] seen;

    public AnchorTable(Lexicon lexicon, Wakes wakes)
    {
        var bySymbol = new List<(int Symbol, int List, Anchored Anchored)>();
        var byPair = new List<(int First, int Second, int List, Anchored Anchored)>();
        foreach (var list in lexicon.Lists)
        {
            for (var rank = 0; rank < list.Patterns.Count; rank++)
            {
                foreach (var anchor in list.Patterns[rank].Anchors(lexicon).Any)
                {
                    var one = new Anchored(list.Patterns[rank], rank, anchor.Fewest, anchor.Most);
                    if (anchor.Kind == AnchorKind.Symbol)
                        bySymbol.Add((anchor.Number, list.Number, one));
                    else if (anchor.Kind == AnchorKind.Pair)
                        byPair.Add((anchor.Number, anchor.Second, list.Number, one));
                    else
                        list.AnchorElsewhere(anchor, one, lexicon);
                }
            }
        }

        anchored = new Anchored[bySymbol.Count + byPair.Count];
        lists = new int[anchored.Length];
        symbols = Place(bySymbol, lexicon.Symbols.Count);
        pairs = Place(byPair, bySymbol.Count, wakes);
        seen = new ulong[Math.Max(1, pairs.Length / 8)];
        foreach (var (first, second, _, _) in byPair)
        {
            var hash = WordHash.OfPair(first, second);
            seen[Word(hash)] |= 1UL << (int)(hash >> 58);
        }
    }

    public ref readonly Anchored this[int number] => ref anchored[number];

    /// <summary>The list that a pattern under an anchor stands in.</summary>
    public int ListOf(int number) => lists[number];

    public (int First, int Next) OfSymbol(int symbol) => (symbols[symbol], symbols[symbol + 1]);

    /// <summary>The pair of two symbols; one without patterns where nothing looks for the two in a row.</summary>
    public AnchorPair OfPair(int first, int second)
    {
        var hash = WordHash.OfPair(first, second);
        if ((seen[Word(hash)] & (1UL << (int)(hash >> 58))) == 0)
            return default;
        var key = Key(first, second);
        for (var slot = (int)hash & (pairs.Length - 1); pairs[slot].Key != 0; slot = (slot + 1) & (pairs.Length - 1))
        {
            if (pairs[slot].Key == key)
                return pairs[slot];
        }

        return default;
    }

    /// <summary>Symbol 0 stands for no word, so no key is 0.</summary>
    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private int Word(ulong hash) => (int)(hash >> 32) & (seen.Length - 1);

    /// <returns>For each symbol the first of those under it; those of the next begin where they end.</returns>
    private int[] Place(List<(int Symbol, int List, Anchored Anchored)> bySymbol, int count)
    {
        var firsts = new int[count + 1];
        foreach (var (symbol, _, _) in bySymbol)
            firsts[symbol + 1]++;
        for (var symbol = 0; symbol < count; symbol++)
            firsts[symbol + 1] += firsts[symbol];
        var next = firsts.AsSpan(0, count).ToArray();
        foreach (var (symbol, list, one) in bySymbol)
            (lists[next[symbol]], anchored[next[symbol]++]) = (list, one);
        return firsts;
    }

    private AnchorPair[] Place(List<(int First, int Second, int List, Anchored Anchored)> byPair, int from, Wakes wakes)
    {
        var counts = new Dictionary<ulong, int>(byPair.Count);
        foreach (var (first, second, _, _) in byPair)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, Key(first, second), out _)++;
        var placed = new AnchorPair[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(counts.Count * 2) + 16)];
        foreach (var (first, second, list, one) in byPair)
        {
            var key = Key(first, second);
            var slot = (int)WordHash.OfPair(first, second) & (placed.Length - 1);
            while (placed[slot].Key != 0 && placed[slot].Key != key)
                slot = (slot + 1) & (placed.Length - 1);
            if (placed[slot].Key == 0)
            {
                placed[slot] = new AnchorPair(key, wakes.OfPair(first, second), from, from);
                from += counts[key];
            }

            var at = placed[slot].Next;
            (lists[at], anchored[at]) = (list, one);
            placed[slot] = placed[slot] with { Next = at + 1 };
        }

        return placed;
    }
}
