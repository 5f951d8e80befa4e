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
    private static readonly JobPool due = new(TellHub.JobKind, TellHub.JobKind);

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(30);

    /// <summary>Three feeds, each given the connectors' usual patience.</summary>
    private static readonly JobPatience patience = new(TimeSpan.FromMinutes(5), lookEvery);

    /// <summary>Posts that leave together are told together.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromSeconds(1);

    private const int AtOnce = 4;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Value.Hub is null)
            return;
        var jobs = new DueJobs(scopes, clock, logger);
        using var listening = signal.Listen();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await jobs.UseAsync<TellHub>(tell => tell.PlanAsync(stoppingToken));
                if (!await jobs.TakeAsync<TellHub>(due, AtOnce, patience, (tell, id, stop) => tell.RunAsync(id, stop), stoppingToken))
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
}
