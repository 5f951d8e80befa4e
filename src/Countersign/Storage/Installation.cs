using System.Threading.Channels;

namespace Countersign.Storage;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>What one running program knows of the place it runs in.</summary>
/// <param name="Origin">The ledger's name, host and organisation, as in its checkpoints: "localhost/northgate".</param>
/// <param name="DataFolder">Keys, and the database where it is SQLite.</param>
public sealed record Installation(string Origin, string DataFolder, DatabaseKind Database, string ConnectionString)
{
    /// <summary>Host and process, for leases: a restart is another worker.</summary>
    public string Worker { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}

/// <summary>What was committed, for those who wait for it: the sequencer, the delivery worker, open pages.</summary>
public sealed record Committed(string Act, string Object, Guid By);

/// <summary>Wakes whoever waits for commits of this process, and of other nodes where the database tells of them.</summary>
public sealed class CommitSignal
{
    private readonly Lock gate = new();
    private readonly List<Channel<Committed>> listeners = [];

    public void Raise(Committed committed)
    {
        lock (gate)
        {
            foreach (var listener in listeners)
                listener.Writer.TryWrite(committed);
        }
    }

    /// <summary>Everything committed from now on; the oldest are dropped for a listener that falls 1,024 behind, so a listener treats a signal as "look again", never as the news itself.</summary>
    public Listening Listen()
    {
        var channel = Channel.CreateBounded<Committed>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
            listeners.Add(channel);
        return new Listening(this, channel);
    }

    public sealed class Listening : IDisposable
    {
        private readonly CommitSignal signal;
        private readonly Channel<Committed> channel;

        internal Listening(CommitSignal signal, Channel<Committed> channel) => (this.signal, this.channel) = (signal, channel);

        public ChannelReader<Committed> Reader => channel.Reader;

        /// <summary>Waits for the next commit, or until the time is up; either way it is time to look.</summary>
        public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(atMost);
            try
            {
                await channel.Reader.WaitToReadAsync(limit.Token);
                while (channel.Reader.TryRead(out _))
                {
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
            }
        }

        public void Dispose()
        {
            lock (signal.gate)
                signal.listeners.Remove(channel);
        }
    }
}
