using System.Collections.Concurrent;
using System.Diagnostics;
using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

/// <summary>
/// Ten thousand attempts to publish around the commits of locks: once a lock has committed, no post that it stops is handed to a
/// network until the lock is released, however many workers try, on however many nodes, and however long a network hangs.
/// </summary>
public sealed class LockUnderLoadTests(ITestOutputHelper output)
{
    private const int Workers = 8;
    private const int PostsEach = 4;
    private const int FewestAttempts = 200;

    /// <summary>On each database; together the ten thousand.</summary>
    private static readonly int Attempts = Run.Long ? 25_000 : 5_000;

    /// <summary>Where nobody insists on the whole number, a busy machine may stop here, having made <see cref="FewestAttempts"/>.</summary>
    private static readonly TimeSpan longEnough = TimeSpan.FromSeconds(25);

    /// <summary>What the page promises: from the button to the commit.</summary>
    private static readonly TimeSpan longestLock = TimeSpan.FromSeconds(2);

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task After_a_lock_has_committed_nothing_that_it_stops_leaves(DatabaseKind kind)
    {
        var network = new HangingNow();
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network.Network));
        await using var other = kind == DatabaseKind.Postgres ? await here.AnotherNodeAsync(RecordingNetwork.Instead(network.Network)) : null;
        List<AnInstallation> nodes = other is null ? [here] : [here, other];
        var listening = kind == DatabaseKind.Postgres ? nodes.ConvertAll(node => ActivatorUtilities.CreateInstance<OtherNodes>(node.Services)) : [];
        foreach (var node in listening)
            await node.StartAsync(default);
        var posts = await PostsAsync(here);

        using var done = new CancellationTokenSource();
        var progress = new Progress();
        var locks = new ConcurrentBag<Locked>();
        var working = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => HammerAsync(nodes[worker % nodes.Count], [.. posts.Where((_, at) => at % Workers == worker)], network, progress, worker, done.Token))).ToList();
        var locking = Task.WhenAll(nodes.Select((node, at) => Task.Run(() => LockAndReleaseAsync(node, at, nodes.Count, posts, locks, done.Token))));
        var watch = Stopwatch.StartNew();
        while (progress.Attempts < Attempts && (Run.Long || Run.NoSkip || watch.Elapsed < longEnough) && !working.Exists(task => task.IsFaulted) && !locking.IsFaulted)
            await Task.Delay(50);
        await done.CancelAsync();
        await locking;
        network.Hangs = false;
        await Task.WhenAll(working);
        foreach (var node in listening)
            await node.StopAsync(default);

        var took = locks.Select(order => order.Took).Order().ToList();
        output.WriteLine($"{kind}: {progress.Attempts:N0} attempts, {network.Network.HandOvers.Count:N0} handed over, {network.Stopped:N0} stopped on their way, {locks.Count} locks, median {took[took.Count / 2].TotalMilliseconds:0} ms, longest {took[^1].TotalMilliseconds:0} ms, {watch.Elapsed.TotalSeconds:0} s");
        var byKey = posts.ToDictionary(post => post.Publication.Key);
        var late =
            from order in locks
            from handOver in network.Network.HandOvers
            where handOver.Began > order.Committed && handOver.Began < order.Released && order.Stops(byKey[handOver.Key])
            select $"{order.Scope} lock, {Stopwatch.GetElapsedTime(order.Committed, handOver.Began)} after its commit";
        Assert.Empty(late);
        Assert.True(progress.Attempts >= FewestAttempts, $"Only {progress.Attempts} attempts.");
        Assert.True(network.Network.HandOvers.Count > 20, "Hardly anything was handed over: the test proves nothing.");
        Assert.True(network.Stopped > 0, "No lock met a post on its way.");
        Assert.Equal(Enum.GetValues<LockScope>(), locks.Select(order => order.Scope).Distinct().Order());

        // Of twenty locks one may meet a machine that is busy with something else; none waits out a network, which hangs for 20 s.
        Assert.True(took[took.Count * 19 / 20] < longestLock, $"One in twenty locks took {took[took.Count * 19 / 20]} or more.");
        Assert.True(took[^1] < TimeSpan.FromSeconds(10), $"The slowest lock took {took[^1]}.");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_does_not_wait_for_a_network_that_hangs_on_any_node(DatabaseKind kind)
    {
        var network = new HangingNow { Share = 1 };
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network.Network));
        await using var other = kind == DatabaseKind.Postgres ? await here.AnotherNodeAsync(RecordingNetwork.Instead(network.Network)) : null;
        var sender = other ?? here;
        using var listening = kind == DatabaseKind.Postgres ? ActivatorUtilities.CreateInstance<OtherNodes>(sender.Services) : null;
        if (listening is not null)
            await listening.StartAsync(default);
        var post = await here.AnApprovedPostAsync();
        var ruth = await here.WhoAsync("Ruth");
        var sending = Task.Run(() => sender.MoveAsync(post.Id));
        while (network.Network.HandOvers.IsEmpty)
            await Task.Delay(10);

        var pressed = Stopwatch.GetTimestamp();
        Taken(await here.LockAsync(LockScope.Account, post.AccountId, ruth));
        Assert.True(Stopwatch.GetElapsedTime(pressed) < longestLock);

        await sending;
        var stopped = await here.PublicationAsync(post.Id);
        Assert.Equal((PublicationState.Unknown, "Stopped by a lock while the network had it."), (stopped.State, stopped.Note));
        await sender.MoveAsync(post.Id);
        Assert.Single(network.Network.HandOvers);
        if (listening is not null)
            await listening.StopAsync(default);
    }

    /// <summary>A node can let a sender through just after it was told to stop. It is told again, so the lock still does not wait for that sender's network.</summary>
    [Fact]
    public async Task A_node_that_heard_too_early_stops_all_the_same()
    {
        var network = new HangingNow { Share = 1 };
        await using var here = await NorthgateAsync(DatabaseKind.Postgres, RecordingNetwork.Instead(network.Network));
        await using var other = await here.AnotherNodeAsync(RecordingNetwork.Instead(network.Network));
        var post = await here.AnApprovedPostAsync();
        var ruth = await here.WhoAsync("Ruth");
        var sending = Task.Run(() => other.MoveAsync(post.Id));
        while (network.Network.HandOvers.IsEmpty)
            await Task.Delay(10);

        var locking = Task.Run(() => here.LockAsync(LockScope.Everything, null, ruth));
        await Task.Delay(400);
        Assert.False(locking.IsCompleted);
        using var listening = ActivatorUtilities.CreateInstance<OtherNodes>(other.Services);
        await listening.StartAsync(default);
        Taken(await locking.WaitAsync(TimeSpan.FromSeconds(10)));

        await sending;
        Assert.Equal(PublicationState.Unknown, (await here.PublicationAsync(post.Id)).State);
        await listening.StopAsync(default);
    }

    /// <summary>Posts of three authors on three accounts of two sites.</summary>
    private static async Task<IReadOnlyList<Post>> PostsAsync(AnInstallation here)
    {
        var ada = await here.WhoAsync("Ada");
        var leeds = Taken(await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Leeds", ada, default))).Subject;
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("newsroom", leeds, "leeds", "Leeds", null, null), ada, default)));
        var accounts = await here.ReadAsync(db => db.Accounts.AsNoTracking().OrderBy(account => account.Id).ToListAsync());
        var authors = new[] { ada, await here.WhoAsync("Hannah"), await here.JoinAsync("Otto Author", [new RoleGrant(Role.Author)]) };
        var bea = await here.WhoAsync("Bea");
        var posts = new List<Post>();
        for (var at = 0; at < Workers * PostsEach; at++)
        {
            var (author, account) = (authors[at % authors.Length], accounts[at / authors.Length % accounts.Count]);
            var id = Guid.CreateVersion7();
            Taken(await here.ComposeAsync(id, author, $"Post number {at}", [account.Id]));
            Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, author)).Seal, bea));
            posts.Add(new Post(await here.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync(row => row.DraftId == id)), account, $"Post number {at}"));
        }

        await here.SequenceAsync();
        return posts;
    }

    /// <summary>One worker on its own posts: as the job does it, straight through the door, or several at once. What came of a post is forgotten, so that it can be tried again.</summary>
    private static async Task HammerAsync(AnInstallation node, IReadOnlyList<Post> posts, HangingNow network, Progress progress, int worker, CancellationToken done)
    {
        var random = new Random(worker);
        while (!done.IsCancellationRequested)
        {
            var way = random.Next(3);
            var tried = way == 2 ? posts.DistinctBy(post => post.Account.Id).ToList() : [posts[random.Next(posts.Count)]];
            foreach (var post in tried)
                network.Cancelled.TryRemove(post.Publication.Key, out _);
            if (way == 0)
                await node.MoveAsync(tried[0].Publication.Id);
            else if (way == 1)
                await ThroughTheDoorAsync(node, tried[0]);
            else
                await TogetherAsync(node, tried);
            foreach (var post in tried)
            {
                progress.Count();
                var after = await node.PublicationAsync(post.Publication.Id);
                if (network.Cancelled.ContainsKey(post.Publication.Key))
                    Assert.Equal(PublicationState.Unknown, after.State);
                if (after.State != PublicationState.Approved)
                    await node.SqlAsync($"update publication set state = 'Approved', attempts = 0, finds = 0, revision = revision + 1 where key = '{after.Key}'");
            }
        }
    }

    /// <summary>Past the first look at locks and straight to the door, as a worker that was slow in between.</summary>
    private static async Task ThroughTheDoorAsync(AnInstallation node, Post post)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        var publication = await db.Publications.SingleAsync(row => row.Id == post.Publication.Id);
        var account = await db.Accounts.SingleAsync(row => row.Id == publication.AccountId);
        Taken(await db.CommitAsync(publication.Move(PublicationState.Claimed, node.Clock.GetUtcNow()), publication.Apply, default));
        var delivery = new Delivery(publication.Key, scope.ServiceProvider.GetRequiredService<Credentials>().Open(account), new PostContent(post.Text, []), publication.CreatedAt);
        await scope.ServiceProvider.GetRequiredService<Door>().LetOutAsync(publication, account, delivery, null, default);
    }

    /// <summary>Straight to the door with several, past every look before it.</summary>
    private static async Task TogetherAsync(AnInstallation node, IReadOnlyList<Post> posts)
    {
        await using var scope = node.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CountersignDb>();
        var credentials = scope.ServiceProvider.GetRequiredService<Credentials>();
        var parcels = new List<Door.Parcel>();
        foreach (var post in posts)
        {
            var publication = await db.Publications.SingleAsync(row => row.Id == post.Publication.Id);
            var account = await db.Accounts.AsNoTracking().SingleAsync(row => row.Id == publication.AccountId);
            parcels.Add(new Door.Parcel(publication, account, new Delivery(publication.Key, credentials.Open(account), new PostContent(post.Text, []), publication.CreatedAt)));
        }

        await scope.ServiceProvider.GetRequiredService<Door>().LetOutTogetherAsync(parcels, default);
    }

    private static async Task LockAndReleaseAsync(AnInstallation node, int at, int of, IReadOnlyList<Post> posts, ConcurrentBag<Locked> locks, CancellationToken done)
    {
        var (ruth, carol) = (await node.WhoAsync("Ruth"), await node.WhoAsync("Carol"));
        (LockScope Scope, Guid? Target)[] targets =
        [
            (LockScope.Account, posts[0].Account.Id),
            (LockScope.Person, posts[0].Publication.Hands[0]),
            (LockScope.Site, posts[^1].Account.SiteId),
            (LockScope.Everything, null),
        ];
        targets = [.. targets.Where((_, number) => number % of == at)];
        for (var round = 0; !done.IsCancellationRequested; round++)
        {
            var (scope, target) = targets[round % targets.Length];
            var pressed = Stopwatch.GetTimestamp();
            var order = Taken(await node.LockAsync(scope, target, ruth)).Subject;
            var committed = Stopwatch.GetTimestamp();
            await Task.Delay(250, CancellationToken.None);
            var proposed = await node.UseAsync<ProposeRelease, Decision<ReleaseProposed>>(propose => propose.RunAsync(order, ruth, default));
            Taken(proposed);
            var releasing = Stopwatch.GetTimestamp();
            Taken(await node.UseAsync<ConfirmRelease, Decision<LockReleased>>(confirm => confirm.RunAsync(order, carol, default)));
            locks.Add(new Locked(scope, target, Stopwatch.GetElapsedTime(pressed, committed), committed, releasing));
            await Task.Delay(60, CancellationToken.None);
        }
    }

    private sealed record Post(Publication Publication, Account Account, string Text);

    private sealed record Locked(LockScope Scope, Guid? Target, TimeSpan Took, long Committed, long Released)
    {
        public bool Stops(Post post) => Scope switch
        {
            LockScope.Everything => true,
            LockScope.Site => Target == post.Account.SiteId,
            LockScope.Account => Target == post.Account.Id,
            _ => post.Publication.Hands.Contains(Target!.Value),
        };
    }

    private sealed class Progress
    {
        private int attempts;

        public int Attempts => Volatile.Read(ref attempts);

        public void Count() => Interlocked.Increment(ref attempts);
    }

    /// <summary>A network that answers some writes at once, some after a while, and some not for 20 seconds.</summary>
    private sealed class HangingNow
    {
        private int stopped;

        public HangingNow() => Network = new RecordingNetwork { Answer = AnswerAsync, Look = _ => new FindResult.Unavailable(RecordingNetwork.Because("Not asked here.")) };

        public RecordingNetwork Network { get; }

        /// <summary>Of all writes, from 0 to 1, those that hang.</summary>
        public double Share { get; init; } = 0.1;

        public bool Hangs { get; set; } = true;

        /// <summary>Writes cancelled on their way so far.</summary>
        public int Stopped => Volatile.Read(ref stopped);

        /// <summary>Keys whose last write was cancelled on its way.</summary>
        public ConcurrentDictionary<string, bool> Cancelled { get; } = new(StringComparer.Ordinal);

        private async Task<Outcome> AnswerAsync(Delivery delivery, CancellationToken stop)
        {
            try
            {
                await Task.Delay(Hangs && Random.Shared.NextDouble() < Share ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(Random.Shared.Next(0, 10)), stop);
                return new Outcome.Accepted(new RemoteRef($"urn:{delivery.Key}", null));
            }
            catch (OperationCanceledException)
            {
                Cancelled[delivery.Key] = true;
                Interlocked.Increment(ref stopped);
                throw;
            }
        }
    }
}
