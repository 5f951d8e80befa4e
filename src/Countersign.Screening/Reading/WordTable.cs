using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Countersign.Screening.Reading;

/// <summary>
/// All words that a release knows, from its packs, its profile and the vocabulary, under their hash: what each is to a reader,
/// which symbols of the patterns it stands for, and which lists its presence wakes. Fixed once the release is loaded.
/// </summary>
internal sealed class WordTable
{
    /// <summary>What a word costs where letters are cut into words.</summary>
    public const int SureCost = 10;

    /// <summary>Letters behind a beginning that still make one word of it: "ation". More are the next word.</summary>
    private const int LongestEnding = 5;

    /// <summary>Each word at the place that its hash gives, or at the next that was free.</summary>
    private readonly Entry[] places;
    private readonly int[] symbols;
    private readonly Beginnings beginnings;
    private readonly MaskedWords masked;
    private readonly Repairs repairs;
    private readonly Wakes wakes;
    private readonly Rules.AnchorTable anchors;

    public WordTable(Lexicon lexicon, IEnumerable<(string Word, WordTraits Trait)> known, Wakes wakes, Rules.AnchorTable anchors)
    {
        this.wakes = wakes;
        this.anchors = anchors;
        beginnings = new Beginnings(lexicon);
        masked = new MaskedWords(lexicon);
        repairs = new Repairs(lexicon);
        (var entries, symbols) = new WordTableBuilder(lexicon, known, beginnings, wakes).Build();
        places = new Entry[Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Length * 2))];
        foreach (var entry in entries)
        {
            var place = (int)entry.Hash & (places.Length - 1);
            while (places[place].Hash != 0)
                place = (place + 1) & (places.Length - 1);
            places[place] = entry;
        }
    }

    public Wakes Wakes => wakes;

    /// <summary>Whether misspelt words are put right; cleared to measure what that adds.</summary>
    public bool Repairing { get; set; } = true;

    /// <summary>Notes in the token what the word is and stands for, and in the text what it wakes.</summary>
    /// <param name="word">In lower case, without the sign of a hashtag.</param>
    /// <param name="plain">Nothing but letters: no other reading is possible.</param>
    /// <param name="name">Likely a name: it is not taken for another word misspelt.</param>
    public void Resolve(ReadOnlySpan<char> word, bool plain, bool name, ref Token token, SegmentText into)
    {
        var hash = WordHash.Of(word);
        token.Hash = hash;
        ref readonly var entry = ref Of(hash);
        if (entry.Hash != 0)
        {
            var tag = token.Kind == TokenKind.Hashtag;
            token.Traits = entry.Traits;
            token.FirstSymbol = entry.FirstSymbol;
            token.Symbols = tag ? entry.AllSymbols : entry.Symbols;
            wakes.Wake(tag ? entry.TagWake : entry.Wake, into.Awake);
            if (!plain)
                ReadOtherwise(word, ref token, into);
            return;
        }

        if (beginnings.MayBegin(word))
            beginnings.Add(word, ref token, into);
        if (!plain)
            ReadOtherwise(word, ref token, into);
        if (Repairing && token.Symbols == 0 && token.Kind == TokenKind.Word && (!name || word.Length >= Repairs.LongForName))
            into.Repaired |= repairs.Add(word, sure: false, ref token, into) || (repairs.IsShortened(word) && into.FollowsShortened());
    }

    /// <summary>The word under a reading, such as digits read as letters: adds what it stands for.</summary>
    public void ResolveReading(ReadOnlySpan<char> reading, ref Token token, SegmentText into)
    {
        ref readonly var entry = ref Of(WordHash.Of(reading));
        if (entry.Hash != 0)
        {
            var count = token.Kind == TokenKind.Hashtag ? entry.AllSymbols : entry.Symbols;
            foreach (var symbol in symbols.AsSpan(entry.FirstSymbol, count))
                into.AddSymbol(ref token, symbol);
            return;
        }

        if (beginnings.MayBegin(reading))
            beginnings.Add(reading, ref token, into);
    }

    /// <summary>Looks up two words in a row.</summary>
    /// <param name="first">The number of the former.</param>
    public void WakePair(in Token before, in Token token, int first, SegmentText into)
    {
        if (!token.Has(WordTraits.PairSecond) || !before.Has(WordTraits.PairFirst))
            return;
        foreach (var one in into.SymbolsOf(before))
        {
            foreach (var other in into.SymbolsOf(token))
            {
                if (anchors.OfPair(one, other) is { Key: not 0 } pair)
                {
                    wakes.Wake(pair.Wake, into.Awake);
                    into.NotePair(pair, first);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<int> Symbols(int first, int count) => symbols.AsSpan(first, count);

    /// <summary>In a text with a word that had to be put right, the short words of which nothing is known.</summary>
    public void RepairShort(ref Token token, SegmentText into)
    {
        if (token.Symbols == 0 && token.Kind == TokenKind.Word && token.Traits == WordTraits.None)
            repairs.Add(into.Word(token), sure: true, ref token, into);
    }

    /// <summary>
    /// How surely letters are one word of the release: <see cref="SureCost"/> where they stand in it, a little more for its forms, more than two words
    /// for a beginning with an ending ("account" and "slose" are "accounts" and "lose"), 0 for none.
    /// </summary>
    public int CostOf(ReadOnlySpan<char> word) =>
        Of(WordHash.Of(word)).Hash != 0 ? SureCost
        : Vocabulary.IsFormOfListed(word) ? SureCost + 1
        : beginnings.MayBegin(word) && beginnings.Rest(word) is { } rest and <= LongestEnding ? (2 * SureCost) + 1 + rest
        : 0;

    /// <summary>Adds what the word stands for with digits read as letters, repeats collapsed or stars for letters.</summary>
    public void ReadOtherwise(ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        if (token.Kind is not (TokenKind.Word or TokenKind.Hashtag))
            return;
        if (Spelling.MayDiffer(word))
        {
            Span<char> buffer = stackalloc char[2 * word.Length];
            var readings = new Spelling(word, buffer);
            while (readings.MoveNext())
                ResolveReading(readings.Current, ref token, into);
        }

        if (word.Contains('*'))
            masked.Add(word, ref token, into);
    }

    /// <summary>The word of this hash, or an empty place: sixty-four bits tell a hundred thousand words apart without their letters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref readonly Entry Of(ulong hash)
    {
        var place = (nint)(hash & (uint)(places.Length - 1));
        ref var first = ref MemoryMarshal.GetArrayDataReference(places);
        while (Unsafe.Add(ref first, place).Hash is var held && held != hash && held != 0)
            place = (place + 1) & (places.Length - 1);
        return ref Unsafe.Add(ref first, place);
    }

    /// <summary>Two to a line of the processor's cache.</summary>
    internal record struct Entry(ulong Hash, int FirstSymbol, int Wake, int TagWake, ushort Symbols, ushort AllSymbols, WordTraits Traits);
}

internal sealed class WordTableBuilder(Lexicon lexicon, IEnumerable<(string Word, WordTraits Trait)> known, Beginnings beginnings, Wakes wakes)
{
    /// <summary>About as many words as the vocabulary has.</summary>
    private const int Usual = 8000;

    private readonly Dictionary<string, WordTraits> traits = new(lexicon.Symbols.Count + Usual, StringComparer.Ordinal);
    private readonly List<int> symbols = new(lexicon.Symbols.Count * 2);
    private readonly List<int> standing = [];
    private readonly List<int> tags = [];

    public (WordTable.Entry[] Entries, int[] Symbols) Build()
    {
        foreach (var (word, trait) in known)
            CollectionsMarshal.GetValueRefOrAddDefault(traits, word, out _) |= trait;
        foreach (var symbol in lexicon.Symbols)
        {
            if (!symbol.Prefix)
                traits.TryAdd(symbol.Word, WordTraits.None);
        }

        var entries = new WordTable.Entry[traits.Count];
        var next = 0;
        // Usual words first: they get the places that their hash gives, and their symbols lie together.
        foreach (var (word, trait) in traits.Where(known => Lexicon.Usual(known.Key) > 0).OrderByDescending(known => Lexicon.Usual(known.Key)))
            entries[next++] = Entry(word, trait);
        foreach (var (word, trait) in traits)
        {
            if (Lexicon.Usual(word) == 0)
                entries[next++] = Entry(word, trait);
        }

        return (entries, [.. symbols]);
    }

    private WordTable.Entry Entry(string word, WordTraits trait)
    {
        var first = symbols.Count;
        standing.Clear();
        tags.Clear();
        lexicon.Standing(word, beginnings, standing);
        var all = trait;
        var wake = 0;
        foreach (var symbol in standing)
        {
            all |= wakes.Pairing(symbol);
            if (lexicon.Symbols[symbol].Hashtag)
            {
                tags.Add(symbol);
                continue;
            }

            symbols.Add(symbol);
            wake = wakes.Union(wake, wakes.OfSymbol(symbol));
        }

        var plain = symbols.Count - first;
        var tagWake = wake;
        foreach (var symbol in tags)
            tagWake = wakes.Union(tagWake, wakes.OfSymbol(symbol));
        symbols.AddRange(tags);
        return new WordTable.Entry(WordHash.Of(word), first, wake, tagWake, (ushort)plain, (ushort)(symbols.Count - first), all);
    }
}
