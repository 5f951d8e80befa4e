using System.Runtime.InteropServices;
using Countersign.Screening.Reading;
using Countersign.Screening.Rules;

namespace Countersign.Screening;

/// <summary>
/// How a release is run. Every firing is known by parts, the lists of words that it needs, and is watched by the rarest of them;
/// a text is asked once which parts are awake in it, and only firings whose parts all are awake are evaluated.
/// </summary>
internal sealed class Plan
{
    private readonly Watched[] watched;
    private readonly int[] watchedFrom;
    private readonly int[] parts;
    private readonly List<Watched> wordless = [];
    private readonly Dictionary<string, List<Watched>> byFact = new(StringComparer.Ordinal);
    private readonly ulong[] watching;
    private readonly Rule[] rules;

    /// <param name="named">All rules that any rule may name.</param>
    /// <param name="rules">The rules that are on.</param>
    public Plan(Lexicon lexicon, IEnumerable<(string Word, WordTraits Trait)> known, IEnumerable<Rule> named, IReadOnlyList<Rule> rules)
    {
        Lexicon = lexicon;
        this.rules = [.. rules];
        var wakes = new Wakes(lexicon.Symbols.Count);
        var numbers = new Dictionary<WordList, int>();
        foreach (var rule in named)
        {
            foreach (var firing in rule.Fires)
                Number(firing, numbers, wakes);
        }

        foreach (var list in lexicon.Lists)
        {
            foreach (var key in list.Anchors(lexicon).Keys)
            {
                if (new Anchor(key) is { Kind: AnchorKind.Pair } pair)
                    wakes.NotePair(pair.Number, pair.Second);
            }
        }

        wakes.Close(numbers.Count);
        Anchors = new AnchorTable(lexicon, wakes);
        Words = new WordTable(lexicon, known, wakes, Anchors);
        wakes.Seal();

        watching = new ulong[wakes.Width];
        var costs = new double[numbers.Count];
        foreach (var (list, part) in numbers)
            costs[part] = list.Anchors(lexicon).Cost;
        var byPart = new List<(int Part, Watched Watched)>();
        var needed = new List<int>();
        for (var number = 0; number < this.rules.Length; number++)
        {
            for (var at = 0; at < this.rules[number].Fires.Count; at++)
                Watch(number, at, costs, byPart, needed);
        }

        parts = [.. needed];
        watched = [.. byPart.OrderBy(one => one.Part).Select(one => one.Watched)];
        watchedFrom = new int[(wakes.Width << 6) + 1];
        foreach (var (part, _) in byPart)
            watchedFrom[part + 1]++;
        for (var part = 0; part + 1 < watchedFrom.Length; part++)
            watchedFrom[part + 1] += watchedFrom[part];
    }

    /// <summary>Knows no word: for reading what stands outside any release.</summary>
    public static Plan Empty { get; } = new(new Lexicon(), [], [], []);

    public Lexicon Lexicon { get; }

    public WordTable Words { get; }

    public AnchorTable Anchors { get; }

    public int Lists => Lexicon.Lists.Count;

    public IReadOnlyList<Rule> Rules => rules;

    public bool IsForTags(int symbol) => Lexicon.Symbols[symbol].Hashtag;

    /// <summary>Notes in the item which firings of which rules can fire on one of its segments.</summary>
    public void Watch(ItemText item, SegmentText text)
    {
        var about = 1UL << Index(item.Item.Direction, item.Item.Kind, text.Segment.Kind);
        var stated = item.Facts.Count > 0;
        if (text.Exhaustive)
            text.Awake.Fill(ulong.MaxValue);
        for (var word = 0; word < watching.Length; word++)
        {
            for (var bits = text.Awake[word] & watching[word]; bits != 0; bits &= bits - 1)
            {
                var part = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                foreach (ref readonly var one in watched.AsSpan(watchedFrom[part]..watchedFrom[part + 1]))
                {
                    if ((one.Items & about) != 0 && (stated || !one.NeedsFact) && AreAwake(one, text.Awake))
                        item.Suspect(one.Rule, one.Bit);
                }
            }
        }

        foreach (ref readonly var one in CollectionsMarshal.AsSpan(wordless))
        {
            if ((one.Items & about) != 0)
                item.Suspect(one.Rule, one.Bit);
        }

        if (stated)
            WatchFacts(item, about);
    }

