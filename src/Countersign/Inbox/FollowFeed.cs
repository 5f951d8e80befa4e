using Countersign.Channels.Feeds;
using Countersign.Channels.Web;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Inbox;

/// <summary>Reads an address on the open web, without becoming a way into this network.</summary>
public delegate Task<FetchOutcome> FetchPage(FetchRequest request, CancellationToken stop);

/// <summary>Somebody follows a feed. It is read once before anything is kept.</summary>
public sealed class FollowFeed(CountersignDb db, FetchPage fetch, FeedEntries entries, TimeProvider clock)
{
    /// <summary>More than anybody reads; each is asked for every hour.</summary>
    private const int MaxFeeds = 200;

    private const int MaxTheme = 60;

    private static readonly Role[] followers = [Role.Author, Role.Comms, Role.Administrator];

    /// <summary>Why this person cannot follow or leave feeds, or null where they can.</summary>
    public static string? WhyNot(Actor by) => followers.Any(by.HoldsAnywhere) ? null : "Following feeds takes the Author, Comms or Administrator role.";

    internal static FetchRequest Asking(Uri address) => new(address, FeedReader.MaxBytes, "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8");

    public async Task<Decision<FeedFollowed>> RunAsync(string address, string theme, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (WhyNot(by) is { } why)
            return await db.CommitAsync<FeedFollowed>(new Refusal("not-entitled", why) { Attempt = new Attempt("source.follow", "source/new", by.Id, now) }, _ => { }, cancellationToken);
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var at) || at.Scheme != Uri.UriSchemeHttps || at.UserInfo.Length > 0)
            return new Refusal("bad-address", "Give the feed's address, such as https://www.example.org/feed.xml.");
        if (theme.Trim() is { Length: > MaxTheme } || theme.Trim().Any(char.IsControl))
            return new Refusal("bad-theme", $"A theme has at most {MaxTheme} characters on one line.");
        var known = await db.FollowedFeeds.SingleOrDefaultAsync(feed => feed.Address == at.AbsoluteUri, cancellationToken);
        if (known is { State: FeedState.Followed })
            return new Refusal("known-feed", $"This feed is followed already, as {known.Title}.");
        if (await db.FollowedFeeds.CountAsync(feed => feed.State == FeedState.Followed, cancellationToken) >= MaxFeeds)
            return new Refusal("too-many-feeds", $"{MaxFeeds} feeds are followed already. Leave one first.");

        switch (await fetch(Asking(at), cancellationToken))
        {
            case FetchOutcome.Fetched page:
                return FeedReader.Read(page.Body, page.Charset, page.Address, now) switch
                {
                    FeedReading.Read { Feed: var read } => await CommitAsync(known, at, theme.Trim(), page, read, by, now, cancellationToken),
                    FeedReading.Refused refused => new Refusal(refused.Code, refused.Sentence),
                    _ => throw new InvalidOperationException("A feed is read or refused."),
                };
            case FetchOutcome.Refused refused:
                return new Refusal(refused.Code, refused.Sentence);
            case FetchOutcome.Failed failed:
                return new Refusal("not-read", failed.Sentence);
            default:
                return new Refusal("not-read", "The feed could not be read.");
        }
    }

    private async Task<Decision<FeedFollowed>> CommitAsync(FollowedFeed? known, Uri at, string theme, FetchOutcome.Fetched page, ReadFeed read, Actor by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var feed = known ?? new FollowedFeed { Id = Guid.CreateVersion7(now), Address = at.AbsoluteUri, Title = read.Title, Theme = theme, FollowedAt = now, FollowedBy = by.Id };
        var kept = await entries.OfAsync(feed.Id, cancellationToken);
        var job = await db.Jobs.FindAsync([feed.Id], cancellationToken);
        return await db.CommitAsync<FeedFollowed>(
            new FeedFollowed { Subject = feed.Id, By = by.Id, At = now },
            _ =>
            {
                if (known is null)
                    db.FollowedFeeds.Add(feed);
                (feed.State, feed.Title, feed.Theme, feed.FollowedAt, feed.FollowedBy) = (FeedState.Followed, read.Title, theme, now, by.Id);
                (feed.ETag, feed.ModifiedAt, feed.ReadAt, feed.Trouble, feed.Failures) = (page.ETag, page.LastModified, now, null, 0);
                entries.Merge(feed.Id, kept, read.Items, now);
                var due = now + ReadFollowedFeed.Wait(read.AskAfter, failures: 0);
                if (job is null)
                    db.Jobs.Add(new Job { Id = feed.Id, Kind = ReadFollowedFeed.JobKind, Pool = ReadFollowedFeed.JobKind, Place = now, DueAt = due });
                else
                    (job.DueAt, job.DoneAt, job.LockedBy, job.LockedUntil) = (due, null, null, null);
            },
            cancellationToken);
    }
}

/// <summary>Somebody stops following a feed. What was read of it stays with the drafts that were made of it; it is shown here no more.</summary>
public sealed class LeaveFeed(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<FeedLeft>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.FollowedFeeds.FindAsync([id], cancellationToken) is not { State: not FeedState.Left } feed)
            return new Refusal("no-feed", "That feed is not followed.");
        if (FollowFeed.WhyNot(by) is { } why)
            return await db.CommitAsync<FeedLeft>(new Refusal("not-entitled", why) { Attempt = new Attempt("source.leave", feed.Object, by.Id, now) }, _ => { }, cancellationToken);
        return await db.CommitAsync<FeedLeft>(new FeedLeft { Subject = id, By = by.Id, At = now }, _ => feed.State = FeedState.Left, cancellationToken);
    }
}
