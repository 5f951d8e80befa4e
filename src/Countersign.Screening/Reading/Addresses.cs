using System.Collections.Frozen;

namespace Countersign.Screening.Reading;

/// <summary>Handles, links and e-mail addresses of one text, asked for from its beginning to its end.</summary>
internal struct Addresses
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Endings = new[]
    {
        "com", "org", "net", "uk", "co", "io", "eu", "de", "fr", "ie", "us", "gov", "edu", "info", "biz", "app", "dev", "ai", "ly", "gl",
        "me", "tv", "gg", "link", "shop", "online", "site", "xyz", "scot", "wales", "london", "example", "test", "invalid", "social", "news",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>No e-mail address begins before this character: what could be part of one was walked already.</summary>
    private int noEmailBefore;

    /// <summary>No link without a scheme begins before this character.</summary>
    private int noHostBefore;

    public (TokenKind Kind, int End)? Find(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && IsPart(text[start - 1]))
            return null;
        if (text[start] == '@')
            return Handle(text, start) is { } end ? (TokenKind.Handle, end) : null;
        if (!char.IsAsciiLetterOrDigit(text[start]))
            return null;
        return Email(text, start) is { } email ? (TokenKind.Email, email)
            : Link(text, start) is { } link ? (TokenKind.Link, link)
            : null;
    }

    private static int? Handle(ReadOnlySpan<char> text, int start)
    {
        if (start + 1 >= text.Length || !(char.IsAsciiLetterOrDigit(text[start + 1]) || text[start + 1] == '_'))
            return null;
        var end = start + 1;
        while (end < text.Length && (IsPart(text[end]) || (text[end] is '.' or '-' or '@' && end + 1 < text.Length && IsPart(text[end + 1]))))
            end++;
        return end;
    }

    private int? Email(ReadOnlySpan<char> text, int start)
    {
        if (start < noEmailBefore)
            return null;
        var at = start;
        while (at < text.Length && (IsPart(text[at]) || text[at] is '.' or '+' or '-'))
            at++;
        noEmailBefore = at;
        if (at == start || at >= text.Length || text[at] != '@')
            return null;
        var end = at + 1;
        while (end < text.Length && (IsPart(text[end]) || (text[end] is '.' or '-' && end + 1 < text.Length && IsPart(text[end + 1]))))
            end++;
        return text[at..end].Contains('.') ? end : null;
    }

    private int? Link(ReadOnlySpan<char> text, int start)
    {
        var rest = text[start..];
        var schemed = rest[0] is 'h' or 'H' && (rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
        if (!schemed && start < noHostBefore)
            return null;
        var at = schemed ? start + rest.IndexOf('/') + 2 : start;
        var host = at;
        while (at < text.Length && (IsPart(text[at]) || (text[at] is '.' or '-' && at + 1 < text.Length && (IsPart(text[at + 1]) || text[at + 1] == '-'))))
            at++;
        if (!schemed && !IsHost(text[host..at]))
        {
            noHostBefore = at;
            return null;
        }

        if (at < text.Length && text[at] is '/' or '?' or ':')
        {
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('"' or '<' or '>' or ')'))
                at++;
            while (at > host && text[at - 1] is '.' or ',' or ';' or ':' or '!' or '?')
                at--;
        }

        return at > host ? at : null;
    }

    private static bool IsHost(ReadOnlySpan<char> host)
    {
        var dot = host.LastIndexOf('.');
        return dot > 0 && Endings.Contains(host[(dot + 1)..]);
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
