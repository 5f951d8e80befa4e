using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Standing;

/// <param name="Order">The last order to take the post down, if there was one.</param>
public sealed record IncidentRow(Incident Incident, StandingPost Post, Account Account, TakeDown? Order);

/// <param name="Open">Null for both.</param>
public sealed record IncidentQuestion(bool? Open = true, IncidentKind? Kind = null, Guid? AccountId = null);

/// <summary>A delivery that the post could be.</summary>
public sealed record LinkCandidate(Guid PublicationId, string Title, DateTimeOffset SentAt, PublicationState State);

/// <summary>An incident with everything a decision about it looks at.</summary>
/// <param name="DraftId">The draft it was published from, where it is ours and the reader may read it.</param>
/// <param name="Approved">What was approved for this account; null for what nobody approved.</param>
/// <param name="Versions">What stood there before, the oldest first.</param>
/// <param name="Assessment">What the policy in force says of the words that stand there; null once they are gone or erased.</param>
/// <param name="CanTakeDown">The network lets a program take posts down.</param>
public sealed record IncidentDetail(
    IncidentRow Row,
    Guid? DraftId,
    ApprovedPost? Approved,
    IReadOnlyList<StandingVersion> Versions,
    Assessment? Assessment,
    int? Release,
    IReadOnlyList<LinkCandidate> Candidates,
    bool CanTakeDown);

public sealed record ApprovedPost(string Text, IReadOnlyList<string> Alts, string? Warning);

/// <summary>How long it took from the task to a network that shows the post no more, over those closed lately.</summary>
public sealed record TakeDownTimes(int Count, TimeSpan Median, TimeSpan Ninetieth, TimeSpan Longest);

/// <summary>Reads incidents for people.</summary>
public sealed class Incidents(CountersignDb db, Networks networks, MovePublication deliveries, StandingScreening screening, TimeProvider clock)
{
    public static readonly Refusal NotThere = new("no-incident", "That incident is not here.");

    /// <summary>Rows of one page.</summary>
    public const int Most = 200;

    /// <summary>Over which the times are counted.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromDays(90);

    private static readonly Role[] readers = [Role.Auditor, Role.Compliance, Role.Comms, Role.Administrator, Role.Security];

    /// <summary>Whoever holds any role for the account is affected and sees it; some read all.</summary>
    public static bool MayRead(Actor reader, AccountRef account) => readers.Any(reader.HoldsAnywhere) || reader.HoldsAny(account);

    public async Task<IReadOnlyList<IncidentRow>> ListAsync(IncidentQuestion question, Actor reader, CancellationToken cancellationToken)
    {
        var accounts = await ReadableAsync(reader, cancellationToken);
        var ids = accounts.Keys.ToList();
        var incidents = await db.Incidents.AsNoTracking()
            .Where(incident => ids.Contains(incident.AccountId)
                && (question.Open == null || (incident.Outcome == null) == question.Open)
                && (question.Kind == null || incident.Kind == question.Kind)
                && (question.AccountId == null || incident.AccountId == question.AccountId))
            .OrderByDescending(incident => incident.OpenedAt).ThenByDescending(incident => incident.Id).Take(Most).ToListAsync(cancellationToken);
        return await RowsAsync(incidents, accounts, cancellationToken);
    }

    /// <summary>Open incidents that wait for this person: who may decide on them, who answers for the account, and those who guard the rules.</summary>
    public async Task<IReadOnlyList<IncidentRow>> WaitingAsync(Actor reader, CancellationToken cancellationToken) =>
        [.. (await ListAsync(new IncidentQuestion(), reader, cancellationToken)).Where(row =>
            Incident.WhyNot(reader, row.Account.Ref) is null || row.Account.OwnerId == reader.Id || reader.Holds(Role.Compliance, row.Account.Ref) || reader.Holds(Role.Security, row.Account.Ref))];

    public async Task<int> CountOpenAsync(Actor reader, CancellationToken cancellationToken)
    {
        var ids = (await ReadableAsync(reader, cancellationToken)).Keys.ToList();
        return await db.Incidents.CountAsync(incident => incident.Outcome == null && ids.Contains(incident.AccountId), cancellationToken);
    }

    /// <returns>Null where nothing was taken down lately.</returns>
    public async Task<TakeDownTimes?> TimesAsync(Actor reader, CancellationToken cancellationToken)
    {
        var (ids, since) = ((await ReadableAsync(reader, cancellationToken)).Keys.ToList(), clock.GetUtcNow() - Lately);
        var times = (await db.Incidents.AsNoTracking().Where(incident => ids.Contains(incident.AccountId) && incident.ClosedAt >= since && (incident.Outcome == IncidentOutcome.TakenDown || incident.Outcome == IncidentOutcome.Gone)).ToListAsync(cancellationToken))
            .Select(incident => incident.TimeToTakeDown).OfType<TimeSpan>().Order().ToList();
        return times.Count == 0 ? null : new TakeDownTimes(times.Count, Percentile(times, 0.5), Percentile(times, 0.9), times[^1]);
    }

