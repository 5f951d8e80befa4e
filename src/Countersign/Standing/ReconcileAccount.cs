using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Standing;

/// <summary>
/// Compares what stands on one account with the ledger. What is there and not ours, what differs, was edited or is gone becomes an
/// incident; a delivery whose outcome was not known and that stands there is settled. Reads only.
/// </summary>
public sealed class ReconcileAccount(
    CountersignDb db,
    Networks networks,
    Credentials credentials,
    MovePublication deliveries,
    RecordStanding record,
    IOptions<StandingSettings> settings,
    TimeProvider clock)
{
    /// <summary>How far a network's clock may differ from ours.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromMinutes(5);

    /// <summary>When an account is read again where a delivery to it is on its way and could be the post that nobody knows.</summary>
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(15);

    /// <summary>Posts asked about one by one in one reading; the others wait for the next.</summary>
    private const int MaxLookUps = 20;

    /// <summary>Posts of the history in one entry of the log.</summary>
    private const int HistoryBatch = 20;

    private Account account = null!;
    private Listing listing = null!;
    private Dictionary<string, StandingPost> known = [];
    private bool deferred;

    /// <returns>When to read the account again.</returns>
    public async Task<DateTimeOffset> RunAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == accountId, cancellationToken);
        var watch = await WatchAsync(cancellationToken);
        if (account.State == AccountState.Disconnected || !networks.Can<IListPosts>(account.Network))
        {
            watch.Rest();
            _ = await db.KeepAsync(cancellationToken);
            return now + settings.Value.Every;
        }

        var first = watch.WatchedFrom is null;
        var whole = first || watch.HasGap || watch.WholeAt is null || now - watch.WholeAt >= settings.Value.WholeEvery;
        var from = watch.WatchedFrom ?? account.ConnectedAt;
        var historyFrom = watch.HistoryFrom;
        listing = await ListAsync(whole ? null : watch.ReadUntil - settings.Value.Overlap, whole ? settings.Value.WholePages : settings.Value.Pages, cancellationToken);
        db.ChangeTracker.Clear();
        deferred = false;
        await CompareAsync(post => first ? post.CreatedAt is null || post.CreatedAt < from : post.CreatedAt < from && post.CreatedAt <= historyFrom, cancellationToken);
        await MissAsync(cancellationToken);
        return await NoteAsync(first, whole, from, now, cancellationToken);
    }

    private async Task<AccountWatch> WatchAsync(CancellationToken cancellationToken)
    {
        if (await db.Watches.FindAsync([account.Id], cancellationToken) is { } standing)
            return standing;
        var watch = new AccountWatch { AccountId = account.Id };
        db.Watches.Add(watch);
        return watch;
    }

    private async Task<Listing> ListAsync(DateTimeOffset? since, int pages, CancellationToken cancellationToken)
    {
        _ = await db.KeepAsync(cancellationToken);
        return await Asking.WithinAsync(
            settings.Value.AnswerWithin,
            stop => Listing.ReadAsync(networks.Get<IListPosts>(account.Network), credentials.Open(account), since, pages, stop),
            new Listing([], false, false, "The network took too long to list the account’s posts."),
            cancellationToken);
    }

    private async Task CompareAsync(Func<ListedPost, bool> isHistory, CancellationToken cancellationToken)
    {
        var posts = listing.Posts.Where(post => !post.Deleted).ToList();
        known = [];
        foreach (var some in posts.Select(post => post.Remote.Id).Chunk(500))
        {
            foreach (var row in await db.StandingPosts.Where(row => row.AccountId == account.Id && some.Contains(row.RemoteId)).ToListAsync(cancellationToken))
                known[row.RemoteId] = row;
        }

        var now = clock.GetUtcNow();
        foreach (var post in posts.Where(post => known.ContainsKey(post.Remote.Id)))
            known[post.Remote.Id].See(post, now);
        _ = await db.KeepAsync(cancellationToken);
        foreach (var post in posts.Where(post => known.TryGetValue(post.Remote.Id, out var row) && (row.State == StandingState.Gone || row.IsChangedBy(post))))
            await record.SeeAgainAsync(known[post.Remote.Id].Id, post, account, await ApprovedAsync(known[post.Remote.Id].PublicationId, cancellationToken), cancellationToken);

        // The oldest first, so that of two copies the first is the delivery and the second is not.
        var unknown = posts.Where(post => !known.ContainsKey(post.Remote.Id)).Reverse().ToList();
        if (unknown.Count > 0)
            await MeetAsync(unknown, isHistory, cancellationToken);
    }

    /// <summary>Posts seen for the first time: ours, of a delivery nobody was sure of, from before, or not ours.</summary>
    private async Task MeetAsync(List<ListedPost> unknown, Func<ListedPost, bool> isHistory, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var ids = unknown.Select(post => post.Remote.Id).ToList();
        var placed = (await db.Publications.AsNoTracking().Where(post => post.AccountId == account.Id && post.RemoteId != null && ids.Contains(post.RemoteId)).ToListAsync(cancellationToken)).ToLookup(post => post.RemoteId!, StringComparer.Ordinal);
        var open = await UnsettledAsync(cancellationToken);
        var history = new List<ListedPost>();
        foreach (var post in unknown)
        {
            if (placed[post.Remote.Id].FirstOrDefault() is { } ours)
            {
                await record.MeetOursAsync(post, account, ours.Id, await deliveries.ApprovedAsync(ours, account, cancellationToken), cancellationToken);
            }
            else if (open.Find(candidate => IsIt(post, candidate.Publication, candidate.Content)) is { Publication: not null } found)
            {
                // On its way now: its worker is about to write down what the network answered.
                if (found.Publication.State is PublicationState.Claimed or PublicationState.Sending)
                {
                    deferred = true;
                    continue;
                }

                open.Remove(found);
                await record.SettleAsync(post, account, found.Publication.Id, found.Content, cancellationToken);
            }
            else if (isHistory(post))
            {
                history.Add(post);
            }
            else
            {
                await record.MeetStrangerAsync(post, account, cancellationToken);
            }
        }

        foreach (var batch in history.Chunk(HistoryBatch))
            await record.KeepHistoryAsync(batch, account, cancellationToken);
    }

    /// <summary>Deliveries that may stand there under a name nobody has noted.</summary>
    private async Task<List<(Publication Publication, PostContent Content)>> UnsettledAsync(CancellationToken cancellationToken)
    {
        var publications = await db.Publications.AsNoTracking()
            .Where(post => post.AccountId == account.Id && post.RemoteId == null && post.Attempts > 0
                && (post.State == PublicationState.Claimed || post.State == PublicationState.Sending || post.State == PublicationState.Unknown || post.State == PublicationState.Missing
                    || post.State == PublicationState.HumanReview || post.State == PublicationState.Abandoned))
            .OrderBy(post => post.IntentAt).ToListAsync(cancellationToken);
        var loaded = new List<(Publication, PostContent)>();
        foreach (var publication in publications)
            loaded.Add((publication, await deliveries.ApprovedAsync(publication, account, cancellationToken)));
        return loaded;
    }

    /// <summary>Where the key of a delivery is the key of its post, that decides; elsewhere the words, pictures and time do.</summary>
    private bool IsIt(ListedPost post, Publication publication, PostContent content) =>
        networks.Describe(account.Network).Mode == IdempotencyMode.ClientKey
            ? post.Remote.Id.EndsWith(publication.Key, StringComparison.Ordinal)
            : post.CreatedAt >= publication.CreatedAt - skew && record.Compare(account.Network, post, content) == Disparity.None;

    private async Task<PostContent?> ApprovedAsync(Guid? publication, CancellationToken cancellationToken)
    {
        if (await db.Publications.AsNoTracking().SingleOrDefaultAsync(row => row.Id == publication, cancellationToken) is not { } ours)
            return null;
        return await deliveries.ApprovedAsync(ours, account, cancellationToken);
    }

    /// <summary>What should have been listed and was not: asked about one by one. Only what the network itself calls gone is gone.</summary>
    private async Task MissAsync(CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var listed = listing.Posts.Where(post => !post.Deleted).Select(post => post.Remote.Id).ToHashSet(StringComparer.Ordinal);
        if (!listing.ToTheEnd && listing.Oldest is null)
            return;
        var oldest = listing.ToTheEnd ? DateTimeOffset.UnixEpoch : listing.Oldest!.Value;
        var expected = await db.StandingPosts.AsNoTracking().Where(post => post.AccountId == account.Id && post.State == StandingState.Stands && (post.CreatedAt == null || post.CreatedAt >= oldest))
            .OrderBy(post => post.MissingSince).Select(post => new { post.Id, post.RemoteId, post.CreatedAt }).ToListAsync(cancellationToken);
        foreach (var post in expected.Where(post => !listed.Contains(post.RemoteId) && listing.Covers(post.CreatedAt)).Take(MaxLookUps))
            await LookAsync(post.Id, cancellationToken);

        // Read back as approved once, and never listed: taken away before the first reading.
        var settled = clock.GetUtcNow() - deliveries.Settle;
        var standingPosts = db.StandingPosts;
        var never = await db.Publications.AsNoTracking()
            .Where(post => post.AccountId == account.Id && post.State == PublicationState.Confirmed && post.RemoteId != null && post.IntentAt >= oldest && post.IntentAt <= settled
                && !standingPosts.Any(standing => standing.AccountId == account.Id && standing.RemoteId == post.RemoteId))
            .OrderBy(post => post.IntentAt).ToListAsync(cancellationToken);
        foreach (var post in never.Where(post => !listed.Contains(post.RemoteId!) && listing.Covers(post.IntentAt)).Take(MaxLookUps))
        {
            if (await IsRepostAsync(post, cancellationToken))
                continue;
            switch (await AskAsync(post.Remote!, cancellationToken))
            {
                case PostReading.Gone:
                    await record.MissNeverSeenAsync(post, account, await deliveries.ApprovedAsync(post, account, cancellationToken), cancellationToken);
                    break;

                // It stands, and lists leave it out: kept as it is shown, so that nobody asks each time.
                case PostReading.Stands stands:
                    await record.MeetOursAsync(stands.Post, account, post.Id, await deliveries.ApprovedAsync(post, account, cancellationToken), cancellationToken);
                    break;
            }
        }
    }

    /// <summary>A repost is no post of the account's own and stands in no list of them.</summary>
    private async Task<bool> IsRepostAsync(Publication post, CancellationToken cancellationToken) =>
        (await db.DraftVersions.AsNoTracking().SingleAsync(version => version.DraftId == post.DraftId && version.Version == post.Version, cancellationToken)).Body.Shape.Kind == PostKind.Repost;

    private async Task LookAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var post = await db.StandingPosts.SingleAsync(row => row.Id == id, cancellationToken);
        var now = clock.GetUtcNow();
        var reading = networks.Can<IReadPost>(account.Network)
            ? await AskAsync(post.Remote, cancellationToken)
            : post.MissingSince is { } since && now - since >= deliveries.Settle ? new PostReading.Gone() : null;
        if (reading is PostReading.Gone)
        {
            await record.LoseAsync(post.Id, account, cancellationToken);
            return;
        }

        if (reading is PostReading.Stands stands)
        {
            post.See(stands.Post, now);
            _ = await db.KeepAsync(cancellationToken);
            if (post.IsChangedBy(stands.Post))
                await record.SeeAgainAsync(post.Id, stands.Post, account, await ApprovedAsync(post.PublicationId, cancellationToken), cancellationToken);
            return;
        }

        post.MissingSince ??= now;
        _ = await db.KeepAsync(cancellationToken);
    }

    private async Task<PostReading?> AskAsync(RemoteRef standing, CancellationToken cancellationToken) => networks.Can<IReadPost>(account.Network)
        ? await Asking.WithinAsync<PostReading?>(
            settings.Value.AnswerWithin,
            async stop => await networks.Get<IReadPost>(account.Network).ReadAsync(credentials.Open(account), standing, stop),
            null,
            cancellationToken)
        : null;

    private async Task<DateTimeOffset> NoteAsync(bool first, bool whole, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var watch = await WatchAsync(cancellationToken);
        if (listing.Why is { } trouble)
        {
            watch.Trouble = trouble;
            watch.TroubleSince ??= now;
            watch.Failures++;
        }
        else
        {
            (watch.Trouble, watch.TroubleSince, watch.Failures) = (null, null, 0);
            watch.HasGap = !whole && !listing.Reached;
            if (!watch.HasGap)
                watch.ReadAt = now;
            if (whole)
                watch.WholeAt = now;
            if (first)
                (watch.WatchedFrom, watch.HistoryFrom) = (from, listing.ToTheEnd ? null : listing.Oldest);
            if (listing.Newest is { } newest)
                watch.ReadUntil = newest < now ? newest : now;
            watch.ReadUntil ??= now;
        }

        _ = await db.KeepAsync(cancellationToken);
        return now + (deferred ? soon : watch.HasGap ? TimeSpan.Zero : Pause(watch.Failures));
    }

    /// <summary>An account in trouble is read less and less often, down to once an hour; it delays no other.</summary>
    private TimeSpan Pause(int failures)
    {
        var every = networks.ReadEvery(account.Network, settings.Value.Every);
        var pause = every * Math.Pow(2, Math.Min(failures, 10));
        return failures == 0 || pause < TimeSpan.FromHours(1) ? pause : TimeSpan.FromHours(1);
    }
}
