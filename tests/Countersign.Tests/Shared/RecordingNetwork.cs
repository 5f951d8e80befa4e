using System.Collections.Concurrent;
using System.Diagnostics;
using Countersign.Accounts;
using Countersign.Channels;
using Microsoft.Extensions.DependencyInjection;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Tests.Shared;

/// <summary>
/// A fake, for what no real network does on demand: it writes down every hand-over with its instant and answers as told.
/// Stands in for the newsroom (<see cref="Instead"/>). What a real network says is tested in Countersign.Channels.Tests.
/// </summary>
public sealed class RecordingNetwork(string name = "newsroom") : IChannel, IMeasure, IRender, IValidate, IConnect, IPrepare, IPublish, IFind, IRepost, IFindRepost, IMintKeys
{
    /// <summary>Every call of PublishAsync, in the order they began.</summary>
    public ConcurrentQueue<HandOver> HandOvers { get; } = [];

    /// <summary>Keys that stand on this network.</summary>
    public ConcurrentDictionary<string, string> Standing { get; } = new(StringComparer.Ordinal);

    public int Finds => finds;

    /// <summary>What the next write is answered; takes it unless told otherwise.</summary>
    public Func<Delivery, CancellationToken, Task<Outcome>>? Answer { get; set; }

    /// <summary>What a look-up is answered; what stands is found unless told otherwise.</summary>
    public Func<Delivery, FindResult>? Look { get; set; }

    public Func<Delivery, CancellationToken, Task<PrepareOutcome>>? Prepare { get; set; }

    public CountedTogether Counts { get; init; }

    private int finds;

    /// <summary>Puts these networks in place of the installation's own.</summary>
    public static Action<IServiceCollection> Instead(params RecordingNetwork[] networks) =>
        services => services.AddSingleton(new Networks([.. networks, .. networks.Length > 1 ? [] : (RecordingNetwork[])[new RecordingNetwork("sandbox")]]));

    public static NetworkEvidence Because(string note) => new(null, null, note);

    public Outcome.Accepted Take(Delivery delivery)
    {
        Standing[delivery.Key] = delivery.Content.Text;
        return new Outcome.Accepted(Remote(delivery));
    }

    public ChannelDescription Describe() => new(name, name, IdempotencyMode.ClientKey, 4, 1_000_000, "Nothing: a fake for tests.") { Counts = Counts };

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => [new("characters", text.Length, 5_000)];

    public Rendering Render(PostContent content, ServerLimits? limits = null) => new(content.Text, null, [], Measure(content.Text));

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => [];

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop) =>
        Task.FromResult<ConnectOutcome>(new ConnectOutcome.Connected($"{name}:{request.Handle}", request.Handle, null));

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) =>
        Prepare?.Invoke(delivery, stop) ?? Task.FromResult<PrepareOutcome>(new PrepareOutcome.Ready(null));

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        HandOvers.Enqueue(new HandOver(delivery.Key, delivery.Account.Id, delivery.Content.Text, Stopwatch.GetTimestamp(), stop.IsCancellationRequested) { Content = delivery.Content });
        return Answer is null ? Take(delivery) : await Answer(delivery, stop);
    }

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        Interlocked.Increment(ref finds);
        return Task.FromResult(Look?.Invoke(delivery) ?? (Standing.ContainsKey(delivery.Key) ? new FindResult.Found(Remote(delivery)) : new FindResult.NotFound(Conclusive: true)));
    }

    public async Task<Outcome> RepostAsync(Repost repost, CancellationToken stop)
    {
        var delivery = new Delivery(repost.Key, repost.Account, PostContent.Empty, repost.CreatedAt);
        HandOvers.Enqueue(new HandOver(repost.Key, repost.Account.Id, "", Stopwatch.GetTimestamp(), stop.IsCancellationRequested) { ShownAgain = repost.Post });
        return Answer is null ? Take(delivery) : await Answer(delivery, stop);
    }

    public Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop) => FindAsync(new Delivery(repost.Key, repost.Account, PostContent.Empty, repost.CreatedAt), stop);

    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public static RemoteRef Remote(Delivery delivery) => new($"urn:{delivery.Key}", $"http://127.0.0.1/{delivery.Key}");
}

/// <param name="Began">Stopwatch ticks when the network was called.</param>
/// <param name="Stopped">True if the call came with a token that was cancelled already: nothing should ever do that.</param>
public sealed record HandOver(string Key, string Account, string Text, long Began, bool Stopped)
{
    /// <summary>Everything that was handed over; null of a repost.</summary>
    public PostContent? Content { get; init; }

    /// <summary>The post that a repost shows.</summary>
    public RemoteRef? ShownAgain { get; init; }
}
