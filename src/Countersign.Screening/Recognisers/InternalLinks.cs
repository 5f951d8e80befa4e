using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Places that only colleagues can open: private addresses, internal hosts, shared folders, meetings, links that carry their own key.</summary>
internal static class InternalLinks
{
    private static readonly string[] suffixes = [".local", ".internal", ".intranet", ".corp", ".lan", ".home", ".private"];

    private static readonly SearchValues<string> hostParts = SearchValues.Create(
        ["sharepoint.", "onedrive.", "intranet.", "confluence.", "jira.", ".atlassian.", ".notion.", ".slack.", "staging.", "gitlab.", "jenkins.", "grafana.", "vpn."], StringComparison.Ordinal);

    private static readonly SearchValues<string> meetings = SearchValues.Create(
        [
            "teams.microsoft.com/l/", "teams.live.com/meet", "zoom.us/j/", "zoom.us/s/", "meet.google.com/", "webex.com/meet", "webex.com/join", "docs.google.com/", "drive.google.com/",
            "1drv.ms/", "dropbox.com/", "wetransfer.com/", "we.tl/", "trello.com/b/", "miro.com/app/board", "figma.com/file", "airtable.com/app", "app.box.com/",
        ],
        StringComparison.Ordinal);

    private static readonly SearchValues<string> keys = SearchValues.Create(
        ["amz-signature=", "?signature=", "&signature=", "?sig=", "&sig=", "access_token=", "?token=", "&token=", "?pwd=", "&pwd=", "passcode=", "apikey=", "api_key="], StringComparison.Ordinal);

    private delegate bool Acceptance(ReadOnlySpan<char> word);

    public static void Links(SegmentText text, HitList hits) => Each(text, TokenKind.Link, LeadsInside, hits);

    public static void Addresses(SegmentText text, HitList hits) => Each(text, TokenKind.Number, IsPrivate, hits);

    /// <summary>`\\server\folder`, `D:\folder`.</summary>
    public static void Folders(SegmentText text, HitList hits)
    {
        var words = text.Text;
        for (var start = 0; start + 2 < words.Length; start++)
        {
            if (!(words[start] is '\\' or ':' && words[start + 1] == '\\' && char.IsLetterOrDigit(words[start + 2])))
                continue;
            var end = start + 2;
            while (end < words.Length && !char.IsWhiteSpace(words[end]))
                end++;
            if (text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
            start = end;
        }
    }

    private static void Each(SegmentText text, TokenKind kind, Acceptance accepts, HitList hits)
    {
        for (var at = 0; at < text.Tokens.Length; at++)
        {
            if (text.Tokens[at].Kind == kind && accepts(text.Word(text.Tokens[at])))
                hits.Add(new Hit(at, at + 1));
        }
    }

    private static bool LeadsInside(ReadOnlySpan<char> link)
    {
        var rest = link.IndexOf("//", StringComparison.Ordinal) is var slashes and >= 0 ? link[(slashes + 2)..] : link;
        var host = rest.IndexOfAny('/', '?', ':') is var cut and >= 0 ? rest[..cut] : rest;
        if (host.Length == 0)
            return false;
        foreach (var suffix in suffixes)
        {
            if (host.EndsWith(suffix, StringComparison.Ordinal))
                return true;
        }

        // A host without a dot answers only inside.
        return !host.Contains('.') || IsPrivate(host) || host.ContainsAny(hostParts) || rest.ContainsAny(meetings) || rest.ContainsAny(keys);
    }

    /// <summary>Addresses that no network outside hands on (RFC 1918, loopback, link-local).</summary>
    private static bool IsPrivate(ReadOnlySpan<char> host)
    {
        if (host.IndexOf(':') is var port and >= 0)
            host = host[..port];
        if (host.Count('.') != 3 || !IPAddress.TryParse(host, out var address) || address.AddressFamily != AddressFamily.InterNetwork)
            return false;
        Span<byte> part = stackalloc byte[4];
        return address.TryWriteBytes(part, out _)
            && (part[0] is 10 or 127 || (part[0] == 192 && part[1] == 168) || (part[0] == 172 && part[1] is >= 16 and < 32) || (part[0] == 169 && part[1] == 254));
    }
}
