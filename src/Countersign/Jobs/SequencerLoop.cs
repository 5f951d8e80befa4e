using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Signs the log as it grows: within milliseconds of a commit, and once a second to catch what another node left.</summary>
public sealed class SequencerLoop(IServiceScopeFactory scopes, CommitSignal signal, LogAlarm alarm, TimeProvider clock, ILogger<SequencerLoop> logger) : BackgroundService
{
    /// <summary>In events of one signature.</summary>
    private const int Many = 6;
    private const int VeryMany = 40;

    /// <summary>Commits that come close together share one signature: a few of them soon, many of them later, so that signing takes little from those who commit.</summary>
    private static TimeSpan Gather(int signed) => TimeSpan.FromMilliseconds(signed switch { < Many => 10, < VeryMany => 60, _ => 120 });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var signed = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await listening.WaitAsync(TimeSpan.FromSeconds(1), stoppingToken);
                await Task.Delay(Gather(signed), stoppingToken);
                await using var scope = scopes.CreateAsyncScope();
                signed = await scope.ServiceProvider.GetRequiredService<Sequencer>().StepAsync(stoppingToken);
                alarm.StandsStillSince = null;
                if (signed > 0)
                    signal.Raise(new Committed("ledger.signed", "ledger", Guid.Empty));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (LogDamagedException damage)
            {
                // Nothing is signed any more, so nothing is published: that is the safe state. A person has to look.
                logger.LogCritical(damage, "The audit trail cannot be continued");
                await WaitAsync(TimeSpan.FromSeconds(30), stoppingToken);
            }
            catch (Exception fault)
            {
                alarm.StandsStillSince ??= clock.GetUtcNow();
                logger.LogError(fault, "The sequencer failed; it tries again in a second");
                await WaitAsync(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private static Task WaitAsync(TimeSpan time, CancellationToken stoppingToken) =>
        Task.Delay(time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
}
