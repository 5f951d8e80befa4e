using Countersign.Notices;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Countersign.Jobs;

/// <summary>Tells people what waits for them: soon after something was committed, and when a limit comes close. Every node runs one; the rows decide who tells.</summary>
public sealed class NoticeLoop(IServiceScopeFactory scopes, CommitSignal signal, TimeProvider clock, ILogger<NoticeLoop> logger) : BackgroundService
{
    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(5);

    /// <summary>What waits without being a conversation is compared this often, and whenever one of its kinds was committed.</summary>
    private static readonly TimeSpan compareEvery = TimeSpan.FromSeconds(30);

    /// <summary>Commits that come close together are one reason to look.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromMilliseconds(100);

    /// <summary>What a commit is about, where it may change what waits for somebody.</summary>
    private static readonly string[] compared = ["draft", "publication", "account", "person", "lockdown", "notices"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var (compare, comparedAt) = (true, DateTimeOffset.MinValue);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                compare |= (now - comparedAt).Duration() >= compareEvery;
                await LookAsync(compare, stoppingToken);
                comparedAt = compare ? now : comparedAt;
                compare = await WaitAsync(listening, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Telling people what waits for them failed; it goes on in a moment");
                compare = true;
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }
    }

    private async Task LookAsync(bool compare, CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<CountersignDb>().Organisations.AnyAsync(stoppingToken))
            return;
        while (await scope.ServiceProvider.GetRequiredService<GiveNotices>().RunAsync(stoppingToken))
        {
            // There may be more.
        }

        var standing = scope.ServiceProvider.GetRequiredService<KeepStanding>();
        if (compare)
            await standing.CompareAsync(stoppingToken);
        await standing.EndAsync(stoppingToken);
        await scope.ServiceProvider.GetRequiredService<NoticeBook>().TellAsync(stoppingToken);
    }

    /// <returns>True where something was committed that is compared.</returns>
    private static async Task<bool> WaitAsync(CommitSignal.Listening listening, CancellationToken stoppingToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(lookEvery);
        try
        {
            // News of what was told is no reason to look again.
            while (await listening.Reader.WaitToReadAsync(limit.Token))
            {
                if (listening.Reader.TryPeek(out var first) && !first.Act.StartsWith(NoticeBook.ChannelStart, StringComparison.Ordinal))
                    break;
                _ = listening.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return false;
        }

        await Task.Delay(gather, stoppingToken);
        var compare = false;
        while (listening.Reader.TryRead(out var committed))
            compare |= compared.Contains(committed.Act.Split('.')[0], StringComparer.Ordinal);
        return compare;
    }
}
