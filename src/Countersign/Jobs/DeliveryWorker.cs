using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Jobs;

/// <summary>Moves publications that are due. Every node runs one; the lease decides who has which.</summary>
public sealed class DeliveryWorker(IServiceScopeFactory scopes, CommitSignal signal, IOptions<DeliverySettings> settings, TimeProvider clock, ILogger<DeliveryWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var running = new HashSet<Task>();
        await FreeAbandonedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveWhere(task => task.IsCompleted);
                var room = settings.Value.AtOnce - running.Count;
                var claimed = room > 0 ? await ClaimAsync(room, stoppingToken) : [];
                foreach (var id in claimed)
                    running.Add(MoveAsync(id, stoppingToken));
                if (claimed.Count == 0)
                    await listening.WaitAsync(settings.Value.LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for due posts failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }

        // What is on its way may finish; the lease covers what does not.
        await Task.WhenAll(running);
    }

    private async Task MoveAsync(Guid id, CancellationToken stoppingToken)
    {
        await Task.Yield();
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var next = await scope.ServiceProvider.GetRequiredService<MovePublication>().RunAsync(id, stoppingToken);
            await FinishAsync(id, next);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease lapses, and whoever has it next sees in the state how far this came.
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "Publication {Id} could not be moved; it is looked at again in half a minute", id);
            await FinishAsync(id, clock.GetUtcNow() + TimeSpan.FromSeconds(30));
        }
    }

    private async Task<IReadOnlyList<Guid>> ClaimAsync(int room, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<JobQueue>().ClaimAsync(MovePublication.JobKind, room, settings.Value.Lease, stoppingToken);
    }

    private async Task FinishAsync(Guid id, DateTimeOffset? next)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<JobQueue>().FinishAsync(id, next, CancellationToken.None);
    }

    private async Task FreeAbandonedAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<JobQueue>().FreeAbandonedAsync(stoppingToken);
    }
}
