using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Countersign.Storage;

/// <summary>
/// Between a lock and what is on its way out. A sender holds a pass from before its last check until the network has answered;
/// closing cancels the passes it concerns, waits until none is left and stays closed until the lock has committed.
/// So nothing leaves after a lock has committed, and a lock never waits for a network that hangs.
/// </summary>
/// <remarks>
/// In one process the gate is memory. On PostgreSQL, where several nodes send, every pass also holds a shared advisory lock
/// per key, on a connection that those who entered together share, and closing takes them exclusively; a notification makes the other nodes cancel.
/// Keys are taken in ascending order by everybody, so no two can wait for each other.
/// </remarks>
public sealed class DepartureGate(Installation installation)
{
    internal const string StopChannel = "countersign_stop";

    /// <summary>Of all advisory locks in the database, those that are ours.</summary>
    private const int AdvisoryClass = 7041002;

    private static readonly TimeSpan tellAgain = TimeSpan.FromMilliseconds(100);

    private readonly Lock state = new();
    private readonly List<Pass> passes = [];
    private readonly List<Guid[]> closings = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits while one of the keys is closed, then lets the sender through.</summary>
    /// <param name="keys">The account and the author: what a lock can be about.</param>
    public async Task<Pass> EnterAsync(Guid[] keys, CancellationToken cancellationToken) => (await EnterTogetherAsync([keys], cancellationToken))[0];