    /// <summary>A place for each direction, kind of item and kind of segment: 2 × 5 × 5.</summary>
    private static int Index(Direction direction, ItemKind kind, SegmentKind segment) => ((((int)direction * 5) + (int)kind) * 5) + (int)segment;

    private static ulong Items(Rule rule, Firing firing)
    {
        var items = 0UL;
        foreach (var direction in rule.Directions)
        {
            foreach (var kind in rule.Kinds.Where(kind => firing.Kinds.Count == 0 || firing.Kinds.Contains(kind)))
            {
                foreach (var segment in rule.Segments)
                    items |= 1UL << Index(direction, kind, segment);
            }
        }

        return items;
    }

    private bool AreAwake(in Watched one, ReadOnlySpan<ulong> awake)
    {
        foreach (var part in parts.AsSpan(one.FirstPart, one.Parts))
        {
            if ((awake[part >> 6] & (1UL << (part & 63))) == 0)
                return false;
        }

        return true;
    }

    private void Watch(int number, int at, double[] costs, List<(int Part, Watched Watched)> byPart, List<int> needed)
    {
        var firing = rules[number].Fires[at];
        var one = new Watched(number, 1UL << at, Items(rules[number], firing), firing.NeededFact is not null, needed.Count, firing.Parts.Length);
        if (firing.Parts.Length > 0)
        {
            var rarest = firing.Parts.MinBy(part => costs[part]);
            byPart.Add((rarest, one));
            needed.AddRange(firing.Parts);
            watching[rarest >> 6] |= 1UL << (rarest & 63);
        }
        else if (firing.NeededFact is { } fact)
        {
            if (!byFact.TryGetValue(fact, out var under))
                byFact[fact] = under = [];
            under.Add(one);
        }
        else
        {
            wordless.Add(one);
        }
    }

    private void WatchFacts(ItemText item, ulong about)
    {
        // The usual dictionary is walked without an enumerator on the heap.
        if (item.Facts is Dictionary<string, string> facts)
        {
            foreach (var fact in facts)
                WatchFact(item, fact.Key, about);
        }
        else
        {
            foreach (var fact in item.Facts)
                WatchFact(item, fact.Key, about);
        }
    }

    private void WatchFact(ItemText item, string fact, ulong about)
    {
        if (!byFact.TryGetValue(fact, out var under))
            return;
        foreach (var one in under)
        {
            if ((one.Items & about) != 0)
                item.Suspect(one.Rule, one.Bit);
        }
    }

    /// <summary>Gives each list that a firing needs its number, and notes what stands in texts that hold any of it.</summary>
    private void Number(Firing firing, Dictionary<WordList, int> numbers, Wakes wakes)
    {
        var parts = new List<int>();
        var rarest = new List<WordList>();
        foreach (var list in firing.Needed)
        {
            if (rarest.Contains(list))
                continue;
            var behind = rarest.FindIndex(other => other.Anchors(Lexicon).Cost > list.Anchors(Lexicon).Cost);
            rarest.Insert(behind < 0 ? rarest.Count : behind, list);
            if (!numbers.TryGetValue(list, out var part))
            {
                numbers.Add(list, part = numbers.Count);
                Reasons(list, part, wakes, []);
            }

            parts.Add(part);
        }

        firing.Parts = [.. parts];
        firing.Rarest = [.. rarest];
    }

    private void Reasons(WordList list, int part, Wakes wakes, HashSet<WordList> seen)
    {
        if (!seen.Add(list))
            return;
        foreach (var key in list.Anchors(Lexicon).Keys)
        {
            var anchor = new Anchor(key);
            switch (anchor.Kind)
            {
                case AnchorKind.Symbol:
                    wakes.AddSymbol(anchor.Number, part);
                    break;
                case AnchorKind.Pair:
                    wakes.AddPair(anchor.Number, anchor.Second, part);
                    break;
                case AnchorKind.List:
                    Reasons(Lexicon.Lists[anchor.Number], part, wakes, seen);
                    break;
                case AnchorKind.Class:
                    wakes.AddSign(TokenClass.Numbered(anchor.Number).Sign, part);
                    break;
                default:
                    wakes.AddSign(TextSign.Anything, part);
                    break;
            }
        }
    }

    /// <param name="Bit">Of the firing within its rule.</param>
    /// <param name="Items">The directions, kinds and segments that it is about, by their bits.</param>
    /// <param name="FirstPart">Where the parts that it needs stand.</param>
    private readonly record struct Watched(int Rule, ulong Bit, ulong Items, bool NeedsFact, int FirstPart, int Parts);
}
