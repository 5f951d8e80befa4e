using System.Runtime.CompilerServices;

namespace Countersign.Screening.Heads;

/// <summary>What a pass over a text gives its features to.</summary>
internal interface IFeatureSink
{
    /// <summary>A word, with every feature that its own letters make. The answer is its class, for the features of the words around it.</summary>
    WordClass Word(in HeadWord word);

    /// <summary>A feature of a mark, of several words, or of where a word stands.</summary>
    /// <param name="hash">Which feature: its slot is the top bits.</param>
    /// <param name="start">First character of the words it is made of, in the text.</param>
    void Feature(uint hash, int start, int end);
}

/// <summary>A word as the heads read it: in lower case, addresses and mentions by kind, long repeats cut to three.</summary>
internal readonly ref struct HeadWord(ReadOnlySpan<char> letters, ulong low, ulong high, int start, int end)
{
    /// <summary>The most letters of a word that are read.</summary>
    public const int MostLetters = 48;

    public ReadOnlySpan<char> Letters { get; } = letters;

    /// <summary>The word itself in 16 bytes where <see cref="IsExact"/>, otherwise a hash of it.</summary>
    public ulong Low { get; } = low;

    public ulong High { get; } = high;

    public int Start { get; } = start;

    public int End { get; } = end;

    /// <summary>Up to 16 ASCII characters: the number is the word, so that equal numbers are equal words.</summary>
    public bool IsExact => High >> 63 == 0;
}

/// <summary>
/// Reads a text once and names its features: words and word pairs, groups of three and of five characters within a word,
/// runs of marks, words behind a "not", and pairs of word classes. The features do not depend on any head.
/// </summary>
internal static class HeadReader
{
    /// <summary>How many words a "not" reaches.</summary>
    private const int NegationReach = 4;

    /// <summary>How many words may lie between two words of a class that make a pair.</summary>
    private const int ClassReach = 7;

    private const ulong WordSalt = 1;
    private const ulong PairSalt = 0x9E3779B97F4A7C15;
    private const ulong NegatedSalt = 0xC2B2AE3D27D4EB4F;
    private const ulong MarkSalt = 0x165667B19E3779F9;
    private const ulong ClassSalt = 0x27D4EB2F165667C5;

    private const ulong Mention = 0x7265_7375_40; // "@user"
    private const ulong Link = 0x6B6E_696C; // "link"

    public static void Read<T>(ReadOnlySpan<char> text, ref T sink)
        where T : struct, IFeatureSink
    {
        Span<char> letters = stackalloc char[HeadWord.MostLetters];
        var state = new State { Previous = 7 };
        var mentioned = false;
        for (var at = 0; at < text.Length;)
        {
            var character = text[at];
            var kind = Kind(character);
            if (kind == CharacterKind.Letter)
            {
                var start = at;
                if (character is 'h' or 'w' or 'H' or 'W' && IsLink(text[at..]))
                {
                    while (at < text.Length && text[at] > ' ')
                        at++;
                    Take(new HeadWord("link", Link, 0, start, at), ref state, ref sink);
                    continue;
                }

                if (PlainWord.Read(text, at, letters, out var low, out var high) is > 0 and var plain)
                {
                    at += plain;
                    Take(new HeadWord(letters[..plain], low, high, start, at), ref state, ref sink);
                    continue;
                }

                ReadWord(text, ref at, letters, ref state, ref sink);
            }
            else if (kind == CharacterKind.Space)
            {
                at++;
            }
            else if (character == '@' && at + 1 < text.Length && Kind(text[at + 1]) == CharacterKind.Letter && (at == 0 || Kind(text[at - 1]) != CharacterKind.Letter))
            {
                var start = at++;
                while (at < text.Length && Kind(text[at]) == CharacterKind.Letter)
                    at++;
                // Some posts begin with dozens of mentions: they say nothing more than one does.
                if (!mentioned)
                    Take(new HeadWord("@user", Mention, 0, start, at), ref state, ref sink);
                mentioned = true;
            }
            else if (PictogramLength(text, at) is > 0 and var length)
            {
                ReadPictogram(text, ref at, length, letters, ref state, ref sink);
            }
            else
            {
                ReadMarks(text, ref at, ref state, ref sink);
            }
        }
    }

