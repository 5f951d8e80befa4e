using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Claims jobs that are due and takes the step of each, in a scope of its own. Every node may; the lease decides who has which.</summary>
internal sealed class DueJobs(IServiceScopeFactory scopes, TimeProvider clock, ILogger logger)
{
    /// <summary>Looks, claims, and waits until every step is taken.</summary>
    /// <returns>False where nothing was due.</returns>
    public async Task<bool> TakeAsync<TSlice>(JobPool pool, int most, JobPatience patience, Func<TSlice, Guid, CancellationToken, Task<DateTimeOffset?>> step, CancellationToken stoppingToken)
        where TSlice : notnull
    {
        if ((await LookAsync([pool], stoppingToken)).Claimable.Count == 0)
            return false;
        var running = await BeginAsync(pool, most, patience, step, stoppingToken);
        await Task.WhenAll(running);
        return running.Count > 0;
    }

    /// <inheritdoc cref="JobQueue.LookAsync"/>
    public Task<(IReadOnlyCollection<JobPool> Claimable, DateTimeOffset? Next)> LookAsync(IReadOnlyList<JobPool> pools, CancellationToken stoppingToken) =>
        UseAsync<JobQueue, (IReadOnlyCollection<JobPool>, DateTimeOffset?)>(queue => queue.LookAsync(pools, stoppingToken));

    /// <param name="step">Tells when the job is due again; null when it is done.</param>
    /// <returns>The steps that were begun.</returns>
    public async Task<IReadOnlyList<Task>> BeginAsync<TSlice>(JobPool pool, int most, JobPatience patience, Func<TSlice, Guid, CancellationToken, Task<DateTimeOffset?>> step, CancellationToken stoppingToken)
        where TSlice : notnull
    {
        if (most <= 0)
            return [];
        var claimed = await UseAsync<JobQueue, IReadOnlyList<Claim>>(queue => queue.ClaimAsync(pool.Kind, pool.Name, most, patience.Lease, stoppingToken));
        return [.. claimed.Select(claim => MoveAsync(claim, patience, step, stoppingToken))];
    }

    public async Task<TAnswer> UseAsync<TSlice, TAnswer>(Func<TSlice, Task<TAnswer>> use)
        where TSlice : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }

    public Task UseAsync<TSlice>(Func<TSlice, Task> use)
        where TSlice : notnull =>
        UseAsync<TSlice, bool>(async slice =>
        {
            await use(slice);
            return true;
        });

    private async Task MoveAsync<TSlice>(Claim claim, JobPatience patience, Func<TSlice, Guid, CancellationToken, Task<DateTimeOffset?>> step, CancellationToken stoppingToken)
        where TSlice : notnull
    {
        await Task.Yield();
        var next = (DateTimeOffset?)(clock.GetUtcNow() + patience.AfterFault);
        try
        {
            next = await UseAsync<TSlice, DateTimeOffset?>(slice => step(slice, claim.Id, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease lapses, and another takes the step again.
            return;
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "{Step} failed on {Id}; it is tried again at its next turn", typeof(TSlice).Name, claim.Id);
        }

        await UseAsync<JobQueue>(queue => queue.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Leaves) : null, CancellationToken.None));
    }
}

/// <param name="Lease">Longer than a step may take.</param>
/// <param name="AfterFault">How long a job is left alone whose step failed in a way that nobody foresaw.</param>
internal readonly record struct JobPatience(TimeSpan Lease, TimeSpan AfterFault);
