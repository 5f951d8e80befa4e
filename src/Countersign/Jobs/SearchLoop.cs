using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Makes entries findable after they have their place: soon, and never in anybody's way.</summary>
public sealed class SearchLoop(IServiceScopeFactory scopes, CommitSignal signal, ILogger<SearchLoop> logger) : BackgroundService
{
    /// <summary>A page that asks sooner takes in what is new by itself.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                int taken;
                await using (var scope = scopes.CreateAsyncScope())
                    taken = await scope.ServiceProvider.GetRequiredService<LogSearch>().CatchUpAsync(stoppingToken);
                if (taken == 0)
                    await listening.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken);
                await Task.Delay(gather, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Entries could not be made findable; it is tried again");
                await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
            }
        }
    }
}
