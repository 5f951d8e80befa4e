using Countersign.Evidence;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Checks the log as it grows, and once an hour from its first entry; then the database against it, which is also done at the start.</summary>
public sealed class LogWatch(IServiceScopeFactory scopes, CommitSignal signal, VerifiedLog verified, VerifiedState state, TimeProvider clock, ILogger<LogWatch> logger) : BackgroundService
{
    private static readonly TimeSpan wholeEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan newEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var whole = clock.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                var fromTheStart = now - whole >= wholeEvery;
                if (fromTheStart)
                    whole = now;
                await using (var scope = scopes.CreateAsyncScope())
                {
                    await verified.CheckAsync(scope.ServiceProvider.GetRequiredService<CountersignDb>(), fromTheStart, now, stoppingToken);
                    if (fromTheStart || state.Report is null)
                        await state.CheckAsync(scope.ServiceProvider.GetRequiredService<StateCheck>(), now, stoppingToken);
                }

                if (verified.State.Problem is { } problem)
                    logger.LogCritical("The audit trail does not verify: {Problem}", problem);
                foreach (var deviation in fromTheStart && state.Report is { } report ? report.Deviations : [])
                    logger.LogCritical("The database is not what the audit trail says: {Deviation}", deviation.Sentence);
                await listening.WaitAsync(wholeEvery, stoppingToken);
                await Task.Delay(newEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Checking the audit trail failed; it is tried again");
                await Task.Delay(newEvery, CancellationToken.None);
            }
        }
    }
}
