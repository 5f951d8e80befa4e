using System.Threading.Channels;
using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Countersign.Jobs;

/// <summary>Moves publications that are due. Every node runs one; the lease decides who has which, and each network has its own room, so that one that hangs keeps none of the others waiting.</summary>
public sealed class DeliveryWorker(IServiceScopeFactory scopes, CommitSignal signal, Networks networks, IOptions<DeliverySettings> settings, DeliveryPulse pulse, TimeProvider clock, ILogger<DeliveryWorker> logger) : BackgroundService
{
    /// <summary>What is finished within this time is written down together, and what it makes room for is claimed with it.</summary>
    private static readonly TimeSpan gather = TimeSpan.FromMilliseconds(5);

    /// <summary>Posts that are read and written together; with two lots on their way, one is handed over while the other is judged.</summary>
    private const int Together = 32;

    private static readonly TimeSpan afterFault = TimeSpan.FromSeconds(30);

    private readonly Channel<Moved> moved = Channel.CreateUnbounded<Moved>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Finished, and not yet written down.</summary>
    private readonly List<Moved> unwritten = [];

    private readonly JobPool[] pools = [.. networks.All.Select(network => new JobPool(MovePublication.JobKind, network.Name))];

    private readonly Dictionary<string, int> onTheirWay = networks.All.ToDictionary(network => network.Name, _ => 0, StringComparer.Ordinal);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Value.AtOnceOn.Keys.FirstOrDefault(name => !networks.Knows(name)) is { } unknown)
            throw new OptionsValidationException(nameof(DeliverySettings), typeof(DeliverySettings), [$"Delivery:AtOnceOn names the network {unknown}. Known are {string.Join(", ", onTheirWay.Keys.Order(StringComparer.Ordinal))}."]);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = signal.Listen();
        var waking = Task.CompletedTask;
        await RetimeAsync(stoppingToken);
        await UseAsync(async queue =>
        {
            await queue.FreeAbandonedAsync(stoppingToken);
            return true;
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AfterOutageAsync(stoppingToken);
                if (await TurnAsync(stoppingToken) is (0, var next))
                {
                    if (waking.IsCompleted)
                        waking = WakeAsync(listening, Until(next), stoppingToken);
                    await Task.WhenAny(waking, moved.Reader.WaitToReadAsync(stoppingToken).AsTask());
                }

                await Task.Delay(gather, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                logger.LogError(fault, "Looking for due posts failed; it goes on in a moment");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
        }

        // What is on its way may finish; the lease covers what does not.
        while (onTheirWay.Values.Sum() > 0 && await moved.Reader.WaitToReadAsync(CancellationToken.None))
            TakeMoved();
        await UseAsync(queue => queue.TurnAsync(MovePublication.JobKind, [.. unwritten.Select(one => (one.Claim, one.Next))], [], settings.Value.Lease, CancellationToken.None));
    }

    /// <summary>The rules of time zones come with the program: they may be others than when the times were chosen.</summary>
    private async Task RetimeAsync(CancellationToken stoppingToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<RetimeDrafts>().RunAsync(stoppingToken) is > 0 and var retimed)
            logger.LogWarning("The rules of a time zone changed: {Count} planned posts mean another moment now and have to be signed again", retimed);
    }

    /// <summary>Before anything is claimed: at the start, and when this process was held still for long.</summary>
    private async Task AfterOutageAsync(CancellationToken stoppingToken)
    {
        if (pulse.LastLook is { } last && clock.GetUtcNow() - last <= settings.Value.HoldAfter)
            return;
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<HoldOverdue>().AfterOutageAsync(stoppingToken) is > 0 and var held)
            logger.LogWarning("{Count} posts became due while nothing ran here; they are held and a person is asked", held);
    }

    /// <returns>How many were claimed, and when the next is due.</returns>
    private async Task<(int Claimed, DateTimeOffset? Next)> TurnAsync(CancellationToken stoppingToken)
    {
        TakeMoved();
        var (claimable, next) = await UseAsync(queue => queue.LookAsync(pools, stoppingToken));

        // What is finished may make room in its lane for the one behind it: there it is claimed in the same commit.
        var worthwhile = claimable.Select(pool => pool.Name).Union(unwritten.Select(one => one.Pool), StringComparer.Ordinal).Select(pool => (pool, settings.Value.RoomOn(pool) - onTheirWay[pool])).Where(pool => pool.Item2 > 0).ToList();
        if (worthwhile.Count == 0 && unwritten.Count == 0)
        {
            pulse.Looked();
            return (0, next);
        }

        var claimed = await UseAsync(queue => queue.TurnAsync(MovePublication.JobKind, [.. unwritten.Select(one => (one.Claim, one.Next))], worthwhile, settings.Value.Lease, stoppingToken));
        unwritten.Clear();
        pulse.Looked();
        foreach (var some in claimed.GroupBy(one => one.Pool, one => one.Claim, StringComparer.Ordinal))
        {
            onTheirWay[some.Key] += some.Count();
            foreach (var claims in some.Chunk(networks.TakesAtOnce(some.Key) ? Together : 1))
                _ = claims is [var alone] ? MoveAsync(alone, some.Key, stoppingToken) : MoveTogetherAsync(claims, some.Key, stoppingToken);
        }

        return (claimed.Count, next);
    }

    private void TakeMoved()
    {
        while (moved.Reader.TryRead(out var one))
        {
            onTheirWay[one.Pool]--;
            if (one.Finished)
                unwritten.Add(one);
        }
    }

    /// <summary>Where nothing has to stand on the network before a post, those that were claimed together leave together; what is not so simple goes by itself.</summary>
    private async Task MoveTogetherAsync(Claim[] claims, string pool, CancellationToken stoppingToken)
    {
        await Task.Yield();
        IReadOnlyDictionary<Guid, NextMove> next = new Dictionary<Guid, NextMove>();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            next = await scope.ServiceProvider.GetRequiredService<MovePublication>().RunTogetherAsync([.. claims.Select(claim => claim.Id)], stoppingToken);
        }
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
        {
            logger.LogError(fault, "{Count} publications could not be moved together; they are moved one by one", claims.Length);
        }
        catch (OperationCanceledException)
        {
            // Each of them is told so below.
        }

        foreach (var claim in claims)
        {
            if (next.TryGetValue(claim.Id, out var step))
                moved.Writer.TryWrite(new Moved(claim, pool, Finished: true, step.Step));
            else
                _ = MoveAsync(claim, pool, stoppingToken);
        }
    }

    private async Task MoveAsync(Claim claim, string pool, CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            moved.Writer.TryWrite(new Moved(claim, pool, Finished: true, await scope.ServiceProvider.GetRequiredService<MovePublication>().RunAsync(claim.Id, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The lease lapses, and whoever has it next sees in the state how far this came.
            moved.Writer.TryWrite(new Moved(claim, pool, Finished: false, null));
        }
        catch (Exception fault)
        {
            logger.LogError(fault, "Publication {Id} could not be moved; it is looked at again in half a minute", claim.Id);
            moved.Writer.TryWrite(new Moved(claim, pool, Finished: true, new NextStep(clock.GetUtcNow() + afterFault, LanePlace.GivesUp)));
        }
    }

    /// <summary>To the instant at which the next is due, so that it does not leave late by how often one looks; at most <see cref="DeliverySettings.LookEvery"/>.</summary>
    private TimeSpan Until(DateTimeOffset? next) =>
        next - clock.GetUtcNow() is not { } wait || wait > settings.Value.LookEvery ? settings.Value.LookEvery : wait < TimeSpan.Zero ? TimeSpan.Zero : wait;

    private static async Task WakeAsync(CommitSignal.Listening listening, TimeSpan atMost, CancellationToken stoppingToken)
    {
        try
        {
            await listening.WaitAsync(atMost, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private async Task<T> UseAsync<T>(Func<JobQueue, Task<T>> use)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<JobQueue>());
    }

    private sealed record Moved(Claim Claim, string Pool, bool Finished, NextStep? Next);
}
