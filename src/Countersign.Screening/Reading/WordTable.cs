using System.Runtime.CompilerServices;

namespace Countersign.Screening.Reading;

/// <summary>
/// All words that a release knows, from its packs, its profile and the vocabulary, under their hash: what each is to a reader,
/// which symbols of the patterns it stands for, and which lists its presence wakes. Fixed once the release is loaded.
/// </summary>
internal sealed class WordTable
{
    private const ulong TagMask = 0xFFFF_FFFF_0000_0000;

    private readonly char[] texts;
    private readonly Entry[] entries;
    private readonly ulong[] slots;
    private readonly int[] symbols;
    private readonly Beginnings beginnings;
    private readonly MaskedWords masked;
    private readonly Repairs repairs;
    private readonly Wakes wakes;

    public WordTable(Lexicon lexicon, IEnumerable<(string Word, WordTraits Trait)> known, Wakes wakes)
    {
        this.wakes = wakes;
        beginnings = new Beginnings(lexicon);
        masked = new MaskedWords(lexicon);
        repairs = new Repairs(lexicon);
        var builder = new WordTableBuilder(lexicon, known, beginnings, wakes);
        (texts, entries, symbols) = builder.Build();
        slots = new ulong[Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries.Length * 3))];
        for (var number = 1; number < entries.Length; number++)
        {
            var slot = (int)entries[number].Hash & (slots.Length - 1);
            while (slots[slot] != 0)
                slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = (entries[number].Hash & TagMask) | (uint)number;
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
        var slot = (int)hash & (slots.Length - 1);
        for (var held = slots[slot]; held != 0; held = slots[slot = (slot + 1) & (slots.Length - 1)])
        {
            if (((held ^ hash) & TagMask) != 0)
                continue;
            ref readonly var entry = ref entries[(uint)held];
            if (entry.Hash != hash || !word.SequenceEqual(TextOf(entry)))
                continue;
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
        if (Repairing && token.Symbols == 0 && token.Kind == TokenKind.Word && !name)
            into.Repaired |= repairs.Add(word, sure: false, ref token, into);
    }

    /// <summary>The word under a reading, such as digits read as letters: adds what it stands for.</summary>
    public void ResolveReading(ReadOnlySpan<char> reading, ref Token token, SegmentText into)
    {
        var hash = WordHash.Of(reading);
        var slot = (int)hash & (slots.Length - 1);
        for (var held = slots[slot]; held != 0; held = slots[slot = (slot + 1) & (slots.Length - 1)])
        {
            ref readonly var entry = ref entries[(uint)held];
            if (entry.Hash != hash || !reading.SequenceEqual(TextOf(entry)))
                continue;
            var count = token.Kind == TokenKind.Hashtag ? entry.AllSymbols : entry.Symbols;
            foreach (var symbol in symbols.AsSpan(entry.FirstSymbol, count))
                into.AddSymbol(ref token, symbol);
            return;
        }

        if (beginnings.MayBegin(reading))
            beginnings.Add(reading, ref token, into);
    }

    /// <summary>Looks up two words in a row.</summary>
    public void WakePair(in Token before, in Token token, SegmentText into)
    {
        if (!token.Has(WordTraits.PairSecond) || !before.Has(WordTraits.PairFirst))
            return;
        foreach (var first in into.SymbolsOf(before))
        {
            foreach (var second in into.SymbolsOf(token))
                wakes.WakePair(first, second, into.Awake);
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

    /// <summary>Whether the release knows the word, as it stands or by its beginning.</summary>
    public bool Knows(ReadOnlySpan<char> word)
    {
        var hash = WordHash.Of(word);
        var slot = (int)hash & (slots.Length - 1);
        for (var held = slots[slot]; held != 0; held = slots[slot = (slot + 1) & (slots.Length - 1)])
        {
            ref readonly var entry = ref entries[(uint)held];
            if (entry.Hash == hash && word.SequenceEqual(TextOf(entry)))
                return true;
        }

        return Vocabulary.IsFormOfListed(word) || (beginnings.MayBegin(word) && beginnings.Of(word.ToString()).Any());
    }

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

    private ReadOnlySpan<char> TextOf(in Entry entry) => texts.AsSpan(entry.Text, entry.Length);

    internal record struct Entry(ulong Hash, int Text, int FirstSymbol, int Wake, int TagWake, ushort Length, ushort Symbols, ushort AllSymbols, WordTraits Traits);
}

internal sealed class WordTableBuilder(Lexicon lexicon, IEnumerable<(string Word, WordTraits Trait)> known, Beginnings beginnings, Wakes wakes)
{
    private readonly Dictionary<string, WordTraits> traits = new(StringComparer.Ordinal);

    public (char[] Texts, WordTable.Entry[] Entries, int[] Symbols) Build()
    {
        foreach (var (word, trait) in known)
            traits[word] = traits.GetValueOrDefault(word) | trait;
        foreach (var symbol in lexicon.Symbols)
        {
            if (!symbol.Prefix)
                traits.TryAdd(symbol.Word, WordTraits.None);
        }

        var texts = new System.Text.StringBuilder();
        var entries = new WordTable.Entry[traits.Count + 1];
        var symbols = new List<int>(lexicon.Symbols.Count * 2);
        var tags = new List<int>();
        var number = 0;
        // Usual words lie together, so that what most posts need is near at hand.
        foreach (var (word, trait) in traits.OrderByDescending(known => Lexicon.Usual(known.Key)))
        {
            var first = symbols.Count;
            tags.Clear();
            var all = trait;
            var wake = 0;
            foreach (var symbol in lexicon.Standing(word, beginnings))
            {
                (lexicon.Symbols[symbol].Hashtag ? tags : symbols).Add(symbol);
                all |= wakes.Pairing(symbol);
                if (!lexicon.Symbols[symbol].Hashtag)
                    wake = wakes.Union(wake, wakes.OfSymbol(symbol));
            }

            var plain = symbols.Count - first;
            var tagWake = wake;
            foreach (var symbol in tags)
                tagWake = wakes.Union(tagWake, wakes.OfSymbol(symbol));
            symbols.AddRange(tags);
            entries[++number] = new WordTable.Entry(WordHash.Of(word), texts.Length, first, wake, tagWake, (ushort)word.Length, (ushort)plain, (ushort)(symbols.Count - first), all);
            texts.Append(word);
        }

        return (texts.ToString().ToCharArray(), entries, [.. symbols]);
    }
}