    /// <summary>Lets several senders through at once, each with a pass that is cancelled and ends by itself; on PostgreSQL they share one connection.</summary>
    /// <returns>In the order of the keys.</returns>
    public async Task<IReadOnlyList<Pass>> EnterTogetherAsync(IReadOnlyList<Guid[]> each, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (state)
            {
                if (!closings.Exists(closing => each.Any(keys => Touch(closing, keys))))
                {
                    var entered = each.Select(keys => new Pass(this, keys)).ToList();
                    passes.AddRange(entered);
                    if (installation.Database == DatabaseKind.Postgres)
                    {
                        var line = SharedLine.OpenAsync(installation.ConnectionString, [.. each.Select(NumbersOf)], cancellationToken);
                        entered.ForEach(pass => pass.On(line));
                    }

                    return entered;
                }

                wait = changed.Task;
            }

            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Cancels every pass that holds one of the keys, waits for them to end, and keeps new ones out until the answer is disposed of.</summary>
    /// <param name="keys">Empty: everything.</param>
    public async Task<IAsyncDisposable> CloseAsync(Guid[] keys, CancellationToken cancellationToken)
    {
        lock (state)
            closings.Add(keys);
        try
        {
            CancelHere(keys);
            while (true)
            {
                Task wait;
                lock (state)
                {
                    if (!passes.Exists(pass => Touch(keys, pass.Keys)))
                        break;
                    wait = changed.Task;
                }

                await wait.WaitAsync(cancellationToken);
            }

            var connection = installation.Database == DatabaseKind.Postgres ? await StopEverywhereAsync(keys, cancellationToken) : null;
            return new Closing(this, keys, connection);
        }
        catch
        {
            Open(keys);
            throw;
        }
    }

    /// <summary>Another node closes: what this one has on its way is cancelled.</summary>
    internal void CancelHere(Guid[] keys)
    {
        List<Pass> concerned;
        lock (state)
            concerned = passes.FindAll(pass => Touch(keys, pass.Keys));
        foreach (var pass in concerned)
            pass.Cancel();
    }

    private static bool Touch(Guid[] closing, Guid[] keys) => closing.Length == 0 || keys.Any(closing.Contains);

    /// <summary>Tells the other nodes until we hold the lock: one may let a sender through after it was told and before we stand in the queue.</summary>
    private async Task<NpgsqlConnection> StopEverywhereAsync(Guid[] keys, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var held = HoldExclusiveAsync(keys, giveUp.Token);
        try
        {
            await using var connection = new NpgsqlConnection(installation.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            while (!held.IsCompleted)
            {
                await using var notify = new NpgsqlCommand("select pg_notify($1, $2)", connection)
                {
                    Parameters = { new() { Value = StopChannel }, new() { Value = string.Join(',', keys) } },
                };
                await notify.ExecuteNonQueryAsync(cancellationToken);
                await Task.WhenAny(held, Task.Delay(tellAgain, cancellationToken));
            }

            return await held;
        }
        catch
        {
            await giveUp.CancelAsync();
            throw;
        }
    }

    private async Task<NpgsqlConnection> HoldExclusiveAsync(Guid[] keys, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(installation.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            foreach (var key in keys.Select(AdvisoryKey).DefaultIfEmpty(0).Distinct().Order())
                await RunAsync(connection, "select pg_advisory_lock($1, key) from unnest($2) as key", [key], cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a pass holds, ascending. Everything is a key of its own: a lock of everything takes it exclusively, every pass shares it.</summary>
    private static int[] NumbersOf(Guid[] keys) => [.. keys.Select(AdvisoryKey).Append(0).Distinct().Order()];

    /// <summary>32 bits of the id; two ids that share them wait for each other without need, and nothing worse.</summary>
    private static int AdvisoryKey(Guid key) => BitConverter.ToInt32(key.ToByteArray().AsSpan(12)) | 1;

    private static async Task RunAsync(NpgsqlConnection connection, string sql, int[] keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        command.Parameters.Add(new NpgsqlParameter { Value = AdvisoryClass });
        command.Parameters.Add(new NpgsqlParameter { Value = keys });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Leave(Pass pass)
    {
        lock (state)
        {
            passes.Remove(pass);
            Pulse();
        }
    }

    private void Open(Guid[] keys)
    {
        lock (state)
        {
            closings.Remove(keys);
            Pulse();
        }
    }

    private void Pulse()
    {
        var waiting = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
    }

    /// <summary>Held from before the last check until the network has answered.</summary>
    public sealed class Pass : IAsyncDisposable
    {
        private readonly DepartureGate gate;
        private readonly CancellationTokenSource stop = new();
        private Task<SharedLine>? line;
        private int left;

        internal Pass(DepartureGate gate, Guid[] keys) => (this.gate, Keys) = (gate, keys);

        /// <summary>Cancelled when a lock wants this post stopped, and by nothing else: a program that ends lets the network answer first.</summary>
        public CancellationToken Stop => stop.Token;

        internal Guid[] Keys { get; }

        /// <summary>Completes when every node honours this pass; await it before the last check.</summary>
        public async Task ReadyAsync()
        {
            if (line is not null)
                _ = await line;
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref left, 1) == 1)
                return;
            try
            {
                if (line is not null)
                    await (await line).ReleaseAsync(NumbersOf(Keys));
            }
            catch (OperationCanceledException) when (line is { IsCanceled: true })
            {
                // It was given up before it held anything.
            }
            catch (NpgsqlException)
            {
                // The line is gone, and its locks with it. What the network answered still has to be recorded.
            }
            finally
            {
                gate.Leave(this);
                stop.Dispose();
            }
        }

        internal void On(Task<SharedLine> shared) => line = shared;

        internal void Cancel()
        {
            try
            {
                // What waits on it goes on elsewhere: a lock does not write down other people's outcomes before it commits.
                _ = stop.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // It left while we were counting: nothing to stop any more.
            }
        }
    }

    /// <summary>A connection on which several passes hold their keys; each lets go of its own, and the last one closes it.</summary>
    internal sealed class SharedLine : IAsyncDisposable
    {
        private readonly NpgsqlConnection connection;
        private readonly SemaphoreSlim turn = new(1, 1);
        private int users;

        private SharedLine(NpgsqlConnection connection, int users) => (this.connection, this.users) = (connection, users);

        public static async Task<SharedLine> OpenAsync(string database, IReadOnlyCollection<int[]> each, CancellationToken cancellationToken)
        {
            var connection = new NpgsqlConnection(database);
            try
            {
                await connection.OpenAsync(cancellationToken);

                // A key that several hold is taken as often. Ascending, as everybody takes them.
                foreach (var keys in each.SelectMany(keys => keys).Order().Chunk(200))
                    await RunAsync(connection, "select pg_advisory_lock_shared($1, key) from (select unnest($2) as key order by 1) ascending", keys, cancellationToken);
                return new SharedLine(connection, each.Count);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }

        public async Task ReleaseAsync(int[] keys)
        {
            await turn.WaitAsync();
            var last = --users == 0;
            try
            {
                await RunAsync(connection, "select pg_advisory_unlock_shared($1, key) from unnest($2) as key", keys, CancellationToken.None);
            }
            finally
            {
                turn.Release();
                if (last)
                    await DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            turn.Dispose();
        }
    }

    private sealed class Closing(DepartureGate gate, Guid[] keys, NpgsqlConnection? connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (connection is not null)
                {
                    await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
                    await unlock.ExecuteNonQueryAsync(CancellationToken.None);
                    await connection.DisposeAsync();
                }
            }
            finally
            {
                gate.Open(keys);
            }
        }
    }
}
