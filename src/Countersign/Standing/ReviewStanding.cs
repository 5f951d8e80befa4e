using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Policies;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Standing;

/// <summary>
/// Screens everything that stands once more when a policy takes effect, and daily, because facts carry dates. What a rule would block
/// now must come down: a withdrawal task, whose clock runs until the post is gone.
/// </summary>
public sealed class ReviewStanding(CountersignDb db, PolicyInForce policy, StandingScreening screening, RecordStanding record, IOptions<StandingSettings> settings, TimeProvider clock)
{
    public const string JobKind = "review";

    /// <summary>There is one of its kind.</summary>
    public static readonly Guid JobId = Guid.Parse("5afe0000-0000-4000-8000-000000000001");

    /// <summary>Posts read at once.</summary>
    private const int Share = 200;

    /// <returns>When to ask again.</returns>
    public async Task<DateTimeOffset> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = await db.Reviews.AsNoTracking().OrderByDescending(review => review.At).FirstOrDefaultAsync(cancellationToken);
        if (!await db.Releases.AnyAsync(release => release.EffectiveFrom <= now, cancellationToken))
            return now + settings.Value.LookEvery;
        var (number, _) = await policy.GetAsync(cancellationToken);
        if (last is null && !await db.StandingPosts.AnyAsync(post => post.State == StandingState.Stands, cancellationToken))
            return now + settings.Value.LookEvery;
        var cause = last is not null && last.Release != number ? ReviewCause.Policy : ReviewCause.Daily;
        if (last is not null && cause == ReviewCause.Daily && now - last.At < settings.Value.ReviewEvery)
            return now + settings.Value.LookEvery;

        var (posts, withdrawals) = await ScreenAsync(number, cancellationToken);
        db.ChangeTracker.Clear();
        var review = new StandingReview { Id = Guid.CreateVersion7(now), Cause = cause, Release = number, At = now, Posts = posts, Withdrawals = withdrawals };
        _ = await db.CommitAsync<ReviewDone>(
            new ReviewDone { Subject = review.Id, By = Actor.Automation.Id, At = now },
            _ => db.Reviews.Add(review),
            cancellationToken);
        return now + settings.Value.LookEvery;
    }

    private async Task<(int Posts, int Withdrawals)> ScreenAsync(int release, CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        var ids = await db.StandingPosts.AsNoTracking().Where(post => post.State == StandingState.Stands).OrderBy(post => post.Id).Select(post => post.Id).ToListAsync(cancellationToken);
        var withdrawals = 0;
        foreach (var share in ids.Chunk(Share))
        {
            db.ChangeTracker.Clear();
            foreach (var post in await db.StandingPosts.AsNoTracking().Where(post => share.Contains(post.Id)).ToListAsync(cancellationToken))
            {
                var (rules, _) = await screening.BlocksAsync(post, accounts[post.AccountId], cancellationToken);
                if (rules.Count > 0 && await IsNewAsync(post, rules, cancellationToken))
                {
                    _ = await db.InTransactionAsync(
                        _ => record.OpenAsync(post, accounts[post.AccountId], IncidentKind.Withdraw, Disparity.None, clock.GetUtcNow(), cancellationToken, rules, release),
                        cancellationToken);
                    withdrawals++;
                }
            }
        }

        return (ids.Count, withdrawals);
    }

    /// <summary>Nobody is asked twice: not while a task about the post is open, and not about rules that somebody has answered for on these very words.</summary>
    private async Task<bool> IsNewAsync(StandingPost post, IReadOnlyList<string> rules, CancellationToken cancellationToken)
    {
        var before = await db.Incidents.AsNoTracking().Where(incident => incident.StandingId == post.Id && (incident.Kind == IncidentKind.Withdraw || incident.Kind == IncidentKind.NotOurs)).ToListAsync(cancellationToken);
        return !before.Exists(incident => incident.IsOpen)
            && rules.Except(before.Where(incident => incident.Outcome == IncidentOutcome.Accepted && incident.Version == post.Version).SelectMany(incident => incident.Rules), StringComparer.Ordinal).Any();
    }
}
