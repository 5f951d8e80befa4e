using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>A pattern under one of its anchors.</summary>
/// <param name="Rank">Its place in its list.</param>
internal readonly record struct Anchored(Pattern Pattern, int Rank, int Fewest, int Most);

/// <summary>Two words in a row that anchor patterns.</summary>
/// <param name="Wake">The set of parts that they wake.</param>
/// <param name="First">The first of the patterns under them.</param>
/// <param name="Next">The number behind the last.</param>
internal record struct AnchorPair(ulong Key, int Wake, int First, int Next);

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
        // Each pattern is met twice: once to count what stands under every symbol and pair, then to put it there.
        symbols = new int[lexicon.Symbols.Count + 1];
        var (counted, pairCount) = Count(lexicon, symbols);
        pairs = new AnchorPair[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(pairCount * 2) + 16)];
        seen = new ulong[Math.Max(1, pairs.Length / 8)];
        anchored = new Anchored[counted];
        lists = new int[counted];
        Place(lexicon, wakes);
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

    /// <summary>How many patterns stand under each symbol, those of the next symbol added up; and under how many symbols and pairs in all.</summary>
    private static (int Counted, int Pairs) Count(Lexicon lexicon, int[] symbols)
    {
        var pairs = 0;
        foreach (var list in lexicon.Lists)
        {
            foreach (var pattern in list.Patterns)
            {
                foreach (var key in pattern.Anchors(lexicon).Keys)
                {
                    var anchor = new Anchor(key);
                    if (anchor.Kind == AnchorKind.Symbol)
                        symbols[anchor.Number + 1]++;
                    else if (anchor.Kind == AnchorKind.Pair)
                        pairs++;
                }
            }
        }

        for (var symbol = 0; symbol + 1 < symbols.Length; symbol++)
            symbols[symbol + 1] += symbols[symbol];
        return (symbols[^1] + pairs, pairs);
    }

    private void Place(Lexicon lexicon, Wakes wakes)
    {
        CountPairs(lexicon, wakes);
        var next = symbols.AsSpan().ToArray();
        foreach (var list in lexicon.Lists)
        {
            for (var rank = 0; rank < list.Patterns.Count; rank++)
            {
                var pattern = list.Patterns[rank];
                foreach (var key in pattern.Anchors(lexicon).Keys)
                {
                    var anchor = new Anchor(key);
                    var one = new Anchored(pattern, rank, anchor.Fewest, anchor.MostBehind);
                    if (anchor.Kind is not (AnchorKind.Symbol or AnchorKind.Pair))
                    {
                        list.AnchorElsewhere(anchor, one, lexicon);
                        continue;
                    }

                    var at = anchor.Kind == AnchorKind.Symbol ? next[anchor.Number]++ : pairs[Slot(Key(anchor.Number, anchor.Second))].Next++;
                    (lists[at], anchored[at]) = (list.Number, one);
                }
            }
        }
    }

    /// <summary>Gives each pair its slot and, behind those of the symbols, room for the patterns under it.</summary>
    private void CountPairs(Lexicon lexicon, Wakes wakes)
    {
        foreach (var list in lexicon.Lists)
        {
            foreach (var pattern in list.Patterns)
            {
                foreach (var key in pattern.Anchors(lexicon).Keys)
                {
                    var anchor = new Anchor(key);
                    if (anchor.Kind != AnchorKind.Pair)
                        continue;
                    ref var pair = ref pairs[Slot(Key(anchor.Number, anchor.Second))];
                    pair.Key = Key(anchor.Number, anchor.Second);
                    pair.Next++;
                }
            }
        }

        var from = symbols[^1];
        foreach (ref var pair in pairs.AsSpan())
        {
            if (pair.Key == 0)
                continue;
            var (first, second) = ((int)(pair.Key >> 32), (int)pair.Key);
            var count = pair.Next;
            pair.Wake = wakes.OfPair(first, second);
            (pair.First, pair.Next) = (from, from);
            from += count;
            var hash = WordHash.OfPair(first, second);
            seen[Word(hash)] |= 1UL << (int)(hash >> 58);
        }
    }

    /// <summary>Where a pair stands, or would.</summary>
    private int Slot(ulong key)
    {
        var slot = (int)WordHash.OfPair((int)(key >> 32), (int)key) & (pairs.Length - 1);
        while (pairs[slot].Key != 0 && pairs[slot].Key != key)
            slot = (slot + 1) & (pairs.Length - 1);
        return slot;
    }
}
