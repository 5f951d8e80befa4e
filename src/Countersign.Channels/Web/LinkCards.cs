using System.Globalization;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Countersign.Channels.Web;

/// <summary>What a page says of itself for those who link to it.</summary>
/// <param name="Address">Where the page was found in the end.</param>
/// <param name="Title">Never empty: the host where the page has no name.</param>
/// <param name="Canonical">The address the page calls its own, where it names one on the web.</param>
/// <param name="Picture">Null where it names none, or none that could be had.</param>
public sealed record LinkCard(Uri Address, string Title, string Description, string? Site, Uri? Canonical, CardPicture? Picture);

/// <param name="Alt">What the page says the picture shows; may be empty.</param>
public sealed record CardPicture(ReadOnlyMemory<byte> Bytes, string ContentType, string Alt);

public abstract record LinkCardOutcome
{
    private LinkCardOutcome()
    {
    }

    public sealed record Read(LinkCard Card) : LinkCardOutcome;

    public sealed record NoCard(string Code, string Sentence) : LinkCardOutcome;
}

/// <summary>Reads the card of a page: Open Graph where it has it, else its title and description. Nothing of the page runs.</summary>
public sealed class LinkCards(SafeFetcher fetcher)
{
    /// <summary>Bytes of a page; heads come first and pages beyond this are no articles.</summary>
    private const int MaxPage = 3 * 1024 * 1024;

    /// <summary>Bytes of its picture.</summary>
    public const int MaxPicture = 5 * 1024 * 1024;

    private const int MaxTitle = 300;

    private const int MaxDescription = 1_000;

    public async Task<LinkCardOutcome> ReadAsync(Uri address, CancellationToken stop)
    {
        switch (await fetcher.GetAsync(new FetchRequest(address, MaxPage, "text/html, application/xhtml+xml;q=0.9"), stop))
        {
            case FetchOutcome.Refused refused:
                return new LinkCardOutcome.NoCard(refused.Code, refused.Sentence);
            case FetchOutcome.Failed failed:
                return new LinkCardOutcome.NoCard(failed.Code, failed.Sentence);
            case FetchOutcome.Fetched { ContentType: "text/html" or "application/xhtml+xml" } page:
                return new LinkCardOutcome.Read(await OfAsync(page, stop));
            default:
                return new LinkCardOutcome.NoCard("no-page", "There is no page at that address.");
        }
    }

    private async Task<LinkCard> OfAsync(FetchOutcome.Fetched page, CancellationToken stop)
    {
        using var document = Parse(page);
        string? Meta(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (document.QuerySelectorAll("meta").FirstOrDefault(meta => (meta.GetAttribute("property") ?? meta.GetAttribute("name")) == name)?.GetAttribute("content") is { } content && Plain(content) is { Length: > 0 } said)
                    return said;
            }

            return null;
        }

        var place = page.Address;
        var title = Meta("og:title", "twitter:title") ?? Plain(document.QuerySelector("head > title")?.TextContent ?? "");
        var canonical = On(place, document.QuerySelector("link[rel~=canonical]")?.GetAttribute("href"));
        return new LinkCard(
            place,
            Cut(title.Length > 0 ? title : place.IdnHost, MaxTitle),
            Cut(Meta("og:description", "twitter:description", "description") ?? "", MaxDescription),
            Meta("og:site_name") is { } site ? Cut(site, MaxTitle) : null,
            canonical,
            await PictureAsync(On(place, Meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image")), Cut(Meta("og:image:alt", "twitter:image:alt") ?? "", MaxDescription), stop));
    }

    private async Task<CardPicture?> PictureAsync(Uri? address, string alt, CancellationToken stop)
    {
        if (address is null || await fetcher.GetAsync(new FetchRequest(address, MaxPicture, "image/jpeg, image/png, image/webp, image/gif"), stop) is not FetchOutcome.Fetched picture)
            return null;
        // What it is, its bytes say.
        return Pictures.TypeOf(picture.Body.Span) is { } type ? new CardPicture(picture.Body, type, alt) : null;
    }

    private static IDocument Parse(FetchOutcome.Fetched page)
    {
        var parser = new HtmlParser();
        if (EncodingOf(page.Charset) is { } encoding)
            return parser.ParseDocument(encoding.GetString(page.Body.Span));
        using var bytes = new MemoryStream(page.Body.ToArray());
        return parser.ParseDocument(bytes);
    }

    private static Encoding? EncodingOf(string? charset)
    {
        try
        {
            return charset is null ? null : Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Uri? On(Uri page, string? address) =>
        address is not null && Uri.TryCreate(page, address.Trim(), out var found) && found.Scheme == Uri.UriSchemeHttps ? found : null;

    /// <summary>One line, without characters that steer how text is shown.</summary>
    private static string Plain(string said)
    {
        var line = new StringBuilder(said.Length);
        foreach (var rune in said.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
                line.Append(line.Length > 0 && line[^1] != ' ' ? " " : "");
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate) || rune.Value == 0x200D)
                line.Append(rune.ToString());
        }

        return line.ToString().Trim();
    }

    private static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var at = char.IsLowSurrogate(text[most - 1]) ? most - 2 : most - 1;
        return text[..at].TrimEnd() + "…";
    }
}
