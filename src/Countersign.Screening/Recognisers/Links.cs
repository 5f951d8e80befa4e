using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Links whose host hides where they lead.</summary>
internal static class Links
{
    private static readonly HashSet<string> Shorteners = new(StringComparer.Ordinal)
    {
        "bit.ly", "tinyurl.com", "t.ly", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "goo.gl", "shorturl.at", "rb.gy", "tiny.cc", "lnkd.in", "t.co", "shrtco.de", "v.gd",
    };

    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".mp4", ".mov", ".pdf"];

    public static IReadOnlyList<Hit> Shortened(SegmentText text) => Each(text, host => Shorteners.Contains(host));

    public static IReadOnlyList<Hit> LookAlike(SegmentText text) =>
        Each(text, host => host.Split('.').Any(label => label.StartsWith("xn--", StringComparison.Ordinal)));

    /// <summary>The whole segment is the name of a file, as cameras and editors give it.</summary>
    public static IReadOnlyList<Hit> FileNames(SegmentText text)
    {
        var whole = text.Folded.Text.Trim();
        return text.Tokens.Count > 0 && !whole.Contains(' ', StringComparison.Ordinal) && Pictures.Any(p => whole.EndsWith(p, StringComparison.OrdinalIgnoreCase))
            ? [new Hit(0, text.Tokens.Count)]
            : [];
    }

    private static List<Hit> Each(SegmentText text, Func<string, bool> accepts)
    {
        var hits = new List<Hit>();
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            if (text.Tokens[at].Kind == TokenKind.Link && accepts(Host(text.Tokens[at].Text)))
                hits.Add(new Hit(at, at + 1));
        }

        return hits;
    }

    private static string Host(string link)
    {
        var start = link.IndexOf("//", StringComparison.Ordinal) is var slashes and >= 0 ? slashes + 2 : 0;
        var end = link.AsSpan(start).IndexOfAny('/', '?', ':') is var cut and >= 0 ? start + cut : link.Length;
        return link[start..end].Replace("www.", "", StringComparison.Ordinal);
    }
}
