namespace Countersign.Channels.Shelf;

/// <summary>The organisation's own news page, public, with feeds. Works without an account anywhere.</summary>
/// <param name="pages">The public folder of its posts, ending with a slash, such as https://news.example.org/newsroom/.</param>
public sealed class NewsroomChannel(IShelf shelf, Uri pages) : ShelfChannel(newsroom, MaxCharacters, FoldAt, shelf, pages)
{
    /// <summary>Our own bound, about ten printed pages.</summary>
    private const int MaxCharacters = 20_000;

    /// <summary>What the front page shows of a post; the post's own page shows all of it.</summary>
    private const int FoldAt = 280;

    private static readonly ChannelDescription newsroom = new(
        "newsroom", "Newsroom", IdempotencyMode.ClientKey, MaxMedia: 8, MaxMediaBytes: 5_000_000, "Countersign's own pages");
}
