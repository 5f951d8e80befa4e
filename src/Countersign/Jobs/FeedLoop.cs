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

    private static readonly JobPool due = new(ReadFollowedFeed.JobKind, ReadFollowedFeed.JobKind);

    /// <summary>A feed is given ten seconds.</summary>
    private static readonly JobPatience patience = new(TimeSpan.FromMinutes(2), ReadFollowedFeed.Usual);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var jobs = new DueJobs(scopes, clock, logger);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await jobs.TakeAsync<ReadFollowedFeed>(due, AtOnce, patience, (read, id, stop) => read.RunAsync(id, stop), stoppingToken))
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
}
