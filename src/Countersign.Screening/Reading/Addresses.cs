namespace Countersign.Screening.Reading;

/// <summary>Handles, links and e-mail addresses.</summary>
internal static class Addresses
{
    private static readonly HashSet<string> Endings = new(StringComparer.Ordinal)
    {
        "com", "org", "net", "uk", "co", "io", "eu", "de", "fr", "ie", "us", "gov", "edu", "info", "biz", "app", "dev", "ai", "ly", "gl",
        "me", "tv", "gg", "link", "shop", "online", "site", "xyz", "scot", "wales", "london", "example", "test", "invalid", "social", "news",
    };

    public static (TokenKind Kind, int End)? Find(string text, int start)
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

    private static int? Handle(string text, int start)
    {
        if (start + 1 >= text.Length || !(char.IsAsciiLetterOrDigit(text[start + 1]) || text[start + 1] == '_'))
            return null;
        var end = start + 1;
        while (end < text.Length && (IsPart(text[end]) || (text[end] is '.' or '-' or '@' && end + 1 < text.Length && IsPart(text[end + 1]))))
            end++;
        return end;
    }

    private static int? Email(string text, int start)
    {
        var at = start;
        while (at < text.Length && (IsPart(text[at]) || text[at] is '.' or '+' or '-'))
            at++;
        if (at == start || at >= text.Length || text[at] != '@')
            return null;
        var end = at + 1;
        while (end < text.Length && (IsPart(text[end]) || (text[end] is '.' or '-' && end + 1 < text.Length && IsPart(text[end + 1]))))
            end++;
        return text.AsSpan(at, end - at).Contains('.') ? end : null;
    }

    private static int? Link(string text, int start)
    {
        var rest = text.AsSpan(start);
        var schemed = rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var at = schemed ? text.IndexOf("//", start, StringComparison.Ordinal) + 2 : start;
        var host = at;
        while (at < text.Length && (IsPart(text[at]) || (text[at] is '.' or '-' && at + 1 < text.Length && (IsPart(text[at + 1]) || text[at + 1] == '-'))))
            at++;
        if (!schemed && !IsHost(text.AsSpan(host, at - host)))
            return null;
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
        return dot > 0 && Endings.Contains(host[(dot + 1)..].ToString().ToLowerInvariant()) && !char.IsAsciiDigit(host[dot + 1]);
    }

    private static bool IsPart(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
