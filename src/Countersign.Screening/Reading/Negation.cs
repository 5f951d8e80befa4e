using System.Collections.Frozen;

namespace Countersign.Screening.Reading;

/// <summary>Whether the words are denied in their own clause.</summary>
internal static class Negation
{
    /// <summary>How far before the words a "not" still reaches, in tokens.</summary>
    private const int Reach = 7;

    /// <summary>What makes a "no" say yes: "no doubt", "not only", "can't wait".</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NotNegations = new[]
    {
        "no doubt", "no wonder", "no question", "no matter", "no brainer", "no catch", "no surprise",
        "no kidding", "no joke", "no strings", "no ifs", "no nonsense", "no hassle", "no fuss", "no longer", "no 1",
        "not only", "not just", "not to", "not a", "don't miss", "don't wait", "don't worry", "don't delay", "can't wait",
        "can't believe", "cannot wait", "cannot believe", "won't believe", "won't regret", "can't lose", "can't go",
        "never been", "never worry", "nothing beats", "nothing says", "nothing like", "never before",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Denies(SegmentText text, Hit hit)
    {
        var tokens = text.Tokens;
        for (var at = hit.First - 1; at >= 0 && hit.First - at <= Reach && tokens[at].Clause == tokens[hit.First].Clause; at--)
        {
            if (!tokens[at].Has(WordTraits.Negator))
                continue;
            var word = text.Word(tokens[at]);
            // "Why not …" is an invitation.
            if (at > 0 && word is "not" && text.Word(tokens[at - 1]) is "why")
                continue;
            if (at + 1 < tokens.Length && SaysYes(word, text.Word(tokens[at + 1]))
                && !(word is "not" && text.Word(tokens[at + 1]) is "a" && at + 1 >= hit.First - 1))
                continue;
            return true;
        }

        return false;
    }

    private static bool SaysYes(ReadOnlySpan<char> word, ReadOnlySpan<char> next)
    {
        Span<char> both = stackalloc char[24];
        return word.Length + next.Length + 1 <= both.Length && both.TryWrite($"{word} {next}", out var written) && NotNegations.Contains(both[..written]);
    }
}
