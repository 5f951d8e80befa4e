using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Reading;

/// <summary>
/// What a disguised spelling may stand for, one after the other: digits as letters, repeats collapsed.
/// A reading counts only where a rule lists that word, so a wrong guess does no harm.
/// </summary>
internal ref struct Spelling
{
    /// <summary>Longer words are no disguise of anything that a rule lists.</summary>
    private const int Longest = 64;

    private static readonly SearchValues<char> Signs = SearchValues.Create("013457@$!");

    private readonly ReadOnlySpan<char> word;
    private readonly Span<char> spelt;
    private readonly Span<char> collapsed;
    private readonly bool digits;
    private readonly bool twice;
    private int step;

    /// <param name="word">In lower case.</param>
    /// <param name="buffer">Twice as long as the word.</param>
    public Spelling(ReadOnlySpan<char> word, Span<char> buffer)
    {
        this.word = word;
        spelt = buffer[..word.Length];
        collapsed = buffer[word.Length..];
        digits = word.ContainsAny(Signs) && word.ContainsAnyInRange('a', 'z');
        twice = digits && word.Contains('1');
        step = digits || HasTriple(word) ? 0 : 6;
    }

    public ReadOnlySpan<char> Current { get; private set; }

    public static bool MayDiffer(ReadOnlySpan<char> word) => word.Length <= Longest && (word.ContainsAny(Signs) || HasTriple(word));

    public bool MoveNext()
    {
        while (step < 6)
        {
            var now = step++;
            if (now is 0 or 3)
            {
                if (now == 3 && !twice)
                    return false;
                Letter(now == 0 ? 'i' : 'l');
                if (!IsWord(spelt))
                {
                    step = now + 3;
                    continue;
                }

                Current = spelt;
                return true;
            }

            if (HasTriple(spelt))
            {
                Current = collapsed[..Collapse(now % 3)];
                return true;
            }
        }

        return false;
    }

    private readonly void Letter(char one)
    {
        if (!digits)
        {
            word.CopyTo(spelt);
            return;
        }

        for (var at = 0; at < word.Length; at++)
        {
            spelt[at] = word[at] switch
            {
                '0' => 'o',
                '1' => one,
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                '!' => 'i',
                var other => other,
            };
        }
    }

    private static bool IsWord(ReadOnlySpan<char> spelt)
    {
        foreach (var character in spelt)
        {
            if (!char.IsLetter(character) && character is not ('\'' or '*'))
                return false;
        }

        return true;
    }

    /// <summary>Whether three equal letters stand in a row.</summary>
    public static bool HasTriple(ReadOnlySpan<char> word)
    {
        var from = 2;
        if (word.Length > Vector256<ushort>.Count + 2)
        {
            // Most texts have no such row: sixteen places are looked at in one step.
            var units = MemoryMarshal.Cast<char, ushort>(word);
            for (; from + Vector256<ushort>.Count <= word.Length; from += Vector256<ushort>.Count)
            {
                var here = Vector256.Create(units[from..]);
                var equal = Vector256.Equals(here, Vector256.Create(units[(from - 1)..])) & Vector256.Equals(here, Vector256.Create(units[(from - 2)..]));
                if (equal != Vector256<ushort>.Zero)
                    break;
            }
        }

        for (var at = from; at < word.Length; at++)
        {
            if (word[at] == word[at - 1] && word[at] == word[at - 2] && char.IsAsciiLetter(word[at]))
                return true;
        }

        return false;
    }

    /// <summary>Leaves <paramref name="most"/> of three or more equal letters in a row.</summary>
    private readonly int Collapse(int most)
    {
        var kept = 0;
        for (var at = 0; at < spelt.Length;)
        {
            var end = at + 1;
            while (end < spelt.Length && spelt[end] == spelt[at])
                end++;
            for (var count = end - at > 2 ? most : end - at; count > 0; count--)
                collapsed[kept++] = spelt[at];
            at = end;
        }

        return kept;
    }
}
