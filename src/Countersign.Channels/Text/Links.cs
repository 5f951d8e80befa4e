using System.Text.RegularExpressions;

namespace Countersign.Channels.Text;

/// <summary>Finds what a reader would take for a web address: http(s) addresses, and bare domains under an ending that is no English word.</summary>
public static partial class Links
{
    // "finished.it" and "tell.me" are sentences without a space more often than addresses, so endings that are
    // English words (it, me, is, so, in, at, to, be, us, no, my, am, pm) need their scheme written out.
    private const string Endings =
        "com|org|net|edu|gov|mil|int|info|biz|eu|uk|ie|de|fr|nl|es|pt|pl|se|dk|fi|ch|cz|gr|ca|au|nz|za|jp|kr|cn|br|mx|io|app|dev|news|social|example|test";

    public static IReadOnlyList<RenderedLink> In(string text)
    {
        List<RenderedLink> found = [];
        foreach (Match match in Address().Matches(text))
        {
            var written = TrimEnd(match.Value);
            var target = written.Contains("://", StringComparison.Ordinal) ? written : "https://" + written;
            if (Uri.TryCreate(target, UriKind.Absolute, out var address) && address.Host.Length > 0)
                found.Add(new RenderedLink(match.Index, match.Index + written.Length, target));
        }

        return found;
    }

    /// <summary>A full stop after an address ends the sentence, and a bracket closes what was opened before it.</summary>
    private static string TrimEnd(string written)
    {
        while (written.Length > 0)
        {
            var last = written[^1];
            if (".,;:!?'\"”’»…".Contains(last) || (last == ')' && written.Count(c => c == ')') > written.Count(c => c == '('))
                || (last == ']' && !written.Contains('[')))
                written = written[..^1];
            else
                break;
        }

        return written;
    }

    [GeneratedRegex(
        @"(?<![\p{L}\p{N}@/._-])(?:https?://[^\s<>]+|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:" + Endings + @")(?![\p{L}\p{N}@-])(?!\.[\p{L}\p{N}])(?::[0-9]{1,5})?(?:[/?#][^\s<>]*)?)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
