using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Jobs;

/// <summary>Tells the hub of the settings when the newsrooms have news. Every node runs one; the lease decides who tells what.</summary>
public sealed class HubLoop(IServiceScopeFactory scopes, CommitSignal signal, IOptions<NewsroomSettings> settings, TimeProvider clock, ILogger<HubLoop> logger) : BackgroundService
{
    /// <summary>Three feeds, each given the connectors' usual patience.</summary>
    private static readonly TimeSpan lease = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Posts that leave together are told together.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromSeconds(1);

    private const int AtOnce = 4;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Value.Hub is null)
            return;
        using var listening = signal.Listen();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await UseAsync<TellHub>(tell => tell.PlanAsync(stoppingToken));
                IReadOnlyList<Claim> due = [];
                await UseAsync<JobQueue>(async queue => due = await queue.ClaimAsync(TellHub.JobKind, TellHub.JobKind, AtOnce, lease, stoppingToken));
                await Task.WhenAll(due.Select(claim => TellAsync(claim, stoppingToken)));
                if (due.Count == 0)
                    await listening.WaitAsync(lookEvery, stoppingToken);
                await Task.Delay(gather, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for news to tell the hub of failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
            }
        }
    }

    private async Task TellAsync(Claim claim, CancellationToken stoppingToken)
    {
        var next = (DateTimeOffset?)(clock.GetUtcNow() + lookEvery);
        try
        {
            await UseAsync<TellHub>(async tell => next = await tell.RunAsync(claim.Id, stoppingToken));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            logger.LogError(fault, "The hub could not be told of {Topic}; it is tried again", claim.Id);
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
