namespace Countersign.Screening.Reading;

/// <summary>
/// Cyrillic and Greek letters that look Latin. They are folded only inside a word that mixes scripts,
/// or in a word made of nothing else within a text that is otherwise Latin, so that real Russian and Greek stay as they are.
/// </summary>
internal static class LookAlikes
{
    private const string Foreign = "аеорсухіѕјһԛԝѵԁктАВЕКМНОРСТУХІЅЈԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιονρυτκ";
    private const string Latin = "aeopcyxisjhqwvdktABEKMHOPCTYXISJGABEZHIKMNOPTYXaiovputk";

    public static void Fold(List<char> characters, List<Span> origins, List<Span> disguises)
    {
        if (!characters.Exists(c => c is >= '\u0370' and < '\u0530'))
            return;

        var mostlyLatin = characters.Count(char.IsAsciiLetter) > characters.Count(c => c is >= '\u0370' and < '\u0530');
        for (var start = 0; start < characters.Count;)
        {
            if (!char.IsLetter(characters[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < characters.Count && char.IsLetter(characters[end]))
                end++;
            if (LooksLatin(characters[start..end], mostlyLatin))
            {
                for (var at = start; at < end; at++)
                    characters[at] = ToLatin(characters[at]);
                disguises.Add(new Span(origins[start].Start, origins[end - 1].End));
            }

            start = end;
        }
    }

    private static bool LooksLatin(List<char> word, bool mostlyLatin)
    {
        var latin = word.Count(char.IsAsciiLetter);
        var foreign = word.Count(c => c is >= '\u0370' and < '\u0530');
        return foreign > 0
            && latin + foreign == word.Count
            && word.TrueForAll(c => char.IsAsciiLetter(c) || ToLatin(c) != c)
            && (latin > 0 || (mostlyLatin && word.Count > 2));
    }

    private static char ToLatin(char character)
    {
        var at = Foreign.IndexOf(character, StringComparison.Ordinal);
        return at < 0 ? character : Latin[at];
    }
}
