using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Standing;

/// <summary>Asks a network what others did with our posts that stand there, the longest unasked first, one call a turn. Where it does not answer, what was counted before stays, with its time.</summary>
public sealed class CountResponses(CountersignDb db, Networks networks, Credentials credentials, IOptions<StandingSettings> settings, TimeProvider clock)
{
    public async Task RunAsync(Guid accountId, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == accountId, cancellationToken);
        if (account.State != AccountState.Connected || !networks.Can<ICountResponses>(account.Network))
            return;
        var network = networks.Get<ICountResponses>(account.Network);
        var posts = await DueAsync(accountId, network.MostAtOnce, cancellationToken);
        if (posts.Count == 0 || await AskAsync(network, account, [.. posts.Keys], cancellationToken) is not ResponsesReading.Read read)
            return;
        var ids = posts.Values.ToList();
        var known = await db.Responses.Where(row => ids.Contains(row.StandingId)).ToDictionaryAsync(row => row.StandingId, cancellationToken);
        foreach (var (remote, counts) in read.Posts)
        {
            var row = known.GetValueOrDefault(posts[remote]) ?? db.Responses.Add(new PostResponses { StandingId = posts[remote] }).Entity;
            (row.Likes, row.Reposts, row.Replies, row.Quotes, row.CountedAt) = (counts.Likes, counts.Reposts, counts.Replies, counts.Quotes, clock.GetUtcNow());
        }

        // Another turn may have counted the same a moment ago: then that stands.
        _ = await db.KeepAsync(cancellationToken);
    }

    /// <summary>Ours, standing, young enough, and not counted lately: by the network's identifier.</summary>
    private async Task<Dictionary<string, Guid>> DueAsync(Guid account, int most, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (youngest, lately) = (now - settings.Value.CountFor, now - settings.Value.CountEvery);
        return await (
            from post in db.StandingPosts.AsNoTracking()
            where post.AccountId == account && post.Origin == PostOrigin.Ours && post.State == StandingState.Stands && post.FirstSeenAt >= youngest
            join counted in db.Responses.AsNoTracking() on post.Id equals counted.StandingId into before
            from counted in before.DefaultIfEmpty()
            where counted == null || counted.CountedAt <= lately
            orderby counted == null ? 0 : 1, counted.CountedAt, post.FirstSeenAt
            select new { post.RemoteId, post.Id }).Take(most).ToDictionaryAsync(post => post.RemoteId, post => post.Id, StringComparer.Ordinal, cancellationToken);
    }

    private Task<ResponsesReading?> AskAsync(ICountResponses network, Account account, IReadOnlyList<string> posts, CancellationToken cancellationToken) => Asking.WithinAsync<ResponsesReading?>(
        settings.Value.AnswerWithin,
        async stop => await network.CountAsync(credentials.Open(account), posts, stop),
        null,
        cancellationToken);
}
