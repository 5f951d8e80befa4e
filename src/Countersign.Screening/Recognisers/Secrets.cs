using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Keys and tokens by the prefixes their issuers publish, private-key blocks, and long random-looking strings that are called a secret.</summary>
internal static class Secrets
{
    /// <summary>No password in an address is longer than this, in characters.</summary>
    private const int LongestPassword = 256;

    /// <summary>Prefix and the fewest characters behind it.</summary>
    private static readonly (string Prefix, int Fewest)[] Prefixes =
    [
        ("AKIA", 16), ("ASIA", 16), ("ghp_", 30), ("gho_", 30), ("ghs_", 30), ("github_pat_", 30), ("glpat-", 20), ("xoxb-", 20), ("xoxp-", 20), ("xoxa-", 20),
        ("sk_live_", 16), ("rk_live_", 16), ("sk-", 32), ("xprv", 40), ("AIza", 30), ("SG.", 40), ("npm_", 30), ("pypi-", 40), ("eyJ", 40), ("dop_v1_", 40), ("shpat_", 30),
    ];

    /// <summary>Address and the fewest characters behind it.</summary>
    private static readonly (string Address, int Fewest)[] Webhooks = [("hooks.slack.com/services/", 20), ("discord.com/api/webhooks/", 20), ("webhook.office.com/webhookb2/", 20)];

    private static readonly string[] Names = ["key", "token", "secret", "password", "passwd", "pwd", "bearer", "credential"];

    public static void Find(SegmentText text, HitList hits)
    {
        var source = text.Text;
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
            var word = source[start..end].TrimEnd(".=");
            if ((IsIssued(word) || IsWebhook(word) || (LooksRandom(word) && IsCalledSecret(text.Lower, start)) || HoldsPassword(source, start, end)) && text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
            start = end;
        }
    }

    /// <summary>An address at which anyone who knows it may post: the path is the password.</summary>
    private static bool IsWebhook(ReadOnlySpan<char> word)
    {
        foreach (var (address, fewest) in Webhooks)
        {
            if (word.IndexOf(address, StringComparison.OrdinalIgnoreCase) is >= 0 and var at && word.Length - at - address.Length >= fewest)
                return true;
        }

        return false;
    }

    private static bool IsIssued(ReadOnlySpan<char> word)
    {
        foreach (var (prefix, fewest) in Prefixes)
        {
            if (word.Length - prefix.Length >= fewest && word.StartsWith(prefix, StringComparison.Ordinal))
                return word.ContainsAnyInRange('0', '9');
        }

        return false;
    }

    /// <summary>At least 20 characters of mixed kinds with more than 3.5 bits of entropy each: more than words or addresses have.</summary>
    private static bool LooksRandom(ReadOnlySpan<char> word)
    {
        if (word.Length < 20 || !word.ContainsAnyInRange('0', '9') || !(word.ContainsAnyInRange('a', 'z') || word.ContainsAnyInRange('A', 'Z'))
            || word.Contains("//", StringComparison.Ordinal))
            return false;
        Span<int> counts = stackalloc int[0x80];
        counts.Clear();
        foreach (var character in word)
            counts[character]++;
        var entropy = 0.0;
        foreach (var count in counts)
            entropy -= count == 0 ? 0 : (double)count / word.Length * Math.Log2((double)count / word.Length);
        return entropy > 3.5;
    }

    private static bool IsCalledSecret(ReadOnlySpan<char> lower, int start)
    {
        var before = lower[Math.Max(0, start - 40)..start];
        foreach (var name in Names)
        {
            if (before.Contains(name, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>A connection string or address with the password in it: `user:pass@host`.</summary>
    private static bool HoldsPassword(ReadOnlySpan<char> source, int start, int end)
    {
        if (end - start < 4 || start < 1 || source[start - 1] != ':' || source[start] != '/' || source[start + 1] != '/' || end >= source.Length || source[end] != ':')
            return false;
        var behind = source[end..Math.Min(source.Length, end + LongestPassword)];
        var at = behind.IndexOf('@');
        return at > 1 && !behind[..at].ContainsAny(' ', '/', '\n');
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or '+' or '/' or '=';
}
