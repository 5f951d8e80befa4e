using System.Runtime.InteropServices;

namespace Countersign.Screening.Reading;

/// <summary>
/// Words of the patterns with one letter left out or two neighbours swapped, as they are written to get past a filter. Asked only for words
/// that nothing else is known of; the first letter stands, as without it readers lose the word.
/// </summary>
internal sealed class Repairs
{
    /// <summary>A letter that a shorter word lacks is put back only in a text in which another word had to be put right, or where no vowel is left.</summary>
    private const int ShortestSure = 5;

    private static readonly System.Buffers.SearchValues<char> Vowels = System.Buffers.SearchValues.Create("aeiouy");

    /// <summary>Names of this length or more are hardly ever a word of a rule but for one letter.</summary>
    public const int LongForName = 6;

    private const int Shortest = 4;
    private const int Longest = 20;

    /// <summary>Fewer letters of a beginning are the beginning of too much.</summary>
    private const int ShortestBeginning = 6;

    /// <summary>Words that are kept; the packs come first, so only a very long lexicon is cut off.</summary>
    private const int MostWords = 20_000;

    /// <summary>Symbols of one variant, each with the place of the next; place 0 ends the row.</summary>
    private readonly List<(int Symbol, int Next)> rows = [(0, 0)];
    private readonly Dictionary<ulong, int> whole = [];
    private readonly Dictionary<ulong, int> beginnings = [];
    private readonly Dictionary<ulong, int> shorter = [];
    private readonly ulong[] seenWhole;
    private readonly ulong[] seenBeginnings;

    public Repairs(Lexicon lexicon)
    {
        Span<char> variant = stackalloc char[Longest];
        var (most, ofBeginnings) = (0, 0);
        for (var number = 1; number < lexicon.Symbols.Count && number <= MostWords; number++)
        {
            if (Takes(lexicon.Symbols[number]))
                (lexicon.Symbols[number].Prefix ? ref ofBeginnings : ref most) += 2 * lexicon.Symbols[number].Word.Length;
        }

        whole.EnsureCapacity(most);
        beginnings.EnsureCapacity(ofBeginnings);
        rows.EnsureCapacity(most + ofBeginnings);
        for (var number = 1; number < lexicon.Symbols.Count && number <= MostWords; number++)
        {
            var symbol = lexicon.Symbols[number];
            if (Takes(symbol))
                Add(symbol.Word, number, symbol.Prefix, variant);
        }

        seenWhole = Seen(whole.Keys);
        seenBeginnings = Seen(beginnings.Keys);
    }

    /// <summary>Adds what the word would stand for with one letter put back or two put in order.</summary>
    /// <param name="sure">Another word of the text is disguised: short words and likely names are put right, too.</param>
    /// <returns>Whether it stands for anything.</returns>
    public bool Add(ReadOnlySpan<char> word, bool sure, ref Token token, SegmentText into)
    {
        if (word.Length is < Shortest - 1 or > Longest || !MayStand(word, sure, token.Hash) || word.ContainsAnyExceptInRange('a', 'z') || Vocabulary.IsPluralOfListed(word))
            return false;
        AddRow(whole, WordHash.Of(word), ref token, into);
        if (sure)
        {
            AddRow(shorter, WordHash.Of(word), ref token, into);
            return token.Symbols > 0;
        }

        var hash = WordHash.None;
        for (var at = 0; at < word.Length; at++)
        {
            hash = WordHash.Longer(hash, word[at]);
            if (at + 1 >= ShortestBeginning && MayHold(seenBeginnings, hash))
                AddRow(beginnings, hash, ref token, into);
        }

        return token.Symbols > 0;
    }

    /// <summary>Whether it may be a word of four letters that lacks one: said of one alone it says nothing, of two in a row that they are disguised.</summary>
    public bool IsShortened(ReadOnlySpan<char> word) =>
        word.Length == Shortest - 1 && shorter.ContainsKey(WordHash.Of(word)) && !Vocabulary.IsPluralOfListed(word);

