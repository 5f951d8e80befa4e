namespace Countersign.Channels.Feeds;

/// <summary>What a feed is and holds, whatever its format.</summary>
/// <param name="Home">The page a person would open; null where it names none on the web.</param>
/// <param name="Hub">Who may be asked to tell when there is news (WebSub).</param>
/// <param name="AskAfter">How long it wants to be left alone.</param>
/// <param name="Items">As the feed orders them, each identifier once.</param>
public sealed record ReadFeed(string Title, Uri? Home, Uri? Hub, TimeSpan? AskAfter, IReadOnlyList<FeedItem> Items);

/// <param name="Key">What tells it from every other item of the feed, and stays when it is edited.</param>
/// <param name="Title">Never empty.</param>
/// <param name="Text">Plain text; never to be shown as anything else.</param>
/// <param name="Link">Where it can be read; null where it names no page on the web.</param>
/// <param name="At">When the feed says it appeared; null where it does not say, or names a time that has not come.</param>
/// <param name="Hash">Of what a reader sees: another one means that it was edited.</param>
public sealed record FeedItem(string Key, string Title, string Text, string? Author, Uri? Link, DateTimeOffset? At, string Hash);

public abstract record FeedReading
{
    private FeedReading()
    {
    }

    public sealed record Read(ReadFeed Feed) : FeedReading;

    /// <param name="Sentence">For whoever wants to follow it; holds nothing that was read.</param>
    public sealed record Refused(string Code, string Sentence) : FeedReading;
}
