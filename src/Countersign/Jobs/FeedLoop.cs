using Countersign.Inbox;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Reads followed feeds when they are due. Every node runs one; the lease decides who reads which.</summary>
public sealed class FeedLoop(IServiceScopeFactory scopes, TimeProvider clock, ILogger<FeedLoop> logger) : BackgroundService
{
    private const int AtOnce = 5;

    /// <summary>A feed is given ten seconds.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await ReadDueAsync(stoppingToken))
                    await Task.Delay(lookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for feeds to read failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
            }
        }
    }

    private async Task<bool> ReadDueAsync(CancellationToken stoppingToken)
    {
        IReadOnlyList<Claim> due = [];
        await UseAsync<JobQueue>(async queue => due = await queue.ClaimAsync(ReadFollowedFeed.JobKind, ReadFollowedFeed.JobKind, AtOnce, lease, stoppingToken));
        await Task.WhenAll(due.Select(claim => ReadAsync(claim, stoppingToken)));
        return due.Count > 0;
    }

    private async Task ReadAsync(Claim claim, CancellationToken stoppingToken)
    {
        var next = (DateTimeOffset?)(clock.GetUtcNow() + ReadFollowedFeed.Usual);
        try
        {
            await UseAsync<ReadFollowedFeed>(async read => next = await read.RunAsync(claim.Id, stoppingToken));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "Feed {Id} could not be read; it is tried again in an hour", claim.Id);
        }

        await UseAsync<JobQueue>(queue => queue.FinishAsync(claim, next is { } at ? new NextStep(at, LanePlace.Leaves) : null, CancellationToken.None));
    }

    private async Task UseAsync<TSlice>(Func<TSlice, Task> use)
        where TSlice : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }
}
