using Countersign.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Compares this machine's clock with the database's: before anything else runs, and then as long as the program does.</summary>
public sealed class ClockLoop(Installation installation, TimeProvider clock, ILogger<ClockLoop> logger) : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromSeconds(30);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await MeasureAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program ends.
        }
    }

    private async Task MeasureAsync(CancellationToken stoppingToken)
    {
        if (clock is not DatabaseClock shared)
            return;
        try
        {
            var before = shared.Ahead;
            await shared.MeasureAsync(installation, stoppingToken);
            if (shared.Ahead != TimeSpan.Zero && (shared.Ahead - before).Duration() > TimeSpan.FromSeconds(1))
                logger.LogWarning("This machine's clock differs from the database's by {Seconds:0.0} s; the database's is used", -shared.Ahead.TotalSeconds);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogWarning(fault, "The database could not be asked for the time; what was last known is used");
        }
    }
}
