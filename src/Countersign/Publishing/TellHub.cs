using Countersign.Channels.Shelf.Feeds;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Countersign.Publishing;

/// <summary>
/// Tells the hub of the settings what changed in the newsrooms: a post more, a post less. It looks at what stands, after the fact, so
/// publishing never waits for it, and what changed while no program ran is told as well. A hub that does not take it is told again.
/// </summary>
public sealed class TellHub(CountersignDb db, NewsroomReader newsrooms, HubPing ping, IOptions<NewsroomSettings> settings, TimeProvider clock)
{
    public const string JobKind = "hub";

    private static readonly TimeSpan soonest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan latest = TimeSpan.FromHours(1);

    /// <summary>Plans telling of each newsroom where something else stands than what was told.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.Hub is null)
            return;
        var now = clock.GetUtcNow();
        var known = await db.HubTopics.ToDictionaryAsync(topic => topic.Id, cancellationToken);
        var changed = false;
        foreach (var (newsroom, stands) in await newsrooms.DigestsAsync(cancellationToken))
        {
            var id = HubTopic.IdOf(newsroom);
            if (known.GetValueOrDefault(id) is not { } topic)
                db.HubTopics.Add(new HubTopic { Id = id, AccountId = newsroom, Wanted = stands });
            else if (topic.Wanted != stands)
                topic.Wanted = stands;
            else
                continue;
            changed = true;
            if (await db.Jobs.FindAsync([id], cancellationToken) is not { } job)
                db.Jobs.Add(new Job { Id = id, Kind = JobKind, Pool = JobKind, Place = now, DueAt = now });
            else if (job.DoneAt is not null)
                (job.DueAt, job.DoneAt, job.LockedBy, job.LockedUntil) = (now, null, null, null);
        }

        // Another node may have planned the same a moment ago: then the next look sees it.
        if (changed)
            _ = await db.KeepAsync(cancellationToken);
    }

    /// <returns>When it is to be tried again; null where the hub knows all there is.</returns>
    public async Task<DateTimeOffset?> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        if (settings.Value.Hub is not { } hub || await db.HubTopics.FindAsync([id], cancellationToken) is not { } topic || topic.Told == topic.Wanted)
            return null;
        var wanted = topic.Wanted;
        HubAnswer answer = new HubAnswer.Took();
        foreach (var feed in await newsrooms.FeedsOfAsync(topic.AccountId, cancellationToken))
        {
            answer = await ping.TellAsync(hub, feed, cancellationToken);
            if (answer is not HubAnswer.Took)
                break;
        }

        var now = clock.GetUtcNow();
        var subject = topic.AccountId ?? await db.Organisations.Select(row => row.Id).SingleAsync(cancellationToken);
        if (answer is HubAnswer.DidNot did)
        {
            var tries = Math.Min(topic.Failures + 1, 100);
            if (tries == 1)
                await db.CommitAsync<HubSilent>(new HubSilent(topic.AccountId, hub.AbsoluteUri, did.Code) { Subject = subject, By = Actor.Automation.Id, At = now }, _ => Fail(topic, tries, did), cancellationToken);
            else
            {
                Fail(topic, tries, did);
                _ = await db.KeepAsync(cancellationToken);
            }

            return now + (did.Wait ?? Least(soonest * Math.Pow(2, Math.Min(tries - 1, 10)), latest));
        }

        var recorded = await db.CommitAsync<HubTold>(
            new HubTold(topic.AccountId, hub.AbsoluteUri, topic.Failures + 1) { Subject = subject, By = Actor.Automation.Id, At = now },
            _ => (topic.Told, topic.ToldAt, topic.Failures, topic.Trouble) = (wanted, now, 0, null),
            cancellationToken);
        if (!recorded.IsTaken)
            return now + latest;

        // What changed while the hub was being told is planned anew by whoever saw it, or here.
        return await db.HubTopics.AsNoTracking().AnyAsync(row => row.Id == id && row.Wanted != wanted, cancellationToken) ? now : null;
    }

    private static void Fail(HubTopic topic, int tries, HubAnswer.DidNot did) => (topic.Failures, topic.Trouble) = (tries, did.Sentence);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
