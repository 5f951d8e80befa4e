using System.Numerics;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// One place of a pattern. Positions are bits: bit 0 is the token at which the match begins, bit 5 the fifth behind it.
/// From the positions at which the place may begin it gives every position at which it may end.
/// </summary>
internal abstract class Place
{
    /// <param name="at">The first token of the match.</param>
    /// <param name="from">Where the place may begin.</param>
    /// <param name="limit">Tokens from the first of the match to the end of its sentence.</param>
    public abstract ulong Ends(SegmentText text, int at, ulong from, int limit);

    /// <summary>What must stand in a text for the place to match; null where it can match without.</summary>
    public abstract Anchors? Anchors(Lexicon lexicon);

    /// <summary>The fewest and the most tokens that it takes.</summary>
    public abstract (int Fewest, int Most) Extent { get; }

    /// <summary>The symbols of which its first token stands for one; nothing where that is not known or it may take no token.</summary>
    public virtual ReadOnlySpan<int> Firsts => [];

    /// <summary>The same of its last token.</summary>
    public virtual ReadOnlySpan<int> Lasts => [];
}

/// <summary>A word as it stands in the folded text, or any word that begins with it.</summary>
internal sealed class Literal(int symbol) : Place
{
    private readonly int word = symbol;

    public int Symbol => word;

    public override (int Fewest, int Most) Extent => (1, 1);

    public override ReadOnlySpan<int> Firsts => new(in word);

    public override ReadOnlySpan<int> Lasts => new(in word);

    public override Anchors? Anchors(Lexicon lexicon) => Rules.Anchors.Of(AnchorKind.Symbol, word, lexicon.Cost(word));

    public override ulong Ends(SegmentText text, int at, ulong from, int limit)
    {
        var ends = 0UL;
        for (; from != 0; from &= from - 1)
        {
            var position = BitOperations.TrailingZeroCount(from);
            if (position < limit && text.Reads(at + position, word))
                ends |= 2UL << position;
        }

        return ends;
    }
}

/// <summary>Up to so many tokens of any kind, but never over a "not": the words behind it would say the opposite.</summary>
internal sealed class Gap(int most) : Place
{
    public override (int Fewest, int Most) Extent => (0, most);

    public override Anchors? Anchors(Lexicon lexicon) => null;

    public override ulong Ends(SegmentText text, int at, ulong from, int limit)
    {
        var ends = 0UL;
        for (; from != 0; from &= from - 1)
        {
            var start = BitOperations.TrailingZeroCount(from);
            for (var end = start; end <= start + most && end <= limit; end++)
            {
                ends |= 1UL << end;
                if (end < limit && text.Tokens[at + end].Has(WordTraits.Negator))
                    break;
            }
        }

        return ends;
    }
}

/// <summary>Whatever a named list finds here.</summary>
internal sealed class Listed(WordList list) : Place
{
    public override (int Fewest, int Most) Extent => list.Extent;

    public override Anchors? Anchors(Lexicon lexicon) => Rules.Anchors.Of(AnchorKind.List, list.Number, list.Anchors(lexicon).Cost);

    public override ulong Ends(SegmentText text, int at, ulong from, int limit) => Pattern.EndsOf(text.Find(list), at, from, limit);
}

/// <summary>Whatever a token class or recogniser finds here.</summary>
internal sealed class Classed(TokenClass tokenClass) : Place
{
    public override (int Fewest, int Most) Extent => (1, Pattern.Longest);

    public override Anchors? Anchors(Lexicon lexicon) => Rules.Anchors.Of(AnchorKind.Class, tokenClass.Number, tokenClass.Cost);

    public override ulong Ends(SegmentText text, int at, ulong from, int limit) => Pattern.EndsOf(text.Find(tokenClass), at, from, limit);
}

/// <summary>One of several; optional where marked so.</summary>
internal sealed class Choice : Place
{
    private readonly int[] words;
    private readonly Pattern[] phrases;
    private readonly bool optional;
    private int[]? firsts;
    private int[]? lasts;

    /// <param name="words">The options of one word, as symbols.</param>
    /// <param name="phrases">All other options.</param>
    public Choice(int[] words, Pattern[] phrases, bool optional)
    {
        this.words = InOrder(words, words.Length);
        this.phrases = phrases;
        this.optional = optional;
    }

    public override (int Fewest, int Most) Extent
    {
        get
        {
            var fewest = optional ? 0 : words.Length > 0 ? 1 : Pattern.Longest;
            var most = words.Length > 0 ? 1 : 0;
            foreach (var phrase in phrases)
            {
                fewest = Math.Min(fewest, phrase.Extent.Fewest);
                most = Math.Max(most, phrase.Extent.Most);
            }

            return (fewest, most);
        }
    }

    public override ReadOnlySpan<int> Firsts => firsts ??= Outer(first: true);

    public override ReadOnlySpan<int> Lasts => lasts ??= Outer(first: false);

    public override Anchors? Anchors(Lexicon lexicon)
    {
        if (optional)
            return null;
        var union = new AnchorUnion();
        foreach (var word in words)
            union.Add(AnchorKind.Symbol, word, lexicon.Cost(word));
        foreach (var phrase in phrases)
            union.Add(phrase.Anchors(lexicon));
        return union.HoldsAnywhere ? null : union.Made();
    }

    public override ulong Ends(SegmentText text, int at, ulong from, int limit)
    {
        var ends = optional ? from : 0;
        if (words.Length > 0)
        {
            for (var left = from; left != 0; left &= left - 1)
            {
                var position = BitOperations.TrailingZeroCount(left);
                if (position < limit && IsOneOf(text.SymbolsOf(text.Tokens[at + position])))
                    ends |= 2UL << position;
            }
        }

        foreach (var phrase in phrases)
            ends |= phrase.Ends(text, at, from, limit);
        return ends;
    }

