using System.Runtime.InteropServices;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// A named set of patterns. It is filled after it is made, because lists may name each other; on first use its patterns are put under
/// their anchors, so that a text tries only those of which an anchor stands in it.
/// </summary>
internal sealed class WordList(string name, int number, PackNode? place)
{
    private readonly List<Pattern> patterns = [];
    private readonly Lock indexing = new();
    private volatile Index? index;
    private Anchors? anchors;
    private (int Fewest, int Most)? extent;
    private bool looking;

    public string Name => name;

    /// <summary>Its place among all lists of the release.</summary>
    public int Number => number;

    public IReadOnlyList<Pattern> Patterns => patterns;

    /// <summary>The fewest and the most tokens that a match takes.</summary>
    public (int Fewest, int Most) Extent => extent ??= Once(() => patterns.Count == 0
        ? (Pattern.Longest, 0)
        : (patterns.Min(pattern => pattern.Extent.Fewest), patterns.Max(pattern => pattern.Extent.Most)));

    public void Add(Pattern pattern) => patterns.Add(pattern);

    /// <summary>What must stand in a text for any of its patterns to match.</summary>
    public Anchors Anchors(Lexicon lexicon) => anchors ??= Once(() => Rules.Anchors.Union(patterns.Select(pattern => pattern.Anchors(lexicon))));

    public void FindIn(SegmentText text, HitList hits)
    {
        if (text.Exhaustive)
            TryAll(text, hits);
        else
            Indexed(text.Plan).FindIn(text, hits);
        hits.Settle();
    }

    /// <exception cref="PolicyFileException">The list names itself, straight or through others.</exception>
    private T Once<T>(Func<T> work)
    {
        if (looking)
            throw place is null ? new InvalidOperationException($"The list {name} leads back to itself.") : place.Expected($"a list that does not lead back to itself instead of {{{name}}}");
        looking = true;
        try
        {
            return work();
        }
        finally
        {
            looking = false;
        }
    }

    /// <summary>Every pattern at every token: what the index must never lose anything of.</summary>
    private void TryAll(SegmentText text, HitList hits)
    {
        for (var at = 0; at < text.Tokens.Length; at++)
        {
            for (var rank = 0; rank < patterns.Count; rank++)
            {
                if (patterns[rank].At(text, at) is { } hit)
                    hits.Add(hit, rank);
            }
        }
    }

    private Index Indexed(Plan plan)
    {
        if (index is { } ready)
            return ready;
        lock (indexing)
            return index ??= new Index(patterns, plan);
    }

    /// <param name="Rank">The place of the pattern in the list.</param>
    private readonly record struct Anchored(Pattern Pattern, int Rank, int Fewest, int Most);

    /// <summary>Says of most symbols that they are not among those added, without looking them up.</summary>
    private sealed class Filter
    {
        private readonly ulong[] bits = new ulong[8];

        public void Add(int symbol) => bits[(symbol >> 6) & 7] |= 1UL << symbol;

        public bool MayHold(int symbol) => (bits[(symbol >> 6) & 7] & (1UL << symbol)) != 0;
    }

    private sealed class Index
    {
        private readonly Dictionary<int, List<Anchored>> bySymbol = [];
        private readonly Dictionary<(int, int), List<Anchored>> byPair = [];
        private readonly Filter symbols = new();
        private readonly Filter firsts = new();
        private readonly List<(WordList List, Anchored Anchored)> byList = [];
        private readonly List<(TokenClass Class, Anchored Anchored)> byClass = [];
        private readonly List<Anchored> anywhere = [];

        public Index(List<Pattern> patterns, Plan plan)
        {
            for (var rank = 0; rank < patterns.Count; rank++)
            {
                foreach (var anchor in patterns[rank].Anchors(plan.Lexicon).Any)
                {
                    var anchored = new Anchored(patterns[rank], rank, anchor.Fewest, anchor.Most);
                    switch (anchor.Kind)
                    {
                        case AnchorKind.Symbol:
                            symbols.Add(anchor.Number);
                            (CollectionsMarshal.GetValueRefOrAddDefault(bySymbol, anchor.Number, out _) ??= []).Add(anchored);
                            break;
                        case AnchorKind.Pair:
                            firsts.Add(anchor.Number);
                            (CollectionsMarshal.GetValueRefOrAddDefault(byPair, (anchor.Number, anchor.Second), out _) ??= []).Add(anchored);
                            break;
                        case AnchorKind.List:
                            byList.Add((plan.Lexicon.Lists[anchor.Number], anchored));
                            break;
                        case AnchorKind.Class:
                            byClass.Add((TokenClass.Numbered(anchor.Number), anchored));
                            break;
                        default:
                            anywhere.Add(anchored);
                            break;
                    }
                }
            }
        }

        public void FindIn(SegmentText text, HitList hits)
        {
            if (bySymbol.Count > 0)
                BySymbol(text, hits);
            if (byPair.Count > 0)
                ByPair(text, hits);
            foreach (var (list, anchored) in byList)
                TryAround(text.Find(list), anchored, text, hits);
            foreach (var (tokenClass, anchored) in byClass)
                TryAround(text.Find(tokenClass), anchored, text, hits);
            foreach (var anchored in anywhere)
            {
                for (var at = 0; at < text.Tokens.Length; at++)
                    TryAt(at, anchored, text, hits);
            }
        }

        private static void TryAround(HitList found, Anchored anchored, SegmentText text, HitList hits)
        {
            for (var at = 0; at < found.Count; at++)
                TryAround(found.All[at].First, anchored, text, hits);
        }

        private static void TryAround(int token, Anchored anchored, SegmentText text, HitList hits)
        {
            var first = Math.Max(token - anchored.Most, text.SentenceStart(text.Tokens[token].Sentence));
            for (var at = first; at <= token - anchored.Fewest; at++)
                TryAt(at, anchored, text, hits);
        }

        private static void TryAt(int at, Anchored anchored, SegmentText text, HitList hits)
        {
            if (anchored.Pattern.At(text, at) is { } hit)
                hits.Add(hit, anchored.Rank);
        }

        private void BySymbol(SegmentText text, HitList hits)
        {
            foreach (var (symbol, at) in text.Seen)
            {
                if (!symbols.MayHold(symbol) || !bySymbol.TryGetValue(symbol, out var under))
                    continue;
                foreach (var anchored in under)
                    TryAround(at, anchored, text, hits);
            }
        }

        private void ByPair(SegmentText text, HitList hits)
        {
            var tokens = text.Tokens;
            foreach (var at in text.Pairs)
            {
                foreach (var first in text.SymbolsOf(tokens[at]))
                {
                    if (!firsts.MayHold(first))
                        continue;
                    foreach (var second in text.SymbolsOf(tokens[at + 1]))
                    {
                        if (!byPair.TryGetValue((first, second), out var under))
                            continue;
                        foreach (var anchored in under)
                            TryAround(at, anchored, text, hits);
                    }
                }
            }
        }
    }
}
