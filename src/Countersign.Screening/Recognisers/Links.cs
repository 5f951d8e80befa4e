using System.Collections.Frozen;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Links whose host hides where they lead.</summary>
internal static class Links
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Shorteners = new[]
    {
        "bit.ly", "tinyurl.com", "t.ly", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "goo.gl", "shorturl.at", "rb.gy", "tiny.cc", "lnkd.in", "t.co", "shrtco.de", "v.gd",
    }.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".mp4", ".mov", ".pdf"];

    private delegate bool Acceptance(ReadOnlySpan<char> host);

    public static void Shortened(SegmentText text, HitList hits) => Each(text, static host => Shorteners.Contains(host), hits);

    public static void LookAlike(SegmentText text, HitList hits) =>
        Each(text, static host => host.StartsWith("xn--", StringComparison.Ordinal) || host.Contains(".xn--", StringComparison.Ordinal), hits);

    /// <summary>The whole segment is the name of a file, as cameras and editors give it.</summary>
    public static void FileNames(SegmentText text, HitList hits)
    {
        var whole = text.Lower.Trim();
        if (text.Tokens.Length == 0 || whole.Contains(' '))
            return;
        foreach (var ending in Pictures)
        {
            if (!whole.EndsWith(ending, StringComparison.Ordinal))
                continue;
            hits.Add(new Hit(0, text.Tokens.Length));
            return;
        }
    }

    private static void Each(SegmentText text, Acceptance accepts, HitList hits)
    {
        for (var at = 0; at < text.Tokens.Length; at++)
        {
            if (text.Tokens[at].Kind == TokenKind.Link && accepts(Host(text.Word(text.Tokens[at]))))
                hits.Add(new Hit(at, at + 1));
        }
    }

    private static ReadOnlySpan<char> Host(ReadOnlySpan<char> link)
    {
        if (link.IndexOf("//", StringComparison.Ordinal) is var slashes and >= 0)
            link = link[(slashes + 2)..];
        if (link.IndexOfAny('/', '?', ':') is var cut and >= 0)
            link = link[..cut];
        return link.StartsWith("www.", StringComparison.Ordinal) ? link[4..] : link;
    }
}
