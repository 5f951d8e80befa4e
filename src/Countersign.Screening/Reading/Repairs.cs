using System.Runtime.InteropServices;

namespace Countersign.Screening.Reading;

/// <summary>
/// Words of the patterns with one letter left out or two neighbours swapped, as they are written to get past a filter. Asked only for words
/// that nothing else is known of; the first letter stands, as without it readers lose the word.
/// </summary>
internal sealed class Repairs
{
    /// <summary>Shorter words are put right only in a text in which a longer one had to be.</summary>
    private const int ShortestSure = 5;

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

    public Repairs(Lexicon lexicon)
    {
        Span<char> variant = stackalloc char[Longest];
        for (var number = 1; number < lexicon.Symbols.Count && number <= MostWords; number++)
        {
            var symbol = lexicon.Symbols[number];
            if (symbol.Hashtag || symbol.Word.Length is < Shortest or > Longest || symbol.Word.AsSpan().ContainsAnyExceptInRange('a', 'z'))
                continue;
            Add(symbol.Word, number, symbol.Prefix, variant);
        }
    }

    /// <summary>Adds what the word would stand for with one letter put back or two put in order.</summary>
    /// <param name="sure">Another word of the text is disguised: short words are put right, too.</param>
    /// <returns>Whether it stands for anything.</returns>
    public bool Add(ReadOnlySpan<char> word, bool sure, ref Token token, SegmentText into)
    {
        if (word.Length is < Shortest - 1 or > Longest || word.ContainsAnyExceptInRange('a', 'z') || Vocabulary.IsPluralOfListed(word))
            return false;
        AddRow(sure ? shorter : whole, word, ref token, into);
        for (var length = ShortestBeginning; !sure && length <= word.Length; length++)
            AddRow(beginnings, word[..length], ref token, into);
        return token.Symbols > 0;
    }

    private void AddRow(Dictionary<ulong, int> variants, ReadOnlySpan<char> word, ref Token token, SegmentText into)
    {
        for (var row = variants.GetValueOrDefault(WordHash.Of(word)); row != 0; row = rows[row].Next)
            into.AddSymbol(ref token, rows[row].Symbol);
    }

    private void Add(string word, int number, bool beginning, Span<char> variant)
    {
        word.CopyTo(variant);
        for (var at = 1; at + 1 < word.Length; at++)
        {
            (variant[at], variant[at + 1]) = (variant[at + 1], variant[at]);
            Note(variant[..word.Length], word, number, beginning ? beginnings : word.Length < ShortestSure ? shorter : whole);
            (variant[at], variant[at + 1]) = (variant[at + 1], variant[at]);
        }

        // A word without its last letter is mostly another form of it.
        for (var left = 1; left + 1 < word.Length; left++)
        {
            word.AsSpan(0, left).CopyTo(variant);
            word.AsSpan(left + 1).CopyTo(variant[left..]);
            Note(variant[..(word.Length - 1)], word, number, beginning ? beginnings : word.Length < ShortestSure ? shorter : whole);
        }
    }

    private void Note(ReadOnlySpan<char> variant, string word, int number, Dictionary<ulong, int> variants)
    {
        if (variant.SequenceEqual(word) || (variants == beginnings && variant.Length < ShortestBeginning))
            return;
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(variants, WordHash.Of(variant), out _);
        if (row != 0 && rows[row].Symbol == number)
            return;
        rows.Add((number, row));
        row = rows.Count - 1;
    }
}
