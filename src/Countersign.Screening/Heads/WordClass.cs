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
    private const int Bits = 14;

    private static readonly (ulong Low, ulong High, WordClass Class)[] Places = Load();

    /// <summary>A bit for each place that is taken: most words are of no class, and two kilobytes say so.</summary>
    private static readonly ulong[] Taken = [.. Places.Chunk(64).Select(places => places.Select((place, at) => place.Class == WordClass.None ? 0 : 1UL << at).Aggregate((all, one) => all | one))];

    /// <summary>The class as other words near it see it: what it feels is good or bad.</summary>
    public static WordClass Coarse(WordClass of) => of switch
    {
        WordClass.Joy or WordClass.Hope => WordClass.Good,
        WordClass.Sad or WordClass.Anger or WordClass.Fear => WordClass.Bad,
        _ => of,
    };

    public static WordClass Of(in HeadWord word)
    {
        for (var place = Place(word.Low, word.High); (Taken[place >> 6] & (1UL << (place & 63))) != 0; place = (place + 1) & (Places.Length - 1))
        {
            if (Places[place].Low == word.Low && Places[place].High == word.High)
                return Places[place].Class;
        }

        return WordClass.None;
    }

    private static int Place(ulong low, ulong high) => (int)(((low ^ (high * 31)) * 0x9E3779B97F4A7C15) >> (64 - Bits));

    private static (ulong Low, ulong High, WordClass Class)[] Load()
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

        // A listed word with an "s" or "'s" behind it is of its class, unless it is listed itself.
        foreach (var (word, wordClass) in classes.Where(one => char.IsAsciiLetter(one.Key[0])).ToList())
        {
            if (word.Length > 3)
                classes.TryAdd(word + "s", wordClass);
            if (word.Length > 1)
                classes.TryAdd(word + "'s", wordClass);
        }

        var places = new (ulong Low, ulong High, WordClass Class)[1 << Bits];
        foreach (var (word, wordClass) in classes)
        {
            var read = new Key();
            HeadReader.Read(word, ref read);
            if (read.Words != 1)
                throw new InvalidOperationException($"The reader does not take '{word}' of the word classes for one word.");
            var place = Place(read.Low, read.High);
            while (places[place].Class != WordClass.None)
                place = (place + 1) & (places.Length - 1);
            places[place] = (read.Low, read.High, wordClass);
        }

        return places;
    }

    /// <summary>What the reader takes a listed word for.</summary>
    private struct Key : IFeatureSink
    {
        public ulong Low;
        public ulong High;
        public int Words;

        public WordClass Word(in HeadWord word)
        {
            (Low, High) = (word.Low, word.High);
            Words++;
            return WordClass.None;
        }

        public readonly void Feature(uint hash, int start, int end)
        {
            // Only the word itself is wanted.
        }
    }
}
