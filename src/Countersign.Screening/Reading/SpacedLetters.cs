namespace Countersign.Screening.Reading;

/// <summary>Letters that stand apart, cut into the words that a reader puts together: `g e t r i c h` is two.</summary>
internal static class SpacedLetters
{
    /// <summary>Letters that are looked at in one go.</summary>
    public const int Most = 256;

    private const int LongestWord = 20;

    /// <summary>What a letter that belongs to no word costs, against the cost of a word.</summary>
    private const int Alone = 3 * WordTable.SureCost;

    /// <summary>What a capital within a word costs behind a small letter: most begin another word.</summary>
    private const int Capital = WordTable.SureCost;

    /// <summary>"a" and "i" are words, but far more often letters of one.</summary>
    private const int ShortWord = WordTable.SureCost + 3;

    /// <summary>A capital I before a small letter is hardly anything else than a word.</summary>
    private const int Self = WordTable.SureCost - 2;

    /// <summary>The fewest known words that hold as many of the letters as can be; all letters in one where none is known.</summary>
    /// <param name="written">The letters with their capitals.</param>
    /// <param name="ends">Gets the end of each word.</param>
    /// <returns>How many words there are.</returns>
    public static int Cut(ReadOnlySpan<char> letters, ReadOnlySpan<char> written, WordTable words, Span<int> ends)
    {
        Span<int> costs = stackalloc int[Most + 1];
        Span<int> starts = stackalloc int[Most + 1];
        costs[0] = 0;
        for (var end = 1; end <= letters.Length; end++)
        {
            (costs[end], starts[end]) = (costs[end - 1] + CostOfOne(written, end - 1), end - 1);
            var capitals = 0;
            for (var start = end - 2; start >= Math.Max(0, end - LongestWord); start--)
            {
                capitals += char.IsUpper(written[start + 1]) && !char.IsUpper(written[start]) ? Capital : 0;
                var before = costs[start] + capitals;
                if (before + WordTable.SureCost <= costs[end] && words.CostOf(letters[start..end]) is > 0 and var cost && before + cost <= costs[end])
                    (costs[end], starts[end]) = (before + cost, start);
            }
        }

        var count = 0;
        for (var end = letters.Length; end > 0; end = starts[end])
            ends[count++] = end;
        if (count == letters.Length)
        {
            ends[0] = letters.Length;
            return 1;
        }

        ends[..count].Reverse();
        return count;
    }

    private static int CostOfOne(ReadOnlySpan<char> written, int at) => written[at] switch
    {
        'I' when at + 1 == written.Length || !char.IsUpper(written[at + 1]) => Self,
        'a' or 'A' or 'i' => ShortWord,
        _ => Alone,
    };
}