    /// <summary>Whether a word is another with one letter left out or two neighbours swapped; the first and the last stand.</summary>
    public static bool IsNearly(ReadOnlySpan<char> word, ReadOnlySpan<char> other)
    {
        if (word.Length is < Shortest - 1 || other.Length is < Shortest or > Longest || word[0] != other[0] || word[^1] != other[^1])
            return false;
        var same = word.CommonPrefixLength(other);
        return word.Length + 1 == other.Length ? word[same..].SequenceEqual(other[(same + 1)..])
            : word.Length == other.Length && same + 1 < word.Length && word[same] == other[same + 1] && word[same + 1] == other[same]
                && word[(same + 2)..].SequenceEqual(other[(same + 2)..]);
    }

    private static bool Takes(in Symbol symbol) =>
        !symbol.Hashtag && symbol.Word.Length is >= Shortest and <= Longest && !symbol.Word.AsSpan().ContainsAnyExceptInRange('a', 'z');

    /// <summary>A bit for each variant: most words are none, and a few bits say so.</summary>
    private bool MayStand(ReadOnlySpan<char> word, bool sure, ulong wordHash)
    {
        if (sure || MayHold(seenWhole, wordHash))
            return true;
        var hash = WordHash.None;
        for (var at = 0; at < word.Length; at++)
        {
            hash = WordHash.Longer(hash, word[at]);
            if (at + 1 >= ShortestBeginning && MayHold(seenBeginnings, hash))
                return true;
        }

        return false;
    }

    private static bool MayHold(ulong[] seen, ulong hash) => (seen[Place(seen, hash)] & (1UL << (int)(hash & 63))) != 0;

    private static int Place(ulong[] seen, ulong hash) => (int)((hash * 0x9E3779B97F4A7C15) >> 32) & (seen.Length - 1);

    private static ulong[] Seen(Dictionary<ulong, int>.KeyCollection variants)
    {
        var seen = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(variants.Count / 8) + 1)];
        foreach (var hash in variants)
            seen[Place(seen, hash)] |= 1UL << (int)(hash & 63);
        return seen;
    }

    private void AddRow(Dictionary<ulong, int> variants, ulong hash, ref Token token, SegmentText into)
    {
        for (var row = variants.GetValueOrDefault(hash); row != 0; row = rows[row].Next)
            into.AddSymbol(ref token, rows[row].Symbol);
    }

    private void Add(string word, int number, bool beginning, Span<char> variant)
    {
        word.CopyTo(variant);
        var isShort = !beginning && word.Length < ShortestSure;
        for (var at = 1; at + 1 < word.Length; at++)
        {
            (variant[at], variant[at + 1]) = (variant[at + 1], variant[at]);
            Note(variant[..word.Length], word, number, beginning ? beginnings : whole);
            if (isShort)
                Note(variant[..word.Length], word, number, shorter);
            (variant[at], variant[at + 1]) = (variant[at + 1], variant[at]);
        }

        // A word without its last letter is mostly another form of it.
        for (var left = 1; left + 1 < word.Length; left++)
        {
            word.AsSpan(0, left).CopyTo(variant);
            word.AsSpan(left + 1).CopyTo(variant[left..]);
            var shortened = variant[..(word.Length - 1)];
            if (isShort)
                Note(shortened, word, number, shorter);
            // Three letters without a vowel are hardly a word of their own.
            if (!isShort || !shortened.ContainsAny(Vowels))
                Note(shortened, word, number, beginning ? beginnings : whole);
        }
    }

    private void Note(ReadOnlySpan<char> variant, string word, int number, Dictionary<ulong, int> variants)
    {
        if (variant.SequenceEqual(word) || (variants == beginnings && variant.Length < ShortestBeginning))
            return;
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(variants, variants == beginnings ? OfBeginning(variant) : WordHash.Of(variant), out _);
        if (row != 0 && rows[row].Symbol == number)
            return;
        rows.Add((number, row));
        row = rows.Count - 1;
    }

    private static ulong OfBeginning(ReadOnlySpan<char> beginning)
    {
        var hash = WordHash.None;
        foreach (var letter in beginning)
            hash = WordHash.Longer(hash, letter);
        return hash;
    }
}
