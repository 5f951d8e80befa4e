using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Keys and tokens by the prefixes their issuers publish, private-key blocks, and long random-looking strings that are called a secret.</summary>
internal static class Secrets
{
    /// <summary>Prefix and the fewest characters behind it.</summary>
    private static readonly (string Prefix, int Fewest)[] Prefixes =
    [
        ("AKIA", 16), ("ASIA", 16), ("ghp_", 30), ("gho_", 30), ("ghs_", 30), ("github_pat_", 30), ("glpat-", 20), ("xoxb-", 20), ("xoxp-", 20), ("xoxa-", 20),
        ("sk_live_", 16), ("rk_live_", 16), ("sk-", 32), ("AIza", 30), ("SG.", 40), ("npm_", 30), ("pypi-", 40), ("eyJ", 40), ("dop_v1_", 40), ("shpat_", 30),
    ];

    private static readonly string[] Names = ["key", "token", "secret", "password", "passwd", "pwd", "bearer", "credential"];

    public static IReadOnlyList<Hit> Find(SegmentText text)
    {
        var hits = new List<Hit>();
        var source = text.Folded.Text;
        var block = source.IndexOf("PRIVATE KEY-----", StringComparison.Ordinal);
        if (block >= 0 && text.TokensIn(block, block + 11) is { } key)
            hits.Add(key);

        for (var start = 0; start < source.Length;)
        {
            if (!IsPart(source[start]))
            {
                start++;
                continue;
            }

            var end = start;
            while (end < source.Length && IsPart(source[end]))
                end++;
            var word = source[start..end].TrimEnd('.', '=');
            if ((IsIssued(word) || (LooksRandom(word) && IsCalledSecret(source, start)) || HoldsPassword(source, start, end)) && text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
            start = end;
        }

        return hits;
    }

    private static bool IsIssued(string word) =>
        Prefixes.Any(p => word.StartsWith(p.Prefix, StringComparison.Ordinal) && word.Length - p.Prefix.Length >= p.Fewest && word.Any(char.IsAsciiDigit));

    /// <summary>At least 20 characters of mixed kinds with more than 3.5 bits of entropy each: more than words or addresses have.</summary>
    private static bool LooksRandom(string word)
    {
        if (word.Length < 20 || !word.Any(char.IsAsciiDigit) || !word.Any(char.IsAsciiLetter) || word.Contains("//", StringComparison.Ordinal))
            return false;
        var entropy = word.GroupBy(c => c).Sum(g => -((double)g.Count() / word.Length) * Math.Log2((double)g.Count() / word.Length));
        return entropy > 3.5;
    }

    private static bool IsCalledSecret(string source, int start)
    {
        var before = source[Math.Max(0, start - 40)..start];
        return Names.Any(name => before.Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A connection string or address with the password in it: `user:pass@host`.</summary>
    private static bool HoldsPassword(string source, int start, int end)
    {
        if (end - start < 2 || start < 3 || source[start - 1] != '/' || end >= source.Length || source[end] != ':')
            return false;
        var at = source.IndexOf('@', end);
        return at > end + 1 && !source.AsSpan(end, at - end).ContainsAny(' ', '/', '\n');
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or '+' or '/' or '=';
}
