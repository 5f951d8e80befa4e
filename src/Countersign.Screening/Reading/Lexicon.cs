using System.Runtime.InteropServices;
using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>One word as patterns name it.</summary>
/// <param name="Prefix">Any word that begins with it.</param>
/// <param name="Masked">Also a word of that length with stars for letters, as profanity is written.</param>
/// <param name="Hashtag">Only where it stands as a hashtag.</param>
internal readonly record struct Symbol(string Word, bool Prefix, bool Masked, bool Hashtag);

/// <summary>Collects, while a release is loaded, every word and every list that its patterns name, and numbers them.</summary>
internal sealed class Lexicon
{
    private static readonly Dictionary<string, double> Common = CommonWords();

    private readonly Dictionary<Symbol, int> numbers = [];
    private readonly List<Symbol> symbols = [new("", false, false, false)];
    private readonly List<int> uses = [0];
    private readonly List<WordList> lists = [];
    private int expressions;
    private readonly Dictionary<string, List<int>> exact = new(StringComparer.Ordinal);

    public IReadOnlyList<Symbol> Symbols => symbols;

    public IReadOnlyList<WordList> Lists => lists;

    public int Number(Symbol symbol)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, symbol, out var known);
        if (!known)
        {
            number = symbols.Count;
            symbols.Add(symbol);
            uses.Add(0);
            if (!symbol.Prefix)
            {
                ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(exact, symbol.Word, out _);
                (same ??= []).Add(number);
            }
        }

        uses[number]++;
        return number;
    }

    /// <param name="place">Where it stands in a pack; null for a list that only the profile has.</param>
    public WordList NewList(string name, PackNode? place)
    {
        var list = new WordList(name, lists.Count, place);
        lists.Add(list);
        return list;
    }

    /// <exception cref="FormatException">There are too many.</exception>
    public WordList NewList(OwnPattern expression)
    {
        if (++expressions > OwnPattern.Most)
            throw new FormatException($"at most {OwnPattern.Most} regular expressions in all packs and lexicons together");
        var list = new WordList(expression, lists.Count);
        lists.Add(list);
        return list;
    }

    /// <summary>How usual a word is in English posts, by rough steps.</summary>
    public static double Usual(string word) => Common.GetValueOrDefault(word);

    /// <summary>In how many of ten thousand ordinary posts the word is to be expected, by rough steps; more where many patterns share it.</summary>
    public double Cost(int number)
    {
        var symbol = symbols[number];
        var shared = uses[number] * 0.5;
        if (symbol.Prefix)
            return shared + (symbol.Word.Length switch { < 3 => 2000, 3 => 400, 4 => 80, 5 => 30, _ => 15 });
        return shared + Common.GetValueOrDefault(symbol.Word, Vocabulary.IsListed(symbol.Word) ? 10 : 2);
    }

    /// <summary>Adds the symbols that a word stands for.</summary>
    public void Standing(string word, Beginnings beginnings, List<int> into)
    {
        if (exact.TryGetValue(word, out var found))
            into.AddRange(found);
        if (beginnings.MayBegin(word))
            beginnings.Of(word, into);
    }

    private static Dictionary<string, double> CommonWords()
    {
        double[] steps = [3000, 800, 200];
        var common = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (line, step) in Vocabulary.Lines("common-words.txt").Zip(steps))
        {
            foreach (var word in line.Split(' '))
                common.TryAdd(word, step);
        }

        return common;
    }
}

/// <summary>The symbols that any word with a certain beginning stands for, under their first three characters.</summary>
internal sealed class Beginnings
{
    private readonly ulong[] seen = new ulong[1024];
    private readonly Dictionary<ulong, List<(string Word, int Symbol)>> byThree = [];
    private readonly List<(string Word, int Symbol)> shorter = [];

    public Beginnings(Lexicon lexicon)
    {
        for (var number = 1; number < lexicon.Symbols.Count; number++)
        {
            var symbol = lexicon.Symbols[number];
            if (!symbol.Prefix)
                continue;
            if (symbol.Word.Length < 3)
            {
                shorter.Add((symbol.Word, number));
                continue;
            }

            var three = Three(symbol.Word);
            var bit = Bit(three);
            seen[bit >> 6] |= 1UL << (bit & 63);
            ref var under = ref CollectionsMarshal.GetValueRefOrAddDefault(byThree, three, out _);
            (under ??= []).Add((symbol.Word, number));
        }
    }