    /// <returns>Null where there is none that the reader may read.</returns>
    public async Task<IncidentDetail?> FindAsync(Guid id, Actor reader, CancellationToken cancellationToken)
    {
        if (await db.Incidents.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } incident)
            return null;
        var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == incident.AccountId, cancellationToken);
        if (!MayRead(reader, account.Ref))
            return null;
        var row = (await RowsAsync([incident], new Dictionary<Guid, Account> { [account.Id] = account }, cancellationToken))[0];
        var publication = await db.Publications.AsNoTracking().SingleOrDefaultAsync(post => post.Id == row.Post.PublicationId, cancellationToken);
        var judged = row.Post.State == StandingState.Stands && !row.Post.IsErased ? await screening.ScreenAsync(row.Post, account, cancellationToken) : default;
        return new IncidentDetail(
            row,
            publication?.DraftId,
            publication is null ? null : await ApprovedAsync(publication, account, cancellationToken),
            await db.StandingVersions.AsNoTracking().Where(version => version.StandingId == row.Post.Id).OrderBy(version => version.Version).ToListAsync(cancellationToken),
            judged.Assessment,
            judged.Assessment is null ? null : judged.Release,
            incident is { IsOpen: true, Kind: IncidentKind.NotOurs } ? await CandidatesAsync(account.Id, cancellationToken) : [],
            networks.Can<IDelete>(account.Network));
    }

    /// <summary>What stands of one draft, for its page.</summary>
    public async Task<IReadOnlyDictionary<Guid, SeenPost>> OfPublicationsAsync(IReadOnlyCollection<Guid> publications, CancellationToken cancellationToken)
    {
        var posts = await db.StandingPosts.AsNoTracking().Where(post => post.PublicationId != null && publications.Contains(post.PublicationId.Value)).ToListAsync(cancellationToken);
        var ids = posts.ConvertAll(post => post.Id);
        var open = (await db.Incidents.AsNoTracking().Where(incident => ids.Contains(incident.StandingId) && incident.Outcome == null).OrderBy(incident => incident.OpenedAt).ToListAsync(cancellationToken)).ToLookup(incident => incident.StandingId);
        var counted = await db.Responses.AsNoTracking().Where(responses => ids.Contains(responses.StandingId)).ToDictionaryAsync(responses => responses.StandingId, cancellationToken);
        return posts.GroupBy(post => post.PublicationId!.Value).ToDictionary(
            group => group.Key,
            group =>
            {
                var post = group.MaxBy(post => post.FirstSeenAt)!;
                return new SeenPost(post, open[post.Id].LastOrDefault(), counted.GetValueOrDefault(post.Id));
            });
    }

    public Task<StandingReview?> LastReviewAsync(CancellationToken cancellationToken) =>
        db.Reviews.AsNoTracking().OrderByDescending(review => review.At).FirstOrDefaultAsync(cancellationToken);

    private async Task<ApprovedPost> ApprovedAsync(Publication publication, Account account, CancellationToken cancellationToken)
    {
        var content = await deliveries.ApprovedAsync(publication, account, cancellationToken);
        return new ApprovedPost(content.Text, [.. content.Media.Select(media => media.Alt)], content.ContentWarning);
    }

    private async Task<List<LinkCandidate>> CandidatesAsync(Guid account, CancellationToken cancellationToken)
    {
        var posts = await (
            from publication in db.Publications.AsNoTracking()
            where publication.AccountId == account && publication.RemoteId == null && publication.Attempts > 0
                && (publication.State == PublicationState.Unknown || publication.State == PublicationState.Missing || publication.State == PublicationState.HumanReview || publication.State == PublicationState.Abandoned)
            join draft in db.Drafts.AsNoTracking() on publication.DraftId equals draft.Id
            orderby publication.IntentAt descending
            select new { publication, draft }).Take(20).ToListAsync(cancellationToken);
        return posts.ConvertAll(post => new LinkCandidate(post.publication.Id, post.draft.Title, post.publication.IntentAt ?? post.publication.DueAt, post.publication.State));
    }

    private async Task<Dictionary<Guid, Account>> ReadableAsync(Actor reader, CancellationToken cancellationToken) =>
        (await db.Accounts.AsNoTracking().ToListAsync(cancellationToken)).Where(account => MayRead(reader, account.Ref)).ToDictionary(account => account.Id);

    private async Task<List<IncidentRow>> RowsAsync(IReadOnlyCollection<Incident> incidents, Dictionary<Guid, Account> accounts, CancellationToken cancellationToken)
    {
        var (posts, orders) = (incidents.Select(incident => incident.StandingId).Distinct().ToList(), incidents.Select(incident => incident.TakeDownId).OfType<Guid>().ToList());
        var standing = await db.StandingPosts.AsNoTracking().Where(post => posts.Contains(post.Id)).ToDictionaryAsync(post => post.Id, cancellationToken);
        var ordered = await db.TakeDowns.AsNoTracking().Where(order => orders.Contains(order.Id)).ToDictionaryAsync(order => order.Id, cancellationToken);
        return [.. incidents.Select(incident => new IncidentRow(incident, standing[incident.StandingId], accounts[incident.AccountId], incident.TakeDownId is { } order ? ordered.GetValueOrDefault(order) : null))];
    }

    /// <summary>The smallest time that at least this share did not exceed.</summary>
    private static TimeSpan Percentile(List<TimeSpan> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}

/// <summary>What is known of a post of ours on its network.</summary>
/// <param name="Open">Something about it that nobody has decided.</param>
/// <param name="Responses">What others did with it; null where the network does not count that, or was not asked yet.</param>
public sealed record SeenPost(StandingPost Post, Incident? Open, PostResponses? Responses);
