namespace Countersign.Channels.Shelf.Feeds;

/// <summary>A shelf as a feed reader sees it, whatever the format.</summary>
/// <param name="Title">Whose news it is.</param>
/// <param name="Language">Of the feed as a whole, such as en-GB.</param>
/// <param name="Home">The page a person would open.</param>
/// <param name="Self">Where this very feed is fetched; each format has its own.</param>
/// <param name="Posts">Newest first.</param>
public sealed record Feed(string Title, string Description, string Publisher, string Language, Uri Home, Uri Self, IReadOnlyList<FeedPost> Posts)
{
    /// <summary>Who tells subscribers that there is news (WebSub, w3.org/TR/websub); null where nobody does.</summary>
    public Uri? Hub { get; init; }

    /// <summary>When the newest post was made. An empty feed never changed, and the formats that must have a time get the epoch.</summary>
    internal DateTimeOffset Updated => Posts.Count > 0 ? Posts.Max(p => p.At) : DateTimeOffset.UnixEpoch;
}

/// <param name="Id">Permanent and unlike any other, whatever the address becomes: the post's <see cref="RemoteRef.Id"/>.</param>
/// <param name="Page">The post's own page.</param>
public sealed record FeedPost(string Id, Uri Page, string Text, DateTimeOffset At, IReadOnlyList<FeedPicture> Pictures)
{
    /// <summary>A post of pictures alone is named after the first of them.</summary>
    public string Title => Headline.Of(Text) is { Length: > 0 } line ? line : Headline.Of(Pictures.Select(p => p.Alt).FirstOrDefault() ?? "");
}

/// <param name="Bytes">Length of the file.</param>
public sealed record FeedPicture(Uri Address, string ContentType, long Bytes, string Alt);
