using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Jobs;

/// <summary>
/// Reads accounts in their turn, takes down what was ordered, and has everything screened again when a policy takes effect. Every node
/// runs one; leases decide who has which, the one that waits longest first.
/// </summary>
public sealed class WatchLoop(IServiceScopeFactory scopes, CommitSignal signal, IOptions<StandingSettings> settings, IOptions<DeliverySettings> delivery, TimeProvider clock, ILogger<WatchLoop> logger) : BackgroundService
{
    /// <summary>Commits that come close together are one reason to look.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromMilliseconds(200);

    private static readonly JobPool takeDowns = new(TakeDown.JobKind, TakeDown.JobKind);
    private static readonly JobPool accounts = new(WatchAccount.JobKind, WatchAccount.JobKind);
    private static readonly JobPool reviews = new(ReviewStanding.JobKind, ReviewStanding.JobKind);

    private readonly DueJobs jobs = new(scopes, clock, logger);

    private JobPatience Patience => new(Longest(settings.Value.Lease, delivery.Value.Lease), settings.Value.Every);

    private TimeSpan LookEvery => Shortest(settings.Value.LookEvery, settings.Value.Every);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var running = new List<Task>();
        var planned = DateTimeOffset.MinValue;
        await jobs.UseAsync<JobQueue>(queue => queue.FreeAbandonedAsync(stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(task => task.IsCompleted);
                var now = clock.GetUtcNow();
                if (now - planned >= LookEvery || now < planned)
                {
                    await PlanAsync(stoppingToken);
                    planned = now;
                }

                var (claimable, next) = await jobs.LookAsync([takeDowns, accounts, reviews], stoppingToken);

                // Taking down comes first, and is never kept waiting by accounts that are slow to read.
                var before = running.Count;
                if (claimable.Contains(takeDowns))
                    running.AddRange(await jobs.BeginAsync<MoveTakeDown>(takeDowns, settings.Value.AtOnce, Patience, (move, id, stop) => move.RunAsync(id, stop), stoppingToken));
                if (claimable.Contains(accounts))
                    running.AddRange(await jobs.BeginAsync<WatchAccount>(accounts, settings.Value.AtOnce - running.Count, Patience, async (watch, id, stop) => await watch.RunAsync(id, stop), stoppingToken));
                if (claimable.Contains(reviews))
                    running.AddRange(await jobs.BeginAsync<ReviewStanding>(reviews, 1, Patience, async (review, _, stop) => await review.RunAsync(stop), stoppingToken));
                if (running.Count == before)
                    await listening.WaitAsync(Shortest(LookEvery, next is { } due && due > now ? due - now : LookEvery), stoppingToken);
                await Task.Delay(gather, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for accounts to read failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }

        await Task.WhenAll(running);
    }

    /// <summary>Every account has a turn, and everything that stands is screened again: jobs that never end.</summary>
    private Task PlanAsync(CancellationToken stoppingToken) => jobs.UseAsync<CountersignDb>(async db =>
    {
        var now = clock.GetUtcNow();
        var planned = db.Jobs;
        var wanted = await db.Accounts.AsNoTracking().Where(account => !planned.Any(job => job.Id == account.Id)).Select(account => account.Id).ToListAsync(stoppingToken);
        var missing = wanted.ConvertAll(id => new Job { Id = id, Kind = WatchAccount.JobKind, Pool = WatchAccount.JobKind, Place = now, DueAt = now });
        if (!await planned.AsNoTracking().AnyAsync(job => job.Id == ReviewStanding.JobId, stoppingToken))
            missing.Add(new Job { Id = ReviewStanding.JobId, Kind = ReviewStanding.JobKind, Pool = ReviewStanding.JobKind, Place = now, DueAt = now });
        if (missing.Count == 0)
            return;
        planned.AddRange(missing);

        // Another node may have planned them a moment ago: then the next round sees it.
        _ = await db.KeepAsync(stoppingToken);
    });

    private static TimeSpan Shortest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
