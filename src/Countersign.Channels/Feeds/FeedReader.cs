using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Countersign.Channels.Text;

namespace Countersign.Channels.Feeds;

/// <summary>Reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed, as strangers write them. A document type, an entity of its own, or a shape made to exhaust a reader is refused.</summary>
public static class FeedReader
{
    /// <summary>Bytes of a feed.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    /// <summary>Items that are kept of one reading; feeds have ten to fifty.</summary>
    public const int MaxItems = 500;

    private const int MaxDepth = 100;

    private const int MaxTitle = 300;

    private const int MaxText = 20_000;

    /// <summary>How far a feed's clock may be ahead of ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromHours(1);

    /// <param name="charset">As the server says; null where it does not.</param>
    /// <param name="address">Where it was found: what its own addresses are relative to.</param>
    public static FeedReading Read(ReadOnlyMemory<byte> body, string? charset, Uri address, DateTimeOffset now)
    {
        if (body.Length > MaxBytes)
            return new FeedReading.Refused("too-large", $"The feed has more than {MaxBytes:N0} bytes.");
        var begin = body.Span.TrimStart("\ufeff \t\r\n"u8);
        try
        {
            var (feed, items) = begin is [(byte)'{', ..] ? JsonItems.Read(body, address) : Xml(Load(body, charset), address);
            return feed is null
                ? new FeedReading.Refused("no-feed", "At this address is no RSS, Atom or JSON feed.")
                : new FeedReading.Read(feed with { Items = Keyed(items.Take(MaxItems), now) });
        }
        catch (DocumentTypeException)
        {
            return new FeedReading.Refused("has-dtd", "The feed brings a document type of its own. Those can make a reader fetch files or run out of memory, so none is read.");
        }
        catch (Exception e) when (e is XmlException or JsonException or DecoderFallbackException or ArgumentException)
        {
            return new FeedReading.Refused("not-readable", "The feed is broken: it is neither well-formed XML nor JSON.");
        }
    }

    private static (ReadFeed?, IEnumerable<RawItem>) Xml(XDocument document, Uri address) => document.Root switch
    {
        { Name.LocalName: "feed" } root => AtomItems.Read(root, address),
        { Name.LocalName: "rss" or "RDF" } root => RssItems.Read(root, address),
        _ => (null, []),
    };

    private static XDocument Load(ReadOnlyMemory<byte> body, string? charset)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes, MaxCharactersFromEntities = 0, IgnoreComments = true, IgnoreProcessingInstructions = true };
        if (HasDocumentType(body, charset))
            throw new DocumentTypeException();
        using var reader = Open(body, charset, settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
                throw new XmlException("Too deep.");
        }

        using var again = Open(body, charset, settings);
        return XDocument.Load(again);
    }

    /// <summary>Looked for without reading it: before the first element, as the standard has it.</summary>
    private static bool HasDocumentType(ReadOnlyMemory<byte> body, string? charset)
    {
        using var reader = Open(body, charset, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        try
        {
            reader.MoveToContent();
            return false;
        }
        catch (XmlException)
        {
            var head = (Known(charset ?? "utf-8") ?? Encoding.UTF8).GetString(body.Span[..Math.Min(body.Length, 64 * 1024)]).Replace("\0", "", StringComparison.Ordinal);
            return head.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>What the server says of the encoding goes before what the document says of itself (RFC 7303), where it is a name we know.</summary>
    private static XmlReader Open(ReadOnlyMemory<byte> body, string? charset, XmlReaderSettings settings) =>
        charset is not null && !string.Equals(charset, "utf-8", StringComparison.OrdinalIgnoreCase) && Known(charset) is { } encoding
            ? XmlReader.Create(new StreamReader(new MemoryStream(body.ToArray()), encoding, detectEncodingFromByteOrderMarks: true), settings)
            : XmlReader.Create(new MemoryStream(body.ToArray()), settings);

    private static Encoding? Known(string charset)
    {
        try
        {
            return Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Gives each item what it is known by: its own identifier, else its link, else its words. Two of one identifier are versions of one item, unless they lead to different pages.</summary>
    private static List<FeedItem> Keyed(IEnumerable<RawItem> raw, DateTimeOffset now)
    {
        var all = raw.ToList();
        var shared = all.Where(item => item.Id is not null).GroupBy(item => item.Id, StringComparer.Ordinal)
            .Where(group => group.Select(item => item.Link?.AbsoluteUri).Distinct(StringComparer.Ordinal).Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        List<FeedItem> items = [];
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in all.OrderByDescending(item => item.ChangedAt ?? item.At ?? DateTimeOffset.MinValue).ToList())
        {
            var text = Cut(Plain(item.Html, item.IsHtml), MaxText);
            var title = Cut(Line(Plain(item.Title, item.TitleIsHtml)), MaxTitle) is { Length: > 0 } said ? said : Cut(Line(text), 100) is { Length: > 0 } words ? words : item.Link?.AbsoluteUri ?? "Without a title";
            var key = item.Id is { } id ? (shared.Contains(id) ? $"{id} {item.Link?.AbsoluteUri}" : id) : item.Link?.AbsoluteUri ?? "words:" + Hash(title, text);
            key = key.Length > 1_000 ? "long:" + Hash(key) : key;
            if (known.Add(key))
                items.Add(new FeedItem(key, title, text, item.Author is { } author && Cut(Line(author), 100) is { Length: > 0 } name ? name : null, item.Link, item.At <= now + skew ? item.At : null, Hash(title, text, item.Link?.AbsoluteUri)));
        }

        return items;
    }

    private static string Plain(string? words, bool isHtml) => words is null ? "" : (isHtml ? HtmlWords.Of(words) : words).ReplaceLineEndings("\n").Trim() is var text && text.Contains("\n\n\n", StringComparison.Ordinal)
        ? string.Join("\n\n", text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : text;

    private static string Line(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What control characters and marks of direction would do to a page is nothing that a feed may decide.</summary>
    private static string Cut(string text, int most)
    {
        var kept = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > most - 1)
                return kept.ToString().TrimEnd() + "…";
            if (rune.Value is '\n' or '\t' || (!Rune.IsControl(rune) && rune.Value is not ((>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))))
                kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    private static string Hash(params IEnumerable<string?> words) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', words))))[..32];

    private sealed class DocumentTypeException : Exception;
}

/// <summary>An item as its feed gives it, before anything is made of it.</summary>
internal sealed record RawItem(string? Id, string? Title, bool TitleIsHtml, string? Html, bool IsHtml, string? Author, Uri? Link, DateTimeOffset? At, DateTimeOffset? ChangedAt)
{
    /// <summary>An address on the web, or nothing: a feed's "javascript:" is no link.</summary>
    public static Uri? On(Uri address, string? written) =>
        written is { Length: > 0 and <= 2_000 } && Uri.TryCreate(address, written.Trim(), out var found) && (found.Scheme == Uri.UriSchemeHttps || found.Scheme == Uri.UriSchemeHttp) && found.UserInfo.Length == 0 ? found : null;
}
