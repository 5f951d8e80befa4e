using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Countersign.Storage;

/// <summary>On PostgreSQL, passes on what other nodes commit and, above all, what they want stopped.</summary>
public sealed class OtherNodes(Installation installation, CommitSignal signal, DepartureGate gate, ILogger<OtherNodes> logger) : BackgroundService
{
    internal const string CommitChannel = "countersign_commit";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException lost)
            {
                logger.LogWarning("The line to the other nodes was lost ({Reason}); polling goes on meanwhile", lost.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = new NpgsqlConnection(installation.ConnectionString);
        connection.Notification += (_, notification) => Hear(notification.Channel, notification.Payload);
        await connection.OpenAsync(stoppingToken);
        await using (var listen = new NpgsqlCommand($"listen {DepartureGate.StopChannel}; listen {CommitChannel}", connection))
            await listen.ExecuteNonQueryAsync(stoppingToken);
        while (true)
            await connection.WaitAsync(stoppingToken);
    }

    private void Hear(string channel, string payload)
    {
        if (channel == DepartureGate.StopChannel)
        {
            gate.CancelHere([.. payload.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)]);
            return;
        }

        if (payload.Split('|') is [var worker, var acts] && worker != installation.Worker)
        {
            foreach (var act in acts.Split(','))
                signal.Raise(new Committed(act, "", Guid.Empty));
        }
    }
}
