using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Feeds;

/// <summary>JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1).</summary>
internal static class JsonItems
{
    public static (ReadFeed?, IEnumerable<RawItem>) Read(ReadOnlyMemory<byte> body, Uri address)
    {
        using var document = JsonDocument.Parse(body[(body.Span is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0)..], new JsonDocumentOptions { MaxDepth = 64 });
        var root = document.RootElement.Clone();
        if (root.TextAt("version")?.StartsWith("https://jsonfeed.org/version/", StringComparison.Ordinal) is not true)
            return (null, []);
        var hub = root.ItemsAt("hubs").Where(one => string.Equals(one.TextAt("type"), "WebSub", StringComparison.OrdinalIgnoreCase)).Select(one => RawItem.On(address, one.TextAt("url"))).FirstOrDefault(found => found is not null);
        return (
            new ReadFeed(root.TextAt("title")?.Trim() is { Length: > 0 } title ? title : address.Host, RawItem.On(address, root.TextAt("home_page_url")), hub, null, []),
            root.ItemsAt("items").Where(item => item.ValueKind == JsonValueKind.Object).Select(item => Item(item, address)));
    }

    private static RawItem Item(JsonElement item, Uri address)
    {
        var html = item.TextAt("content_html");
        return new RawItem(
            item.TextAt("id") ?? item.NumberAt("id")?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            item.TextAt("title"), false,
            html ?? item.TextAt("content_text") ?? item.TextAt("summary"), html is not null,
            item.ItemsAt("authors").Select(author => author.TextAt("name")).FirstOrDefault() ?? item.TextAt("author", "name"),
            RawItem.On(address, item.TextAt("url")),
            FeedTimes.Read(item.TextAt("date_published")),
            FeedTimes.Read(item.TextAt("date_modified")));
    }
}