    /// <summary>The features that a word's own letters make: the word, and its groups of characters with its two ends marked.</summary>
    public static void Spell<T>(in HeadWord word, WordClass wordClass, ref T features)
        where T : struct, IFeatureSink
    {
        features.Feature(Hash(word.Low, word.High, WordSalt), word.Start, word.End);
        if (wordClass != WordClass.None)
        {
            features.Feature(Hash((ulong)wordClass, 0, ClassSalt), word.Start, word.End);
            if (WordClasses.Coarse(wordClass) is var coarse && coarse != wordClass)
                features.Feature(Hash((ulong)coarse, 0, ClassSalt), word.Start, word.End);
        }

        if (PictogramLength(word.Letters, 0) > 0)
            return;
        Span<char> marked = stackalloc char[HeadWord.MostLetters + 2];
        marked[0] = '^';
        word.Letters.CopyTo(marked[1..]);
        marked[word.Letters.Length + 1] = '$';
        marked = marked[..(word.Letters.Length + 2)];
        for (var first = 0; first + 3 <= marked.Length; first++)
        {
            var group = (((((ulong)marked[first] << 16) | marked[first + 1]) << 16) | marked[first + 2]) << 16;
            features.Feature(Hash(group, 3, WordSalt), word.Start, word.End);
            if (first + 5 <= marked.Length)
                features.Feature(Hash(group | marked[first + 3], 5 + ((ulong)marked[first + 4] << 8), WordSalt), word.Start, word.End);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ulong low, ulong high, ulong salt)
    {
        var mixed = (low ^ salt) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29) ^ high) * 0xBF58476D1CE4E5B9;
        mixed ^= mixed >> 32;
        return (uint)((mixed * 0x94D049BB133111EB) >> 32);
    }

    private static void Take<T>(in HeadWord word, ref State state, ref T sink)
        where T : struct, IFeatureSink
    {
        var wordClass = WordClasses.Coarse(sink.Word(word));
        var hash = word.Low ^ (word.High * 31);
        sink.Feature(Hash(state.Previous, hash, PairSalt), state.PreviousStart, word.End);
        state.Previous = hash;
        state.PreviousStart = word.Start;
        var negated = state.Negated > 0;
        if (negated)
        {
            sink.Feature(Hash(hash, 0, NegatedSalt), word.Start, word.End);
            state.Negated--;
        }

        state.SinceClass++;
        if (wordClass == WordClass.None)
            return;
        if (wordClass == WordClass.Negation)
        {
            state.Negated = NegationReach;
            return;
        }

        if (state.LastClass != WordClass.None && state.SinceClass <= ClassReach)
            sink.Feature(Hash(((ulong)state.LastClass << 8) | ((ulong)wordClass << 1) | (negated ? 1u : 0u), 1, ClassSalt), state.ClassStart, word.End);
        else if (negated)
            sink.Feature(Hash((ulong)wordClass, 2, ClassSalt), word.Start, word.End);
        state.LastClass = wordClass;
        state.ClassStart = word.Start;
        state.SinceClass = 0;
    }

    private static void ReadWord<T>(ReadOnlySpan<char> text, ref int at, Span<char> letters, ref State state, ref T sink)
        where T : struct, IFeatureSink
    {
        var start = at;
        ulong low = 0;
        ulong high = 0;
        var length = 0;
        var beyondAscii = false;
        for (; at < text.Length; at++)
        {
            var character = text[at];
            var kind = Kind(character);
            if (kind != CharacterKind.Letter)
            {
                if (kind != CharacterKind.Apostrophe || at + 1 >= text.Length || Kind(text[at + 1]) != CharacterKind.Letter)
                    break;
                character = '\'';
            }
            else if (character < 0x80)
            {
                if ((uint)(character - 'A') <= 25)
                    character = (char)(character | 0x20);
            }
            else
            {
                character = char.ToLowerInvariant(character);
                beyondAscii = true;
            }

            if (length == HeadWord.MostLetters || (length >= 3 && character == letters[length - 1] && character == letters[length - 2] && character == letters[length - 3]))
                continue;
            letters[length] = character;
            if (length < 8)
                low |= (ulong)character << (length * 8);
            else if (length < 16)
                high |= (ulong)character << ((length - 8) * 8);
            length++;
        }

        var spelt = letters[..length];
        if (beyondAscii || length > 16)
            (low, high) = Hashed(spelt);
        var word = new HeadWord(spelt, low, high, start, at);
        Take(word, ref state, ref sink);
    }

    /// <summary>Characters of the emoji here: two beyond the first plane, one for the symbols within it, none where there is no emoji.</summary>
    private static int PictogramLength(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        < '\u2190' => 0,
        >= '\uD800' and <= '\uDBFF' => at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 0,
        (>= '\u2600' and <= '\u27BF') or (>= '\u2B00' and <= '\u2BFF') => 1,
        _ => 0,
    };

    /// <summary>An emoji is a word of its own; a sign that only colours it is passed over.</summary>
    private static void ReadPictogram<T>(ReadOnlySpan<char> text, ref int at, int length, Span<char> letters, ref State state, ref T sink)
        where T : struct, IFeatureSink
    {
        var start = at;
        at += length;
        if (text[start] == '\uD83C' && text[start + 1] is >= '\uDFFB' and <= '\uDFFF')
            return;
        text.Slice(start, length).CopyTo(letters);
        var (low, high) = Hashed(letters[..length]);
        Take(new HeadWord(letters[..length], low, high, start, at), ref state, ref sink);
    }

    private static void ReadMarks<T>(ReadOnlySpan<char> text, ref int at, ref State state, ref T sink)
        where T : struct, IFeatureSink
    {
        var start = at;
        ulong marks = 0;
        for (var read = 0; at < text.Length && Kind(text[at]) is CharacterKind.Mark or CharacterKind.Apostrophe && PictogramLength(text, at) == 0; at++)
        {
            var mark = text[at];
            if (mark is '@' or '#' && at > start && at + 1 < text.Length && Kind(text[at + 1]) == CharacterKind.Letter)
                break;
            if (mark is '\uFE0F' or '\u200D' or '\u200B')
                continue;
            // Three of a kind are as loud as ten.
            if (read < 4 && !(read == 3 && mark == text[at - 1]))
                marks = (marks << 16) | mark;
            read++;
            if (mark is '.' or '!' or '?' or ',' or ';')
                state.Negated = 0;
            if (mark is '.' or '!' or '?')
                state.LastClass = WordClass.None;
        }

        if (marks != 0)
            sink.Feature(Hash(marks, 0, MarkSalt), start, at);
    }

    private static (ulong Low, ulong High) Hashed(ReadOnlySpan<char> letters)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in letters)
            hash = (hash ^ letter) * 1099511628211UL;
        return (hash, (1UL << 63) | (uint)letters.Length);
    }

    private static bool IsLink(ReadOnlySpan<char> text) =>
        text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && (text.Length == 4 || text[4] is ':' or ' ' || text[4..].StartsWith("s:") || text[4..].StartsWith("url"))
        || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static CharacterKind Kind(char character) =>
        character < 0x80 ? (CharacterKind)Kinds[character] : KindBeyond(character);

    /// <summary>For the 128 characters of ASCII: M mark, L letter, S space, A apostrophe.</summary>
    private static ReadOnlySpan<byte> Kinds =>
    [
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
        0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 2,
        0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0,
    ];

    private static CharacterKind KindBeyond(char character) =>
        character is '\u2019' or '\u2018' ? CharacterKind.Apostrophe
        : char.IsLetterOrDigit(character) ? CharacterKind.Letter
        : char.IsWhiteSpace(character) ? CharacterKind.Space
        : CharacterKind.Mark;

    private enum CharacterKind : byte
    {
        Mark = 0,
        Space = 1,
        Letter = 2,
        Apostrophe = 3,
    }

    private struct State
    {
        public ulong Previous;
        public int PreviousStart;
        public int Negated;
        public WordClass LastClass;
        public int ClassStart;
        public int SinceClass;
    }
}
