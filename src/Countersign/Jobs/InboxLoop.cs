using Countersign.Inbox;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Jobs;

/// <summary>Reads inboxes in their turn, and notes what becomes of conversations by themselves. Every node runs one; leases decide who reads which.</summary>
public sealed class InboxLoop(IServiceScopeFactory scopes, CommitSignal signal, IOptions<InboxSettings> settings, TimeProvider clock, ILogger<InboxLoop> logger) : BackgroundService
{
    private static readonly JobPool due = new(CollectMessages.JobKind, CollectMessages.JobKind);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Commits that come close together are one reason to look.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromMilliseconds(250);

    private readonly DueJobs jobs = new(scopes, clock, logger);

    private JobPatience Patience => new(settings.Value.Lease, settings.Value.Every);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var running = new List<Task>();
        var looked = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(task => task.IsCompleted);
                var now = clock.GetUtcNow();
                if (now - looked >= lookEvery || now < looked)
                {
                    await jobs.UseAsync<CollectMessages>(collect => collect.PlanAsync(stoppingToken));
                    looked = now;
                }

                await jobs.UseAsync<KeepConversations>(keep => keep.RunAsync(stoppingToken));
                var (claimable, next) = await jobs.LookAsync([due], stoppingToken);
                if (claimable.Count > 0)
                    running.AddRange(await jobs.BeginAsync<CollectMessages>(due, settings.Value.AtOnce - running.Count, Patience, (collect, id, stop) => collect.RunAsync(id, stop), stoppingToken));
                await listening.WaitAsync(next is { } soon && soon - now < lookEvery && soon > now ? soon - now : lookEvery, stoppingToken);
                await Task.Delay(gather, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for inboxes to read failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }

        await Task.WhenAll(running);
    }
}
