using System.Text;

namespace Countersign.Bench.Posts;

/// <summary>Ten ways in which words are disguised, as an evader does it: on every word of four letters or more in what was flagged.</summary>
internal static class Attacks
{
    private const int Shortest = 4;

    public static readonly (string Name, Func<string, string> Disguise, double Asked)[] All =
    [
        ("leet", word => Swapped(word, "aeiost", "4310$7"), 95),
        ("spaces", word => string.Join(' ', word.EnumerateRunes()), 95),
        ("dots", word => string.Join('.', word.EnumerateRunes()), 95),
        ("zero-width", word => string.Join('\u200B', word.EnumerateRunes()), 95),
        ("homoglyphs", word => Swapped(word, "aeopcxy", "аеорсху"), 95),
        ("full-width", word => string.Concat(word.Select(letter => char.IsAsciiLetterOrDigit(letter) ? (char)(letter + 0xFEE0) : letter)), 95),
        ("repeats", word => word[..(word.Length / 2)] + new string(word[word.Length / 2], 4) + word[(word.Length / 2)..], 95),
        ("swap", word => word[..(word.Length / 2)] + word[(word.Length / 2) + 1] + word[word.Length / 2] + word[((word.Length / 2) + 2)..], 85),
        ("delete", word => word.Remove(word.Length / 2, 1), 85),
        ("emoji", word => word.Insert(word.Length / 2, "🔥"), 0),
    ];

    /// <summary>Disguises the words in some stretches of a text.</summary>
    public static string On(string text, IEnumerable<(int Start, int End)> stretches, Func<string, string> disguise)
    {
        var inside = new bool[text.Length];
        foreach (var (start, end) in stretches)
            Array.Fill(inside, true, start, end - start);
        var made = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && inside[end] && char.IsAsciiLetter(text[end]))
                end++;
            if (end - at >= Shortest)
                made.Append(disguise(text[at..end]));
            else
                made.Append(text, at, Math.Max(end, at + 1) - at);
            at = Math.Max(end, at + 1);
        }

        return made.ToString();
    }

    private static string Swapped(string word, string from, string to) =>
        string.Concat(word.Select(letter => from.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal) is >= 0 and var at ? to[at] : letter));
}
