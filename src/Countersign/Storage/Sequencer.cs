using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Countersign.Decisions;
using Countersign.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Storage;

/// <summary>
/// Gives committed events their places in the log and signs how far it has come. Business transactions take no place in the log,
/// so they never wait for each other here.
/// </summary>
/// <remarks>
/// SQLite has one writer: events become visible in the order of their numbers. On PostgreSQL they do not, so each batch is exactly
/// what is visible in this snapshot and was not in the last one (pg_visible_in_snapshot), ordered by number.
/// </remarks>
public sealed partial class Sequencer(CountersignDb db, Installation installation, WriteTurn turn, LedgerKey key, GrowingLog log, LogGuard guard, LogAlarm alarm, Acknowledged acknowledged, TimeProvider clock)
{
    private const int MaxBatch = 5_000;

    /// <summary>Entries looked up one by one in a step; the others wait for the next.</summary>
    private const int MostAudited = 200;

    /// <summary>Of one statement: three values each, named by a letter.</summary>
    private const int TilesAtOnce = 8;

    /// <summary>Between two nodes, or after a correction by the time service; waited for and not recorded.</summary>
    private static readonly TimeSpan smallLeap = TimeSpan.FromSeconds(5);

    private static readonly HashSet<long> nothing = [];

    /// <returns>How many events were given a place now.</returns>
    /// <exception cref="LogDamagedException">What is stored is not what was signed. Nothing is signed from then on.</exception>
    public async Task<int> StepAsync(CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            return installation.Database == DatabaseKind.Sqlite
                ? await PlaceAndSignAsync(connection, cancellationToken)
                : await AsLeaderAsync(connection, cancellationToken);
        }
        catch
        {
            log.Forget();
            throw;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>One node at a time. The lock is taken before the snapshot, so that the snapshot sees what the last leader placed.</summary>
    private async Task<int> AsLeaderAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (!await ScalarAsync<bool>(connection, "select pg_try_advisory_lock(7041003)", cancellationToken))
        {
            await AuditAsync(connection, Stopwatch.GetTimestamp(), nothing, cancellationToken);
            return 0;
        }

        try
        {
            return await PlaceAndSignAsync(connection, cancellationToken);
        }
        finally
        {
            await RunAsync(connection, "select pg_advisory_unlock(7041003)", CancellationToken.None);
        }
    }

