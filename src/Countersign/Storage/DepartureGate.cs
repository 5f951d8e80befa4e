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
/// per key on a connection of its own and closing takes them exclusively; a notification makes the other nodes cancel.
/// Keys are taken in ascending order by everybody, so no two can wait for each other.
/// </remarks>
public sealed class DepartureGate(Installation installation)
{
    internal const string StopChannel = "countersign_stop";

    private static readonly TimeSpan tellAgain = TimeSpan.FromMilliseconds(100);

    private readonly Lock state = new();
    private readonly List<Pass> passes = [];
    private readonly List<Guid[]> closings = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits while one of the keys is closed, then lets the sender through.</summary>
    /// <param name="keys">The account and the author: what a lock can be about.</param>
    public async Task<Pass> EnterAsync(Guid[] keys, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (state)
            {
                if (!closings.Exists(closing => Touch(closing, keys)))
                {
                    var pass = new Pass(this, keys);
                    passes.Add(pass);
                    return installation.Database == DatabaseKind.Postgres ? pass.WithConnection(HoldSharedAsync(keys, cancellationToken)) : pass;
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

    private async Task<NpgsqlConnection> HoldSharedAsync(Guid[] keys, CancellationToken cancellationToken)
    {
        // Everything is a key of its own: a lock of everything takes it exclusively, every pass shares it.
        var connection = new NpgsqlConnection(installation.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            foreach (var key in keys.Select(AdvisoryKey).Append(0).Distinct().Order())
                await RunAsync(connection, "select pg_advisory_lock_shared($1, $2)", key, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
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
                await RunAsync(connection, "select pg_advisory_lock($1, $2)", key, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>32 bits of the id; two ids that share them wait for each other without need, and nothing worse.</summary>
    private static int AdvisoryKey(Guid key) => BitConverter.ToInt32(key.ToByteArray().AsSpan(12)) | 1;

    private static async Task RunAsync(NpgsqlConnection connection, string sql, int key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        command.Parameters.Add(new NpgsqlParameter { Value = 7041002 });
        command.Parameters.Add(new NpgsqlParameter { Value = key });
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
        private Task<NpgsqlConnection>? connection;

        internal Pass(DepartureGate gate, Guid[] keys) => (this.gate, Keys) = (gate, keys);

        /// <summary>Cancelled when a lock wants this post stopped, and by nothing else: a program that ends lets the network answer first.</summary>
        public CancellationToken Stop => stop.Token;

        internal Guid[] Keys { get; }

        /// <summary>Completes when every node honours this pass; await it before the last check.</summary>
        public async Task ReadyAsync()
        {
            if (connection is not null)
                _ = await connection;
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (connection is not null)
                {
                    await using var held = await connection;
                    await using var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", held);
                    await unlock.ExecuteNonQueryAsync(CancellationToken.None);
                }
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

        internal Pass WithConnection(Task<NpgsqlConnection> held)
        {
            connection = held;
            return this;
        }

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
