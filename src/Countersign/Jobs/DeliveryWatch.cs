using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Looks after deliveries that stand still, says that this node runs, and has the words read that are due in a moment. On a loop of its own: a worker that hangs cannot stop it.</summary>
public sealed class DeliveryWatch(IServiceScopeFactory scopes, DeliveryPulse pulse, ILogger<DeliveryWatch> logger) : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(every, stoppingToken);
                await using var scope = scopes.CreateAsyncScope();
                if (await scope.ServiceProvider.GetRequiredService<WatchDeliveries>().RunAsync(stoppingToken) is > 0 and var moved)
                    logger.LogWarning("{Count} posts stood still or ran out of time; people are shown them", moved);

                // Only while the worker looks: what it does not look at waits for an outage as well. It says so itself before its first look.
                if (pulse.IsFresh)
                    await scope.ServiceProvider.GetRequiredService<JobQueue>().BeatAsync(MovePublication.JobKind, stoppingToken);
                await scope.ServiceProvider.GetRequiredService<WarmDeliveries>().RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Watching deliveries failed; it is tried again");
            }
        }
    }
}
