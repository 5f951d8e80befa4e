using System.Text.Json;
using System.Text.Json.Serialization;

namespace Countersign.Channels.Shelf.Feeds;

/// <summary>JSON Feed 1.1 (jsonfeed.org/version/1.1).</summary>
public static class JsonFeed
{
    public const string ContentType = "application/feed+json; charset=utf-8";

    private static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write(Feed feed) => JsonSerializer.Serialize(
        new
        {
            Version = "https://jsonfeed.org/version/1.1",
            feed.Title,
            HomePageUrl = feed.Home.AbsoluteUri,
            FeedUrl = feed.Self.AbsoluteUri,
            feed.Description,
            feed.Language,
            Authors = new[] { new { Name = feed.Publisher } },
            Hubs = feed.Hub is null ? null : new[] { new { Type = "WebSub", Url = feed.Hub.AbsoluteUri } },
            Items = feed.Posts.Select(Item),
        },
        options);

    private static object Item(FeedPost post) => new
    {
        post.Id,
        Url = post.Page.AbsoluteUri,
        post.Title,
        ContentHtml = FeedHtml.Of(post),
        ContentText = post.Text,
        Image = post.Pictures.Select(p => p.Address.AbsoluteUri).FirstOrDefault(),
        DatePublished = AtomFeed.Time(post.At),
        Attachments = post.Pictures.Count == 0 ? null : post.Pictures.Select(p => new
        {
            Url = p.Address.AbsoluteUri,
            MimeType = p.ContentType,
            Title = p.Alt,
            SizeInBytes = p.Bytes,
        }),
    };
}
