using System.Security.Cryptography;
using System.Text;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Channels.Shelf.Feeds;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>Where people reach this program.</summary>
public sealed record PublicAddress(Uri Root);

/// <summary>The public pages of one newsroom, or of all of them together.</summary>
/// <param name="Handle">Null where it is all of them.</param>
/// <param name="Posts">Newest first.</param>
public sealed record Newsroom(string Title, string Organisation, string? Handle, IReadOnlyList<NewsroomPost> Posts)
{
    /// <summary>The page's path; the feeds lie below it.</summary>
    public string Path => PathOf(Handle);

    internal static string PathOf(string? handle) => handle is null ? "/newsroom" : $"/newsroom/{Uri.EscapeDataString(handle)}";
}

public sealed record NewsroomPost(string Key, string Account, string Handle, string Text, int? FoldAt, IReadOnlyList<PostLink> Links, IReadOnlyList<ShelfPicture> Pictures, DateTimeOffset At)
{
    public string Path => $"/newsroom/posts/{Key}";

    public string Title => Headline.Of(Text) is { Length: > 0 } line ? line : Pictures is [var first, ..] ? Headline.Of(first.Alt) : "Post";

    /// <summary>A picture is public as a part of a public post, and only so.</summary>
    public string PathOf(ShelfPicture picture) => $"/newsroom/media/{Key}/{picture.Sha256}";
}

/// <summary>A link in a text (UTF-16 indexes).</summary>
public sealed record PostLink(int Start, int End, string Target);

public enum FeedFormat
{
    Rss,
    Atom,
    Json,
}

/// <param name="Self">Where this feed is.</param>
/// <param name="Hub">Who tells subscribers of its news; null where nobody does.</param>
public sealed record WrittenFeed(string Text, string ContentType, Uri Self, Uri? Hub);

/// <summary>Reads what stands on our own networks, for those who come to see it.</summary>
public sealed class NewsroomReader(CountersignDb db, Networks networks, PublicAddress address, IOptions<NewsroomSettings> settings)
{
    /// <summary>Posts on a page and in a feed; older ones keep their own pages.</summary>
    private const int MostShown = 50;

    private const string Network = "newsroom";

    /// <param name="handle">Null for all newsrooms together.</param>
    /// <returns>Null where there is none of that name.</returns>
    public async Task<Newsroom?> FindAsync(string? handle, CancellationToken cancellationToken)
    {
        var organisation = await db.Organisations.Select(row => row.Name).SingleAsync(cancellationToken);
        var accounts = await db.Accounts.AsNoTracking().Where(account => account.Network == Network && (handle == null || account.Handle == handle)).ToDictionaryAsync(account => account.Id, cancellationToken);
        if (handle is not null && accounts.Count == 0)
            return null;
        var ids = accounts.Keys.ToList();
        var posts = await db.ShelvedPosts.AsNoTracking().Where(post => ids.Contains(post.AccountId)).OrderByDescending(post => post.CreatedAt).ThenBy(post => post.Key).Take(MostShown).ToListAsync(cancellationToken);
        return new Newsroom(handle is null ? organisation : accounts.Values.First().Title, organisation, handle, posts.ConvertAll(post => Read(post, accounts[post.AccountId])));
    }

    /// <param name="network">"newsroom" or "sandbox".</param>
    /// <returns>Null where no post of that network stands under the key.</returns>
    public async Task<NewsroomPost?> FindPostAsync(string network, string key, CancellationToken cancellationToken)
    {
        if (await db.ShelvedPosts.AsNoTracking().SingleOrDefaultAsync(post => post.Key == key, cancellationToken) is not { } found)
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == found.AccountId, cancellationToken);
        return account.Network == network ? Read(found, account) : null;
    }

    /// <returns>Null where no newsroom has that name.</returns>
    public async Task<WrittenFeed?> WriteFeedAsync(string? handle, FeedFormat format, CancellationToken cancellationToken)
    {
        if (await FindAsync(handle, cancellationToken) is not { } newsroom)
            return null;
        var hashes = newsroom.Posts.SelectMany(post => post.Pictures).Select(picture => picture.Sha256).ToHashSet();
        var sizes = await db.Media.Where(media => hashes.Contains(media.Sha256)).Select(media => new { media.Sha256, media.Size }).ToDictionaryAsync(media => media.Sha256, media => media.Size, cancellationToken);
        var feed = new Feed(
            newsroom.Title, $"News from {newsroom.Organisation}", newsroom.Organisation, "en-GB", At(newsroom.Path), FeedAt(newsroom.Path, format),
            [.. newsroom.Posts.Select(post => new FeedPost(
                $"urn:uuid:{post.Key}", At(post.Path), post.Text, post.At,
                [.. post.Pictures.Select(picture => new FeedPicture(At(post.PathOf(picture)), picture.ContentType, sizes.GetValueOrDefault(picture.Sha256), picture.Alt))]))])
        {
            Hub = settings.Value.Hub,
        };
        return format switch
        {
            FeedFormat.Rss => new WrittenFeed(RssFeed.Write(feed), RssFeed.ContentType, feed.Self, feed.Hub),
            FeedFormat.Atom => new WrittenFeed(AtomFeed.Write(feed), AtomFeed.ContentType, feed.Self, feed.Hub),
            _ => new WrittenFeed(JsonFeed.Write(feed), JsonFeed.ContentType, feed.Self, feed.Hub),
        };
    }

    /// <summary>A digest of what each newsroom's feeds hold, and of what all together hold (the one without an account).</summary>
    public async Task<IReadOnlyList<(Guid? Newsroom, string Stands)>> DigestsAsync(CancellationToken cancellationToken)
    {
        var rooms = await db.Accounts.AsNoTracking().Where(account => account.Network == Network).OrderBy(account => account.Id).Select(account => account.Id).ToListAsync(cancellationToken);
        List<(Guid?, string)> digests = [];
        foreach (var room in rooms.Count == 0 ? [] : rooms.Select(room => (Guid?)room).Append(null))
        {
            var posts = db.ShelvedPosts.AsNoTracking().Where(post => room == null ? rooms.Contains(post.AccountId) : post.AccountId == room);
            digests.Add((room, DigestOf(await posts.OrderByDescending(post => post.CreatedAt).ThenBy(post => post.Key).Take(MostShown).Select(post => post.Key).ToListAsync(cancellationToken))));
        }

        return digests;
    }

    /// <summary>The addresses of a newsroom's feeds, or of those of all together.</summary>
    public async Task<IReadOnlyList<Uri>> FeedsOfAsync(Guid? newsroom, CancellationToken cancellationToken)
    {
        var handle = newsroom is null ? null : await db.Accounts.Where(account => account.Id == newsroom).Select(account => account.Handle).SingleAsync(cancellationToken);
        var path = Newsroom.PathOf(handle);
        return [.. Enum.GetValues<FeedFormat>().Select(format => FeedAt(path, format))];
    }

    private static string DigestOf(IEnumerable<string> keys) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', keys))));

    private Uri FeedAt(string path, FeedFormat format) => At($"{path}/feed.{format.ToString().ToLowerInvariant()}");

    private NewsroomPost Read(ShelvedPost post, Account account)
    {
        var shown = networks.Get<IRender>(account.Network).Render(new PostContent(post.Text, []));
        return new NewsroomPost(post.Key, account.Title, account.Handle, post.Text, shown.FoldAt, [.. shown.Links.Select(link => new PostLink(link.Start, link.End, link.Target))], post.Pictures, post.CreatedAt);
    }

    private Uri At(string path) => new(address.Root, path);
}
