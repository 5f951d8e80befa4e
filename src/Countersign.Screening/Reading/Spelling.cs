namespace Countersign.Screening.Reading;

/// <summary>What a disguised spelling may stand for. A reading counts only where a rule lists that word, so a wrong guess does no harm.</summary>
internal static class Spelling
{
    private const string Signs = "013457@$!";

    public static IReadOnlyList<string> Readings(string word)
    {
        var digits = word.Any(c => Signs.Contains(c, StringComparison.Ordinal)) && word.Any(char.IsAsciiLetter);
        var repeats = HasTriple(word);
        if (!digits && !repeats)
            return [];

        var readings = new List<string>();
        foreach (var spelt in digits ? Lettered(word) : [word])
        {
            if (!spelt.All(c => char.IsLetter(c) || c is '\'' or '*'))
                continue;
            readings.Add(spelt);
            if (HasTriple(spelt))
            {
                readings.Add(Collapse(spelt, 1));
                readings.Add(Collapse(spelt, 2));
            }
        }

        return readings;
    }

    private static IEnumerable<string> Lettered(string word)
    {
        yield return Replace(word, 'i');
        if (word.Contains('1', StringComparison.Ordinal))
            yield return Replace(word, 'l');
    }

    private static string Replace(string word, char one) => string.Create(word.Length, (word, one), static (buffer, state) =>
    {
        for (var at = 0; at < buffer.Length; at++)
        {
            buffer[at] = state.word[at] switch
            {
                '0' => 'o',
                '1' => state.one,
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                '!' => 'i',
                var other => other,
            };
        }
    });

    private static bool HasTriple(string word)
    {
        for (var at = 2; at < word.Length; at++)
        {
            if (char.IsAsciiLetter(word[at]) && word[at] == word[at - 1] && word[at] == word[at - 2])
                return true;
        }

        return false;
    }

    private static string Collapse(string word, int most)
    {
        var kept = new System.Text.StringBuilder(word.Length);
        var run = 0;
        for (var at = 0; at < word.Length; at++)
        {
            run = at > 0 && word[at] == word[at - 1] ? run + 1 : 1;
            var longest = RunLength(word, at) > 2 ? most : 2;
            if (run <= longest)
                kept.Append(word[at]);
        }

        return kept.ToString();
    }

    private static int RunLength(string word, int at)
    {
        var start = at;
        while (start > 0 && word[start - 1] == word[at])
            start--;
        var end = at;
        while (end + 1 < word.Length && word[end + 1] == word[at])
            end++;
        return end - start + 1;
    }
}