    /// <summary>The symbols with which the options begin, or end; none where one of them does not say.</summary>
    private int[] Outer(bool first)
    {
        if (optional)
            return [];
        var count = words.Length;
        foreach (var phrase in phrases)
        {
            var outer = first ? phrase.Firsts : phrase.Lasts;
            if (outer.Length == 0)
                return [];
            count += outer.Length;
        }

        if (phrases.Length == 0)
            return words;
        var symbols = new int[count];
        words.CopyTo(symbols, 0);
        count = words.Length;
        foreach (var phrase in phrases)
        {
            var outer = first ? phrase.Firsts : phrase.Lasts;
            outer.CopyTo(symbols.AsSpan(count));
            count += outer.Length;
        }

        return InOrder(symbols, count);
    }

    /// <summary>Sorted, each once.</summary>
    private static int[] InOrder(int[] symbols, int count)
    {
        var all = symbols.AsSpan(0, count);
        all.Sort();
        var kept = 0;
        for (var at = 0; at < count; at++)
        {
            if (kept == 0 || all[kept - 1] != all[at])
                all[kept++] = all[at];
        }

        return kept == symbols.Length ? symbols : all[..kept].ToArray();
    }

    private bool IsOneOf(ReadOnlySpan<int> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (words.AsSpan().BinarySearch(symbol) >= 0)
                return true;
        }

        return false;
    }
}

/// <summary>Places in a row, all within one sentence.</summary>
internal sealed class Pattern(Place[] places)
{
    /// <summary>The most tokens that a match can take.</summary>
    public const int Longest = 63;

    /// <summary>Products of words above which two choices in a row are not looked for as pairs.</summary>
    private const int MostPairs = 256;

    private Anchors? anchors;
    private (int Fewest, int Most)? extent;

    public ReadOnlySpan<int> Firsts => places[0].Firsts;

    public ReadOnlySpan<int> Lasts => places[^1].Lasts;

    public (int Fewest, int Most) Extent
    {
        get
        {
            if (extent is { } known)
                return known;
            var (fewest, most) = (0, 0);
            foreach (var place in places)
            {
                var (itsFewest, itsMost) = place.Extent;
                fewest += itsFewest;
                most += itsMost;
            }

            extent = (Math.Min(fewest, Longest), Math.Min(most, Longest));
            return extent.Value;
        }
    }

    /// <summary>Where a list or class, found once for the whole text, ends.</summary>
    public static ulong EndsOf(HitList hits, int at, ulong from, int limit)
    {
        var ends = 0UL;
        if (hits.Count == 0)
            return 0;
        for (; from != 0; from &= from - 1)
        {
            var start = at + BitOperations.TrailingZeroCount(from);
            var all = hits.All;
            for (var index = hits.From(start); index < all.Length && all[index].First == start; index++)
            {
                var end = all[index].Next - at;
                if (end <= limit)
                    ends |= 1UL << end;
                else if (limit == Longest)
                    ends |= 1UL << Longest;
            }
        }

        return ends;
    }

    /// <summary>The rarest of the sets of words, pairs, lists and classes of which one must stand in the text.</summary>
    public Anchors Anchors(Lexicon lexicon)
    {
        if (anchors is not null)
            return anchors;
        var best = Rules.Anchors.Nowhere;
        var (fewest, most) = (0, 0);
        for (var at = 0; at < places.Length; at++)
        {
            if (places[at].Anchors(lexicon) is { } here)
            {
                // However usual it is: without any anchor the pattern would be tried at every token.
                if (here.Cost < best.Cost || ReferenceEquals(best, Rules.Anchors.Nowhere))
                    best = here.Behind(fewest, most);
                if (at + 1 < places.Length && Pairs(lexicon, places[at], places[at + 1]) is { } pairs && pairs.Cost < best.Cost)
                    best = pairs.Behind(fewest, most);
            }

            var (itsFewest, itsMost) = places[at].Extent;
            fewest = Math.Min(Longest, fewest + itsFewest);
            most = Math.Min(Longest, most + itsMost);
        }

        return anchors = best;
    }

    public ulong Ends(SegmentText text, int at, ulong from, int limit)
    {
        foreach (var place in places)
        {
            from = place.Ends(text, at, from, limit);
            if (from == 0)
                return 0;
        }

        return from;
    }

    /// <summary>The shortest match that begins at a token.</summary>
    public Hit? At(SegmentText text, int at)
    {
        var ends = Ends(text, at, 1, Math.Min(Longest, text.SentenceEnd(at) - at)) & ~1UL;
        return ends == 0 ? null : new Hit(at, at + BitOperations.TrailingZeroCount(ends));
    }

    private static Anchors? Pairs(Lexicon lexicon, Place one, Place other)
    {
        var last = one.Lasts;
        var first = other.Firsts;
        if (last.Length == 0 || first.Length == 0 || last.Length * first.Length > MostPairs)
            return null;
        var pairs = new ulong[last.Length * first.Length];
        var (fewest, most) = one.Extent;
        var next = 0;
        foreach (var before in last)
        {
            foreach (var behind in first)
                pairs[next++] = new Anchor(AnchorKind.Pair, before, behind, fewest - 1, most - 1).Key;
        }

        // Two given words in a row are a good deal rarer than the rarer of them.
        return new Anchors(pairs, 1 + (Math.Min(CostOf(lexicon, last), CostOf(lexicon, first)) / 20));
    }

    private static double CostOf(Lexicon lexicon, ReadOnlySpan<int> symbols)
    {
        var cost = 0.0;
        foreach (var symbol in symbols)
            cost += lexicon.Cost(symbol);
        return cost;
    }
}
