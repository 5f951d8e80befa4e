using System.Net;
using Countersign.Channels.Feeds;
using Countersign.Channels.Web;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>Looks whether a followed feed has news, as seldom as it wishes. One that fails is asked less and less often, and keeps no other from being read.</summary>
public sealed class ReadFollowedFeed(CountersignDb db, FetchPage fetch, FeedEntries entries, TimeProvider clock)
{
    public const string JobKind = "feed";

    /// <summary>Between two readings where the feed has no wish.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    private static readonly TimeSpan soonest = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan latest = TimeSpan.FromHours(24);

    /// <returns>When it is to be read again; null where nobody follows it any more.</returns>
    public async Task<DateTimeOffset?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await db.FollowedFeeds.FindAsync([id], cancellationToken) is not { State: FeedState.Followed } feed)
            return null;
        var outcome = await fetch(FollowFeed.Asking(new Uri(feed.Address)) with { ETag = feed.ETag, ModifiedSince = feed.ModifiedAt }, cancellationToken);
        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case FetchOutcome.NotModified:
                return await KeepAsync(feed, null, null, now, cancellationToken);
            case FetchOutcome.Failed { Status: HttpStatusCode.Gone }:
                var ended = await db.CommitAsync<FeedEnded>(new FeedEnded { Subject = feed.Id, By = Actor.Automation.Id, At = now }, _ => feed.State = FeedState.Ended, cancellationToken);
                return ended.IsTaken ? null : now + soonest;
            case FetchOutcome.Fetched page:
                return await TakeAsync(feed, page, now, cancellationToken);
            case FetchOutcome.Failed failed:
                return await KeepAsync(feed, failed.Sentence, failed.RetryAfter, now, cancellationToken);
            case FetchOutcome.Refused refused:
                return await KeepAsync(feed, refused.Sentence, null, now, cancellationToken);
            default:
                throw new InvalidOperationException("A page is fetched, unchanged, refused or not had.");
        }
    }

    /// <param name="wish">How long it wants to be left alone; null where it does not say.</param>
    /// <param name="failures">How often in a row it could not be read.</param>
    internal static TimeSpan Wait(TimeSpan? wish, int failures)
    {
        var wait = wish ?? Usual * Math.Pow(2, Math.Min(failures, 6));
        return wait < soonest ? soonest : wait > latest ? latest : wait;
    }

    private async Task<DateTimeOffset> TakeAsync(FollowedFeed feed, FetchOutcome.Fetched page, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (FeedReader.Read(page.Body, page.Charset, page.Address, now) is not FeedReading.Read { Feed: var read })
            return await KeepAsync(feed, "It is no feed any more, or one that is not read.", null, now, cancellationToken);
        var kept = await entries.OfAsync(feed.Id, cancellationToken);
        void Take()
        {
            (feed.ETag, feed.ModifiedAt, feed.ReadAt, feed.Trouble, feed.Failures) = (page.ETag, page.LastModified, now, null, 0);
            entries.Merge(feed.Id, kept, read.Items, now);
        }

        var moved = page.Address.AbsoluteUri;
        if (page.IsMovedForGood && moved != feed.Address && !await db.FollowedFeeds.AnyAsync(other => other.Address == moved, cancellationToken))
        {
            var decision = await db.CommitAsync<FeedMoved>(
                new FeedMoved { Subject = feed.Id, By = Actor.Automation.Id, At = now },
                _ =>
                {
                    feed.Address = moved;
                    Take();
                },
                cancellationToken);
            return now + (decision.IsTaken ? Wait(read.AskAfter, failures: 0) : soonest);
        }

        Take();
        return now + (await db.KeepAsync(cancellationToken) ? Wait(read.AskAfter, failures: 0) : soonest);
    }

    private async Task<DateTimeOffset> KeepAsync(FollowedFeed feed, string? trouble, TimeSpan? wish, DateTimeOffset now, CancellationToken cancellationToken)
    {
        feed.Failures = trouble is null ? 0 : Math.Min(feed.Failures + 1, 100);
        feed.Trouble = trouble;
        if (trouble is null)
            feed.ReadAt = now;
        var wait = Wait(wish, feed.Failures);

        // Where somebody changed it meanwhile, what was seen is seen again.
        return now + (await db.KeepAsync(cancellationToken) ? wait : soonest);
    }
}

/// <summary>What is kept of a feed's items.</summary>
public sealed class FeedEntries(CountersignDb db)
{
    /// <summary>Of one feed; older ones go.</summary>
    private const int MostKept = 1_000;

    /// <summary>Newest first.</summary>
    internal Task<List<FeedEntry>> OfAsync(Guid feed, CancellationToken cancellationToken) =>
        db.FeedEntries.Where(entry => entry.FeedId == feed).OrderByDescending(entry => entry.At).ToListAsync(cancellationToken);

    /// <summary>New items are added, edited ones are marked; one that only got another identifier under the same address and title is the one it was.</summary>
    /// <param name="kept">Newest first.</param>
    internal void Merge(Guid feed, IReadOnlyList<FeedEntry> kept, IReadOnlyList<FeedItem> items, DateTimeOffset now)
    {
        var byKey = kept.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        var byPage = kept.Where(entry => entry.Link is not null).GroupBy(entry => (entry.Link, entry.Title)).ToDictionary(group => group.Key, group => group.First());
        var current = items.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (!byKey.TryGetValue(item.Key, out var entry) && byPage.TryGetValue((item.Link?.AbsoluteUri, item.Title), out var same) && !current.Contains(same.Key))
            {
                entry = same;
                entry.Key = item.Key;
                current.Add(same.Key);
            }

            if (entry is null)
                db.FeedEntries.Add(New(feed, item, now));
            else if (entry.Hash != item.Hash)
                (entry.Title, entry.Text, entry.Author, entry.Link, entry.Hash, entry.ChangedAt) = (item.Title, item.Text, item.Author, item.Link?.AbsoluteUri, item.Hash, now);
        }

        db.FeedEntries.RemoveRange(kept.Skip(MostKept).Where(entry => !current.Contains(entry.Key)));
    }

    private static FeedEntry New(Guid feed, FeedItem item, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        FeedId = feed,
        Key = item.Key,
        Title = item.Title,
        Text = item.Text,
        Author = item.Author,
        Link = item.Link?.AbsoluteUri,
        At = item.At ?? now,
        SeenAt = now,
        Hash = item.Hash,
    };
}
