namespace Countersign.Screening.Reading;

/// <summary>
/// Cyrillic and Greek letters that look Latin. They are folded only inside a word that mixes scripts,
/// or in a word made of nothing else within a text that is otherwise Latin, so that real Russian and Greek stay as they are.
/// </summary>
internal static class LookAlikes
{
    private const string Foreign = "аеорсухіѕјһԛԝѵԁктАВЕКМНОРСТУХІЅЈԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιονρυτκ";
    private const string Latin = "aeopcyxisjhqwvdktABEKMHOPCTYXISJGABEZHIKMNOPTYXaiovputk";

    public static void Fold(Span<char> characters, FoldedText text, List<Span> disguises)
    {
        if (!characters.ContainsAnyInRange('\u0370', '\u052F'))
            return;

        // Words that mix scripts first: what they turn out to be counts for what the text is made of, so that reading it again finds nothing more.
        FoldWords(characters, text, disguises, mixed: true);
        if (Count(characters, char.IsAsciiLetter) > Count(characters, IsForeign))
            FoldWords(characters, text, disguises, mixed: false);
    }

    private static void FoldWords(Span<char> characters, FoldedText text, List<Span> disguises, bool mixed)
    {
        for (var start = 0; start < characters.Length;)
        {
            if (!char.IsLetter(characters[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < characters.Length && char.IsLetter(characters[end]))
                end++;
            if (LooksLatin(characters[start..end], mixed))
            {
                foreach (ref var character in characters[start..end])
                    character = ToLatin(character);
                disguises.Add(new Span(text.Origin(start).Start, text.Origin(end - 1).End));
            }

            start = end;
        }
    }

    /// <param name="mixed">Ask of words that mix scripts; otherwise of those of three letters or more in a foreign one.</param>
    private static bool LooksLatin(ReadOnlySpan<char> word, bool mixed)
    {
        var latin = Count(word, char.IsAsciiLetter);
        return latin < word.Length
            && (mixed ? latin > 0 : latin == 0 && word.Length > 2)
            && Count(word, c => char.IsAsciiLetter(c) || (IsForeign(c) && ToLatin(c) != c)) == word.Length;
    }

    private static bool IsForeign(char character) => character is >= '\u0370' and < '\u0530';

    private static int Count(ReadOnlySpan<char> characters, Func<char, bool> counts)
    {
        var count = 0;
        foreach (var character in characters)
            count += counts(character) ? 1 : 0;
        return count;
    }

    private static char ToLatin(char character)
    {
        var at = Foreign.IndexOf(character, StringComparison.Ordinal);
        return at < 0 ? character : Latin[at];
    }
}
