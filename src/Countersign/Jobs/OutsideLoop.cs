using Countersign.Evidence;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Has the log's checkpoints cosigned and stamped by those outside whom the settings name.</summary>
public sealed class OutsideLoop(IServiceScopeFactory scopes, CommitSignal signal, WitnessPolicies policies, ILogger<OutsideLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (policies.Ours is null && policies.Settings.StampAuthority is null)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var consents = await scope.ServiceProvider.GetRequiredService<AskWitnesses>().RunAsync(stoppingToken);
                var stamped = await scope.ServiceProvider.GetRequiredService<StampCheckpoint>().RunAsync(stoppingToken);
                if (consents > 0 || stamped)
                    signal.Raise(new Committed("ledger.witnessed", "ledger", Guid.Empty));
                await Task.Delay(policies.Settings.AskEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Asking witnesses failed; it is tried again");
                await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
            }
        }
    }
}
