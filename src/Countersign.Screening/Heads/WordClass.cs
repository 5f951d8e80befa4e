using System.Collections.Frozen;
using System.Reflection;

namespace Countersign.Screening.Heads;

/// <summary>What a word does in a sentence, whatever else it means: the heads learn what two of them near each other say.</summary>
internal enum WordClass : byte
{
    None,
    Negation,
    You,
    I,
    They,
    Group,
    Good,
    Bad,
    Insult,
    Swearing,
    Violence,
    Money,
    Nature,
    Remedy,
    Joy,
    Hope,
    Sad,
    Anger,
    Fear,
}

internal static class WordClasses
{
    private static readonly FrozenDictionary<string, WordClass> Classes = Load();
    private static readonly FrozenDictionary<string, WordClass>.AlternateLookup<ReadOnlySpan<char>> BySpan = Classes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The class as other words near it see it: what it feels is good or bad.</summary>
    public static WordClass Coarse(WordClass of) => of switch
    {
        WordClass.Joy or WordClass.Hope => WordClass.Good,
        WordClass.Sad or WordClass.Anger or WordClass.Fear => WordClass.Bad,
        _ => of,
    };

    public static WordClass Of(ReadOnlySpan<char> letters)
    {
        if (BySpan.TryGetValue(letters, out var found))
            return found;
        // "isn't" and its kind, with or without the apostrophe, are listed; an inflection of a listed word is looked up by its stem.
        if (letters.Length > 4 && letters[^1] == 's' && BySpan.TryGetValue(letters[..^1], out found))
            return found;
        return letters.Length > 3 && letters.EndsWith("'s") && BySpan.TryGetValue(letters[..^2], out found) ? found : WordClass.None;
    }

    private static FrozenDictionary<string, WordClass> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Countersign.Screening.Data.word-classes.txt")
            ?? throw new InvalidOperationException("The word classes are not in the assembly.");
        using var reader = new StreamReader(stream);
        var classes = new Dictionary<string, WordClass>(StringComparer.Ordinal);
        var current = WordClass.None;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (line.StartsWith('['))
                current = Enum.Parse<WordClass>(line.Trim('[', ']'));
            else
                foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    classes.TryAdd(word, current);
        }

        return classes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
