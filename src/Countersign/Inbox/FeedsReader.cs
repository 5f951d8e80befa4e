using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <param name="Source">The feed's title, or the newsroom's.</param>
/// <param name="Own">True for a post of our own newsroom.</param>
public sealed record NewsItem(string Id, string Title, string Text, string Source, string? Author, string? Link, DateTimeOffset At, DateTimeOffset? ChangedAt, bool Own);

/// <param name="Theme">Null for all of them.</param>
/// <param name="Items">Newest first.</param>
/// <param name="Page">From 1.</param>
/// <param name="HasMore">Whether there are older items than these.</param>
public sealed record News(IReadOnlyList<FollowedFeed> Feeds, IReadOnlyList<string> Themes, string? Theme, IReadOnlyList<NewsItem> Items, int Page, bool HasMore);

/// <summary>What the followed feeds brought, and what stands in our own newsroom.</summary>
public sealed class FeedsReader(CountersignDb db, NewsroomReader newsroom, PublicAddress address)
{
    /// <summary>Items of feeds on a page; the first page has some of our own besides.</summary>
    private const int PageSize = 60;

    private const int MostOwn = 10;

    /// <param name="theme">One that no feed has counts as none.</param>
    /// <param name="page">From 1.</param>
    public async Task<News> ReadAsync(string? theme, int page, CancellationToken cancellationToken)
    {
        var at = Math.Clamp(page, 1, 10_000);
        var feeds = await db.FollowedFeeds.AsNoTracking().Where(feed => feed.State != FeedState.Left).OrderBy(feed => feed.Title).ToListAsync(cancellationToken);
        var themes = feeds.Select(feed => feed.Theme).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var chosen = themes.Find(name => name == theme);
        var shown = feeds.Where(feed => chosen is null || feed.Theme == chosen).ToDictionary(feed => feed.Id);
        var ids = shown.Keys.ToList();
        var entries = await db.FeedEntries.AsNoTracking().Where(entry => ids.Contains(entry.FeedId)).OrderByDescending(entry => entry.At).ThenBy(entry => entry.Id).Skip((at - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken);
        var own = at == 1 ? (await newsroom.FindAsync(null, cancellationToken))?.Posts.Take(MostOwn) ?? [] : [];
        return new News(
            feeds, themes, chosen, [.. entries.Take(PageSize).Select(entry => Read(entry, shown[entry.FeedId])).Concat(own.Select(Read)).OrderByDescending(item => item.At)], at, entries.Count > PageSize);
    }

    /// <summary>Those of the items that are still there, in the order they were asked for.</summary>
    internal async Task<IReadOnlyList<NewsItem>> FindAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var entryIds = ids.Select(id => Guid.TryParse(id, out var guid) ? guid : Guid.Empty).ToList();
        var entries = await db.FeedEntries.AsNoTracking().Where(entry => entryIds.Contains(entry.Id)).ToListAsync(cancellationToken);
        var feedIds = entries.Select(entry => entry.FeedId).Distinct().ToList();
        var feeds = await db.FollowedFeeds.AsNoTracking().Where(feed => feedIds.Contains(feed.Id)).ToDictionaryAsync(feed => feed.Id, cancellationToken);
        var found = entries.Select(entry => Read(entry, feeds[entry.FeedId])).ToList();
        foreach (var key in ids.Where(id => id.StartsWith(OwnPrefix, StringComparison.Ordinal)))
        {
            if (await newsroom.FindPostAsync("newsroom", key[OwnPrefix.Length..], cancellationToken) is { } post)
                found.Add(Read(post));
        }

        return [.. ids.Select(id => found.Find(item => item.Id == id)).OfType<NewsItem>()];
    }

    private const string OwnPrefix = "own-";

    private static NewsItem Read(FeedEntry entry, FollowedFeed feed) =>
        new(entry.Id.ToString(), entry.Title, entry.Text, feed.Title, entry.Author, entry.Link, entry.At, entry.ChangedAt, Own: false);

    private NewsItem Read(NewsroomPost post) => new(OwnPrefix + post.Key, post.Title, post.Text, post.Account, null, new Uri(address.Root, post.Path).AbsoluteUri, post.At, null, Own: true);
}

/// <summary>Somebody gathers items into one post that names the source of each. It is a draft like any other, and takes the same road.</summary>
public sealed class GatherDigest(FeedsReader feeds, ComposeDraft compose, CountersignDb db)
{
    public const int MostItems = 25;

    public const int MaxTitle = 100;

    /// <param name="id">Of the draft.</param>
    public async Task<Decision<DraftComposed>> RunAsync(Guid id, string title, IReadOnlyList<string> chosen, Actor by, CancellationToken cancellationToken)
    {
        var head = title.Trim();
        if (head.Length is 0 or > MaxTitle || head.Contains('\n', StringComparison.Ordinal))
            return new Refusal("no-title", $"Give the digest a title of at most {MaxTitle} characters.");
        if (chosen.Count is 0 or > MostItems)
            return new Refusal("no-items", $"Choose between 1 and {MostItems} items for the digest.");
        var items = await feeds.FindAsync(chosen, cancellationToken);
        if (items.Count != chosen.Count)
            return new Refusal("item-gone", "One of the items is gone. Choose again.");
        if (items.FirstOrDefault(item => item.Link is null) is { } without)
            return new Refusal("no-source", $"“{without.Title}” names no page, so its source could not be linked. Leave it out.");
        var rooms = await db.Accounts.AsNoTracking().Where(account => account.Network == "newsroom" && account.State == AccountState.Connected).OrderBy(account => account.Id).ToListAsync(cancellationToken);
        var room = rooms.Find(account => by.Holds(Role.Author, account.Ref));
        return await compose.RunAsync(id, new DraftForm(0, Words(head, items), [], room is null ? [] : [room.Id], null, null, null), by, cancellationToken);
    }

    /// <summary>Title, then each item with who published it, when, and where it can be read.</summary>
    public static string Words(string title, IReadOnlyList<NewsItem> items) =>
        title + "\n\n" + string.Join("\n\n", items.Select(item => $"{item.Title}\n{item.Source}{(item.Author is { } author && author != item.Source ? $" ({author})" : "")}, {item.At.UtcDateTime.ToString("d MMMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("en-GB"))}\n{item.Link}"));
}