    private async Task<int> PlaceAndSignAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var acts = await PlaceAsync(connection, cancellationToken);
        await SignAsync(connection, cancellationToken);
        if (acts.Count > 0 && installation.Database == DatabaseKind.Postgres)
            await RunAsync(connection, "select pg_notify(@a, @b)", cancellationToken, OtherNodes.CommitChannel, $"{installation.Worker}|{string.Join(',', acts.Distinct())}");
        return acts.Count;
    }

    /// <returns>The acts of the events that were given a place.</returns>
    private async Task<IReadOnlyList<string>> PlaceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (installation.Database == DatabaseKind.Sqlite && log.Tree is not null && !await ScalarAsync<bool>(connection, $"select exists (select 1 from ledger_event where seq >= {LogPlaces.NextSeq})", cancellationToken))
        {
            await AuditAsync(connection, Stopwatch.GetTimestamp(), nothing, cancellationToken);
            return [];
        }

        using var held = await turn.TakeAsync(cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(
            installation.Database == DatabaseKind.Postgres ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable, cancellationToken);
        var (size, lastSnapshot, lastRun) = await LastBatchAsync(connection, cancellationToken);
        var tree = log.At(size) ?? log.Keep(await ResumeAsync(connection, size, cancellationToken));
        using var leaves = new LeafBatch();
        var (events, snapshot) = await ReadNewAsync(connection, lastSnapshot, lastRun, leaves, cancellationToken);
        if (events.Count == 0)
        {
            await AuditAsync(connection, begun, nothing, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return [];
        }

        var seen = Take(events, leaves, tree);
        await AuditAsync(connection, begun, seen, cancellationToken);
        await GivePlacesAsync(connection, LedgerRun.Of(lastRun, size, events.Select(row => row.Seq)), cancellationToken);
        foreach (var some in tree.ChangedTiles().Chunk(TilesAtOnce))
        {
            await RunAsync(
                connection,
                $"insert into ledger_tile (level, idx, hashes) values {string.Join(", ", some.Select((_, at) => $"(@{(char)('a' + (3 * at))}, @{(char)('b' + (3 * at))}, @{(char)('c' + (3 * at))})"))} on conflict (level, idx) do update set hashes = excluded.hashes",
                cancellationToken,
                [.. some.SelectMany(tile => new object[] { tile.Level, tile.Index, tile.Hashes })]);
        }

        await RunAsync(connection, "insert into ledger_batch (first_index, count, snap) values (@a, @b, @c)", cancellationToken, size, (long)events.Count, snapshot);
        await transaction.CommitAsync(cancellationToken);
        foreach (var seq in seen)
            acknowledged.Forget(seq);
        return [.. events.Select(row => row.Act)];
    }

    /// <returns>The numbers of those that this process committed, and that are here as it did.</returns>
    /// <exception cref="LogDamagedException">Two programs hash an event differently.</exception>
    private HashSet<long> Take(List<(long Seq, string Act)> events, LeafBatch leaves, GrowingTree tree)
    {
        if (!leaves.TryHash(out var hashes))
            throw new LogDamagedException($"Event {events[hashes.Length].Seq} hashes differently by two programs on this machine. Its memory or processor cannot be trusted.");
        var seen = new HashSet<long>(events.Count);
        for (var at = 0; at < events.Count; at++)
        {
            if (acknowledged.Holds(events[at].Seq, leaves[at]))
                seen.Add(events[at].Seq);
        }

        tree.Append(hashes);
        return seen;
    }

    /// <summary>Looks whether what this process committed is still there as it was committed. What has its place is no longer looked after: it is signed.</summary>
    /// <param name="seen">Found already, by number. They are looked after until their place is on the disk.</param>
    /// <exception cref="LogDamagedException">It is not. Nothing of it is given a place or signed.</exception>
    private async Task AuditAsync(DbConnection connection, long begun, HashSet<long> seen, CancellationToken cancellationToken)
    {
        foreach (var (seq, committed) in acknowledged.Before(begun).Where(one => !seen.Contains(one.Seq)).Take(MostAudited))
        {
            if (await ScalarAsync<byte[]>(connection, "select leaf from ledger_event where seq = @a", cancellationToken, seq) is not { } leaf || !leaf.AsSpan().SequenceEqual(committed))
            {
                alarm.Unlike = $"The entry of event {seq} was changed or removed after it was committed and before it had its place in the log.";
                throw new LogDamagedException(alarm.Unlike);
            }

            if (await ScalarAsync<bool>(connection, $"select {LogPlaces.IsPlaced("@a")}", cancellationToken, seq))
                acknowledged.Forget(seq);
        }
    }

    /// <summary>Runs, and not a row for each event: that cost as much as everything else the log does.</summary>
    private async Task GivePlacesAsync(DbConnection connection, List<LedgerRun> runs, CancellationToken cancellationToken)
    {
        const string OrLonger = "on conflict (first_index) do update set count = excluded.count";
        if (installation.Database == DatabaseKind.Postgres)
        {
            await RunAsync(
                connection,
                $"insert into ledger_run (first_index, first_seq, count) select * from unnest(@a, @b, @c) {OrLonger}",
                cancellationToken,
                runs.ConvertAll(run => run.FirstIndex).ToArray(),
                runs.ConvertAll(run => run.FirstSeq).ToArray(),
                runs.ConvertAll(run => run.Count).ToArray());
            return;
        }

        // There nothing comes between, but for what the database itself gave up.
        foreach (var run in runs)
            await RunAsync(connection, $"insert into ledger_run (first_index, first_seq, count) values (@a, @b, @c) {OrLonger}", cancellationToken, run.FirstIndex, run.FirstSeq, run.Count);
    }

    /// <summary>Signs what is durable and not signed yet.</summary>
    private async Task SignAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var signed = await ScalarAsync<long>(connection, "select max(size) from ledger_checkpoint", cancellationToken);
        if (log.Tree is not { } tree)
            return;
        if (tree.Size <= signed)
        {
            // Another node signed it, perhaps; this one recomputed it.
            if (tree.Size == signed && installation.Database == DatabaseKind.Postgres)
                guard.FollowSoon(new Checkpoint(installation.Origin, tree.Size, tree.Root));
            return;
        }

        if (await ClockWentBackAsync(cancellationToken))
            return;
        var next = new Checkpoint(installation.Origin, tree.Size, tree.Root);
        guard.Advance(next);
        var note = key.Sign(next).ToString();
        db.Add(new LedgerCheckpoint { Size = tree.Size, Note = note, At = clock.GetUtcNow() });
        await KeepCheckpointAsync(connection, cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <summary>On SQLite everybody who writes would wait for the disk a second time. What it signs is there already, and so is the guard: lost with the power, it is signed again with the same bytes.</summary>
    private async Task KeepCheckpointAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (installation.Database == DatabaseKind.Postgres)
        {
            _ = await db.KeepAsync(cancellationToken);
            return;
        }

        await RunAsync(connection, "pragma synchronous=normal", cancellationToken);
        try
        {
            _ = await db.KeepAsync(cancellationToken);
        }
        finally
        {
            await RunAsync(connection, "pragma synchronous=full", CancellationToken.None);
        }
    }

    /// <summary>No checkpoint is dated before the last one: signing, and with it publishing, waits until the clock has caught up. A leap is recorded once.</summary>
    private async Task<bool> ClockWentBackAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.Set<LedgerCheckpoint>().OrderByDescending(checkpoint => checkpoint.Size).Select(checkpoint => (DateTimeOffset?)checkpoint.At).FirstOrDefaultAsync(cancellationToken) is not { } last || now >= last)
        {
            log.Regressed = false;
            return false;
        }

        if (!log.Regressed && last - now > smallLeap)
        {
            log.Regressed = true;
            await db.CommitAsync<ClockRegressed>(new ClockRegressed { Subject = Guid.CreateVersion7(now), By = Actor.Automation.Id, At = now, Last = last }, _ => { }, cancellationToken);
        }

        return true;
    }

    /// <summary>How many entries have their place, which transactions were visible when the last of them got it, and the run it is in.</summary>
    private static async Task<(long Size, string Snapshot, LedgerRun? Run)> LastBatchAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        const string Sql = """
            select b.first_index + b.count, b.snap, r.first_index, r.first_seq, r.count
            from ledger_batch b left join ledger_run r on r.first_index = (select max(first_index) from ledger_run)
            order by b.first_index desc limit 1
            """;
        await using var command = Command(connection, Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return (0, "1:1:", null);
        var (size, snapshot) = (reader.GetInt64(0), reader.GetString(1));
        var run = await reader.IsDBNullAsync(2, cancellationToken) ? null : new LedgerRun { FirstIndex = reader.GetInt64(2), FirstSeq = reader.GetInt64(3), Count = reader.GetInt64(4) };
        return run is not null && run.FirstIndex + run.Count == size
            ? (size, snapshot, run)
            : throw new LogDamagedException($"The places of the first {size:N0} entries are not those that were given.");
    }

    /// <param name="leaves">Takes their bytes, in the same order.</param>
    private async Task<(List<(long Seq, string Act)> Events, string Snapshot)> ReadNewAsync(DbConnection connection, string lastSnapshot, LedgerRun? lastRun, LeafBatch leaves, CancellationToken cancellationToken)
    {
        string sql;
        var snapshot = "";
        object[] values;
        if (installation.Database == DatabaseKind.Postgres)
        {
            bool restarted;
            long next;
            await using (var asked = Command(connection, $"select pg_current_snapshot()::text, pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(@a::pg_snapshot), {LogPlaces.NextSeq}", lastSnapshot))
            await using (var answer = await asked.ExecuteReaderAsync(cancellationToken))
            {
                await answer.ReadAsync(cancellationToken);
                (snapshot, restarted, next) = (answer.GetString(0), answer.GetBoolean(1), answer.GetInt64(2));
            }

            values = [lastSnapshot, next];
            sql = $"select seq, leaf, act from ledger_event where {LogPlaces.IsNext("", "@a::pg_snapshot", "@b")} order by seq";
            if (restarted)
            {
                // The database was restored into a server that counts its transactions from a smaller number. What it holds becomes
                // older than any transaction there (they begin at 3), and what has no place yet is found by that alone, this once.
                await RunAsync(connection, "update ledger_event set xid = '3'", cancellationToken);
                await RunAsync(connection, "update ledger_batch set snap = @a where first_index = (select max(first_index) from ledger_batch)", cancellationToken, snapshot);
                sql = $"select seq, leaf, act from ledger_event e where not {LogPlaces.IsPlaced("e.seq")} order by seq";
            }
        }
        else
        {
            values = [lastRun is null ? 0 : lastRun.FirstSeq + lastRun.Count];
            sql = $"select seq, leaf from ledger_event where seq >= @a order by seq limit {MaxBatch}";
        }

        var events = new List<(long, string)>();
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (reader is SqliteDataReader { Handle: { } row })
        {
            // There at once, where SQLite has it: to await each and to copy it once more cost as much as to hash it.
            while (reader.Read())
            {
                leaves.Add(SQLitePCL.raw.sqlite3_column_blob(row, 1));
                events.Add((reader.GetInt64(0), ""));
            }

            return (events, snapshot);
        }

        while (await reader.ReadAsync(cancellationToken))
        {
            leaves.Add(await reader.GetFieldValueAsync<byte[]>(1, cancellationToken));
            events.Add((reader.GetInt64(0), reader.GetString(2)));
        }

        return (events, snapshot);
    }

    private static async Task<T?> ScalarAsync<T>(DbConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !await reader.IsDBNullAsync(0, cancellationToken)
            ? await reader.GetFieldValueAsync<T>(0, cancellationToken)
            : default;
    }

    private static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Command(DbConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var at = 0; at < values.Length; at++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@{(char)('a' + at)}";
            parameter.Value = values[at];
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
