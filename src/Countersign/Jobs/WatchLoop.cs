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

    private TimeSpan LookEvery => Shortest(settings.Value.LookEvery, settings.Value.Every);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var running = new List<Task>();
        var planned = DateTimeOffset.MinValue;
        await UseAsync<JobQueue>(queue => queue.FreeAbandonedAsync(stoppingToken));
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

                var (claimable, next) = await LookAsync(stoppingToken);

                // Taking down comes first, and is never kept waiting by accounts that are slow to read.
                var begun = 0;
                if (claimable.Contains(takeDowns))
                    begun += await BeginAsync<MoveTakeDown>(takeDowns, settings.Value.AtOnce, (move, id, stop) => move.RunAsync(id, stop), running, stoppingToken);
                if (claimable.Contains(accounts))
                    begun += await BeginAsync<WatchAccount>(accounts, settings.Value.AtOnce - running.Count, async (watch, id, stop) => await watch.RunAsync(id, stop), running, stoppingToken);
                if (claimable.Contains(reviews))
                    begun += await BeginAsync<ReviewStanding>(reviews, 1, async (review, _, stop) => await review.RunAsync(stop), running, stoppingToken);
                if (begun == 0)
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
    private Task PlanAsync(CancellationToken stoppingToken) => UseAsync<CountersignDb>(async db =>
    {
        var now = clock.GetUtcNow();
        var planned = db.Jobs;
        var wanted = await db.Accounts.AsNoTracking().Where(account => !planned.Any(job => job.Id == account.Id)).Select(account => account.Id).ToListAsync(stoppingToken);
        var jobs = wanted.ConvertAll(id => new Job { Id = id, Kind = WatchAccount.JobKind, Pool = WatchAccount.JobKind, Place = now, DueAt = now });
        if (!await planned.AsNoTracking().AnyAsync(job => job.Id == ReviewStanding.JobId, stoppingToken))
            jobs.Add(new Job { Id = ReviewStanding.JobId, Kind = ReviewStanding.JobKind, Pool = ReviewStanding.JobKind, Place = now, DueAt = now });
        if (jobs.Count == 0)
            return;
        planned.AddRange(jobs);

        // Another node may have planned them a moment ago: then the next round sees it.
        _ = await db.KeepAsync(stoppingToken);
    });

    private async Task<(IReadOnlyCollection<JobPool> Claimable, DateTimeOffset? Next)> LookAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<JobQueue>().LookAsync([takeDowns, accounts, reviews], stoppingToken);
    }

    private async Task<int> BeginAsync<TSlice>(JobPool pool, int room, Func<TSlice, Guid, CancellationToken, Task<DateTimeOffset?>> step, List<Task> running, CancellationToken stoppingToken)
        where TSlice : notnull
    {
        if (room <= 0)
            return 0;
        IReadOnlyList<Claim> claimed = [];
        await UseAsync<JobQueue>(async queue => claimed = await queue.ClaimAsync(pool.Kind, pool.Name, room, Longest(settings.Value.Lease, delivery.Value.Lease), stoppingToken));
        foreach (var claim in claimed)
            running.Add(MoveAsync(claim, step, stoppingToken));
        return claimed.Count;
    }

    private async Task MoveAsync<TSlice>(Claim claim, Func<TSlice, Guid, CancellationToken, Task<DateTimeOffset?>> step, CancellationToken stoppingToken)
        where TSlice : notnull
    {
        await Task.Yield();
        var next = (DateTimeOffset?)(clock.GetUtcNow() + settings.Value.Every);
        try
        {
            await UseAsync<TSlice>(async slice => next = await step(slice, claim.Id, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "{Step} failed on {Id}; it is tried again at its next turn", typeof(TSlice).Name, claim.Id);
        }

        await UseAsync<JobQueue>(queue => queue.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Leaves) : null, CancellationToken.None));
    }

    private async Task UseAsync<TSlice>(Func<TSlice, Task> use)
        where TSlice : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }

    private static TimeSpan Shortest(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
