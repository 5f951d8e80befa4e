using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>
/// On SQLite, those who wait to write at the same moment write in one transaction: whoever has the turn saves for all who wait, each
/// behind a savepoint of its own, and asks the disk once. What one of them is refused touches no other, and nobody is answered before all
/// of it is on the disk.
/// </summary>
public sealed class SharedCommit(WriteTurn turn)
{
    /// <summary>Those who save together; the next ones wait for the disk once more.</summary>
    private const int Most = 64;

    private readonly ConcurrentQueue<Waiting> queue = new();

    /// <param name="save">Saves without accepting: that comes when it is on the disk.</param>
    /// <returns>When the changes of this context are on the disk; throws what saving them threw.</returns>
    internal Task SaveAsync(DbContext context, Func<CancellationToken, Task> save, CancellationToken cancellationToken) =>
        WaitAsync(new Waiting(context, save, reads: false), cancellationToken);

    /// <summary>Several reads and commits of this context, one after another and nothing of others between them.</summary>
    /// <param name="work">Sees what those before it in the same transaction wrote, as it would if each had one of its own. Throws: then nothing of it was written.</param>
    /// <returns>When it is on the disk.</returns>
    internal Task RunAsync(DbContext context, Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WaitAsync(new Waiting(context, work, reads: true), cancellationToken);

    private async Task WaitAsync(Waiting mine, CancellationToken cancellationToken)
    {
        queue.Enqueue(mine);
        try
        {
            using var held = await turn.TakeAsync(cancellationToken);
            while (!mine.Done.IsCompleted)
                await SaveTogetherAsync(Next());
        }
        catch (OperationCanceledException) when (!mine.Leave())
        {
            // Somebody saves it already: what became of it has to be known.
        }

        await mine.Done;
    }

    private List<Waiting> Next()
    {
        var some = new List<Waiting>();
        while (some.Count < Most && queue.TryDequeue(out var next))
        {
            if (next.Join())
                some.Add(next);
        }

        return some;
    }

    private static async Task SaveTogetherAsync(List<Waiting> some)
    {
        try
        {
            if (some is [{ Reads: false } alone])
                await alone.SaveAsync();
            else if (some.Count > 0)
                await SaveInOneAsync(some);
        }
        catch (Exception fault)
        {
            // Nothing of it is on the disk.
            some.ForEach(one => one.Fault ??= fault);
        }

        some.ForEach(one => one.Finish());
    }

    private static async Task SaveInOneAsync(List<Waiting> some)
    {
        await using var connection = new SqliteConnection(some[0].Context.Database.GetConnectionString());
        await connection.OpenAsync();
        await DurableSqlite.PrepareAsync(connection, default);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var one in some)
            {
                try
                {
                    await one.SaveOnAsync(connection, transaction);
                }
                catch (Exception fault) when (IsOpen(connection))
                {
                    one.Fault = fault;
                }
            }

            await transaction.CommitAsync();
        }
    }

    /// <summary>False once the database gave the whole transaction up, as it does when the disk is full.</summary>
    private static bool IsOpen(SqliteConnection connection) => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <param name="reads">It is more than one save, and accepts what it saves by itself.</param>
    private sealed class Waiting(DbContext context, Func<CancellationToken, Task> save, bool reads)
    {
        private const string Before = "before_one";
        private const int Queued = 0;
        private const int Joined = 1;
        private const int Left = 2;

        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int state = Queued;

        public DbContext Context => context;

        public Task Done => done.Task;

        public bool Reads => reads;

        public Exception? Fault { get; set; }

        public bool Join() => Interlocked.CompareExchange(ref state, Joined, Queued) == Queued;

        /// <returns>False where somebody saves it already.</returns>
        public bool Leave() => Interlocked.CompareExchange(ref state, Left, Queued) == Queued;

        public Task SaveAsync() => save(CancellationToken.None);

        public async Task SaveOnAsync(DbConnection connection, DbTransaction transaction)
        {
            var database = context.Database;
            var own = database.GetConnectionString();
            database.SetDbConnection(connection);
            try
            {
                await database.UseTransactionAsync(transaction);
                if (reads)
                    await SaveOrLeaveNothingAsync(transaction);
                else
                    await save(CancellationToken.None);
            }
            finally
            {
                await database.UseTransactionAsync(null);
                database.SetDbConnection(null);
                database.SetConnectionString(own);
            }
        }

        public void Finish()
        {
            if (Fault is { } fault)
            {
                done.SetException(fault);
                return;
            }

            if (!reads)
                context.ChangeTracker.AcceptAllChanges();
            done.SetResult();
        }

        private async Task SaveOrLeaveNothingAsync(DbTransaction transaction)
        {
            await transaction.SaveAsync(Before);
            try
            {
                await save(CancellationToken.None);
            }
            catch
            {
                await transaction.RollbackAsync(Before);
                throw;
            }
            finally
            {
                await transaction.ReleaseAsync(Before);
            }
        }
    }
}