    public bool MayBegin(ReadOnlySpan<char> word)
    {
        if (shorter.Count > 0)
            return true;
        if (word.Length < 3)
            return false;
        var bit = Bit(Three(word));
        return (seen[bit >> 6] & (1UL << (bit & 63))) != 0;
    }

    public void Add(ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        if (word.Length >= 3 && byThree.TryGetValue(Three(word), out var under))
            Add(under, word, ref token, into);
        Add(shorter, word, ref token, into);
    }

    public void Of(string word, List<int> into)
    {
        if (word.Length >= 3 && byThree.TryGetValue(Three(word), out var under))
            Add(under, word, into);
        Add(shorter, word, into);
    }

    /// <summary>The fewest letters that a word has behind one of the beginnings; null where it has none of them.</summary>
    public int? Rest(ReadOnlySpan<char> word)
    {
        var longest = -1;
        if (word.Length >= 3 && byThree.TryGetValue(Three(word), out var under))
            longest = Longest(under, word, longest);
        longest = Longest(shorter, word, longest);
        return longest < 0 ? null : word.Length - longest;
    }

    private static int Longest(List<(string Word, int Symbol)> candidates, ReadOnlySpan<char> word, int longest)
    {
        foreach (var (beginning, _) in candidates)
        {
            if (beginning.Length > longest && word.StartsWith(beginning, StringComparison.Ordinal))
                longest = beginning.Length;
        }

        return longest;
    }

    private static void Add(List<(string Word, int Symbol)> candidates, ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        foreach (var (beginning, symbol) in candidates)
        {
            if (word.StartsWith(beginning, StringComparison.Ordinal))
                into.AddSymbol(ref token, symbol);
        }
    }

    private static void Add(List<(string Word, int Symbol)> candidates, string word, List<int> into)
    {
        foreach (var (beginning, symbol) in candidates)
        {
            if (word.StartsWith(beginning, StringComparison.Ordinal))
                into.Add(symbol);
        }
    }

    private static ulong Three(ReadOnlySpan<char> word) => word[0] | ((ulong)word[1] << 16) | ((ulong)word[2] << 32);

    private static int Bit(ulong three) => (int)((three * 0x9E3779B97F4A7C15) >> 48);
}

/// <summary>Words that are also found with stars for some of their letters, under their first letter: nobody masks that.</summary>
internal sealed class MaskedWords
{
    private readonly Dictionary<(char First, int Length), List<(string Word, int Symbol)>> whole = [];
    private readonly Dictionary<char, List<(string Word, int Symbol)>> beginnings = [];

    public MaskedWords(Lexicon lexicon)
    {
        for (var number = 1; number < lexicon.Symbols.Count; number++)
        {
            var (word, prefix, masked, _) = lexicon.Symbols[number];
            if (!masked || word.Length == 0)
                continue;
            if (prefix)
                (CollectionsMarshal.GetValueRefOrAddDefault(beginnings, word[0], out _) ??= []).Add((word, number));
            else
                (CollectionsMarshal.GetValueRefOrAddDefault(whole, (word[0], word.Length), out _) ??= []).Add((word, number));
        }
    }

    public void Add(ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        if (whole.TryGetValue((word[0], word.Length), out var candidates))
            Add(candidates, word, ref token, into);
        if (beginnings.TryGetValue(word[0], out candidates))
            Add(candidates, word, ref token, into);
    }

    private static void Add(List<(string Word, int Symbol)> candidates, ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        foreach (var (masked, symbol) in candidates)
        {
            if (IsMaskOf(word, masked))
                into.AddSymbol(ref token, symbol);
        }
    }

    private static bool IsMaskOf(ReadOnlySpan<char> word, string masked)
    {
        if (word.Length < masked.Length)
            return false;
        for (var at = 0; at < masked.Length; at++)
        {
            if (word[at] != masked[at] && word[at] != '*')
                return false;
        }

        return true;
    }
}
