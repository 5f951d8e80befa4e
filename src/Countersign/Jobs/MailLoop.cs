using Countersign.Evidence;
using Countersign.Mail;
using Countersign.Notices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Writes the daily statement and what people are told when it is time, and sends what waits to be sent.</summary>
public sealed class MailLoop(IServiceScopeFactory scopes, MailRoute route, ILogger<MailLoop> logger) : BackgroundService
{
    private static readonly TimeSpan every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!route.IsOpen)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (var scope = scopes.CreateAsyncScope())
                    await scope.ServiceProvider.GetRequiredService<SendStatement>().RunAsync(stoppingToken);
                await using (var scope = scopes.CreateAsyncScope())
                    await scope.ServiceProvider.GetRequiredService<MailNotices>().RunAsync(stoppingToken);
                await using (var scope = scopes.CreateAsyncScope())
                    await scope.ServiceProvider.GetRequiredService<SendMail>().RunAsync(stoppingToken);
                await Task.Delay(every, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Sending mail failed; it is tried again");
                await Task.Delay(every, CancellationToken.None);
            }
        }
    }
}
