using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Ledger;
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
public sealed class Sequencer(CountersignDb db, Installation installation, WriteTurn turn, LedgerKey key, GrowingLog log, LogGuard guard, LogAlarm alarm, Acknowledged acknowledged, TimeProvider clock)
{
    private const int MaxBatch = 5_000;

    /// <summary>Entries looked up one by one in a step; the others wait for the next.</summary>
    private const int MostAudited = 200;

    /// <summary>Of one statement: three values each, named by a letter.</summary>
    private const int TilesAtOnce = 8;

    /// <summary>Between two nodes, or after a correction by the time service; waited for and not recorded.</summary>
    private static readonly TimeSpan smallLeap = TimeSpan.FromSeconds(5);

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
            await AuditAsync(connection, Stopwatch.GetTimestamp(), cancellationToken);
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
        if (installation.Database == DatabaseKind.Sqlite && log.Tree is not null && !await ScalarAsync<bool>(connection, "select exists (select 1 from ledger_event where seq > (select coalesce(max(seq), 0) from ledger_index))", cancellationToken))
        {
            await AuditAsync(connection, Stopwatch.GetTimestamp(), cancellationToken);
            return [];
        }

        using var held = await turn.TakeAsync(cancellationToken);
        var begun = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(
            installation.Database == DatabaseKind.Postgres ? IsolationLevel.RepeatableRead : IsolationLevel.Serializable, cancellationToken);
        var (size, lastSnapshot) = await LastBatchAsync(connection, cancellationToken);
        var tree = log.At(size) ?? log.Keep(await ResumeAsync(connection, size, cancellationToken));
        var (events, snapshot) = await ReadNewAsync(connection, size, lastSnapshot, cancellationToken);
        if (events.Count == 0)
        {
            await AuditAsync(connection, begun, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return [];
        }

        var second = SecondOpinion.OfLeaves([.. events.Select(row => row.Leaf)]);
        foreach (var (at, (seq, leaf, _)) in events.Index())
        {
            var hash = TreeHash.OfLeaf(leaf);
            if (hash != second[at])
                throw new LogDamagedException($"Event {seq} hashes differently by two programs on this machine. Its memory or processor cannot be trusted.");
            tree.Append(hash);
            acknowledged.Remove(hash);
        }

        await AuditAsync(connection, begun, cancellationToken);
        await GivePlacesAsync(connection, size, [.. events.Select(row => row.Seq)], cancellationToken);
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
        return [.. events.Select(row => row.Act)];
    }

    /// <summary>Looks whether what this process committed is still there as it was committed. What has its place is no longer looked after: it is signed.</summary>
    /// <exception cref="LogDamagedException">It is not. Nothing of it is given a place or signed.</exception>
    private async Task AuditAsync(DbConnection connection, long begun, CancellationToken cancellationToken)
    {
        foreach (var (hash, id) in acknowledged.Before(begun).Take(MostAudited))
        {
            if (await ScalarAsync<byte[]>(connection, "select leaf from ledger_event where id = @a", cancellationToken, id) is not { } leaf || TreeHash.OfLeaf(leaf) != hash)
            {
                alarm.Unlike = $"The entry of event {id} was changed or removed after it was committed and before it had its place in the log.";
                throw new LogDamagedException(alarm.Unlike);
            }

            if (await ScalarAsync<bool>(connection, "select exists (select 1 from ledger_index i join ledger_event e on e.seq = i.seq where e.id = @a)", cancellationToken, id))
                acknowledged.Remove(hash);
        }
    }

    /// <summary>One statement for the whole batch: one for each event cost more than everything else the log does.</summary>
    private Task GivePlacesAsync(DbConnection connection, long first, long[] seqs, CancellationToken cancellationToken) => installation.Database == DatabaseKind.Postgres
        ? RunAsync(connection, "insert into ledger_index (idx, seq) select @a + place - 1, seq from unnest(@b) with ordinality as given (seq, place)", cancellationToken, first, seqs)
        : RunAsync(connection, "insert into ledger_index (idx, seq) select @a + key, value from json_each(@b)", cancellationToken, first, $"[{string.Join(',', seqs)}]");

    /// <summary>Signs what is durable and not signed yet.</summary>
    private async Task SignAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var signed = await ScalarAsync<long>(connection, "select max(size) from ledger_checkpoint", cancellationToken);
        if (log.Tree is not { } tree || tree.Size <= signed)
            return;
        if (await ClockWentBackAsync(cancellationToken))
            return;
        var next = new Checkpoint(installation.Origin, tree.Size, tree.Root);
        guard.Advance(next);
        var note = key.Sign(next).ToString();
        db.Add(new LedgerCheckpoint { Size = tree.Size, Note = note, At = clock.GetUtcNow() });
        _ = await db.KeepAsync(cancellationToken);
        db.ChangeTracker.Clear();
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

    private async Task<GrowingTree> ResumeAsync(DbConnection connection, long size, CancellationToken cancellationToken)
    {
        var tree = await StoredTreeAsync(connection, size, cancellationToken);
        if (guard.Read() is { } held)
        {
            if (held.Size > size)
            {
                alarm.ReadOnly = LogGuard.Shorter(size, held);
                throw new LogDamagedException(alarm.ReadOnly);
            }

            if (held.Root != (held.Size == size ? tree : await StoredTreeAsync(connection, held.Size, cancellationToken)).Root)
                throw new LogDamagedException(LogGuard.Different(held));
        }

        // The last batch may be placed and not signed yet: then the checkpoint before it proves the key, and this step signs.
        var note = await ScalarAsync<string>(connection, "select note from ledger_checkpoint order by size desc limit 1", cancellationToken);
        if (note is null)
            return tree;
        if (!SignedNote.TryParse(note, out var parsed) || !Checkpoint.TryParse(parsed.Text, out var checkpoint))
            throw new LogDamagedException("The last checkpoint cannot be read.");
        if (!key.Verifies(parsed))
            throw new LogDamagedException("The last checkpoint was signed with another key. Every node needs the same keys folder.");
        if (checkpoint.Size == size && checkpoint.Root != tree.Root)
            throw new LogDamagedException($"The stored tree of {size} entries is not the one that was signed.");
        return tree;
    }

    /// <summary>The tree as it was at this size: tiles only ever grow at their end.</summary>
    private static async Task<GrowingTree> StoredTreeAsync(DbConnection connection, long size, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<(int Level, long Index), byte[]>();
        for (var level = 0; size >> (8 * level) > 0; level++)
        {
            var index = size >> (8 * level) >> 8;
            if (await ScalarAsync<byte[]>(connection, "select hashes from ledger_tile where level = @a and idx = @b", cancellationToken, level, index) is { } hashes)
                tiles[(level, index)] = hashes;
        }

        try
        {
            return GrowingTree.Resume(size, (level, index) => tiles.GetValueOrDefault((level, index)));
        }
        catch (InvalidDataException damage)
        {
            throw new LogDamagedException($"The tiles of the log are damaged: {damage.Message}", damage);
        }
    }

    /// <summary>How many entries have their place, and which transactions were visible when the last of them got it.</summary>
    private static async Task<(long Size, string Snapshot)> LastBatchAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, "select first_index + count, snap from ledger_batch order by first_index desc limit 1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetString(1)) : (0, "1:1:");
    }

    private async Task<(List<(long Seq, byte[] Leaf, string Act)> Events, string Snapshot)> ReadNewAsync(DbConnection connection, long size, string lastSnapshot, CancellationToken cancellationToken)
    {
        string sql;
        var snapshot = "";
        object last;
        if (installation.Database == DatabaseKind.Postgres)
        {
            snapshot = await ScalarAsync<string>(connection, "select pg_current_snapshot()::text", cancellationToken) ?? "";
            last = lastSnapshot;
            sql = """
                select seq, leaf, act from ledger_event
                where xid >= pg_snapshot_xmin(@a::pg_snapshot) and not pg_visible_in_snapshot(xid, @a::pg_snapshot)
                order by seq
                """;
            if (await ScalarAsync<bool>(connection, "select pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(@a::pg_snapshot)", cancellationToken, last))
            {
                // The database was restored into a server that counts its transactions from a smaller number. What it holds becomes
                // older than any transaction there (they begin at 3), and what has no place yet is found by that alone, this once.
                await RunAsync(connection, "update ledger_event set xid = '3'", cancellationToken);
                await RunAsync(connection, "update ledger_batch set snap = @a where first_index = (select max(first_index) from ledger_batch)", cancellationToken, snapshot);
                sql = "select seq, leaf, act from ledger_event e where not exists (select 1 from ledger_index i where i.seq = e.seq) order by seq";
            }
        }
        else
        {
            last = size == 0 ? 0 : await ScalarAsync<long>(connection, "select max(seq) from ledger_index", cancellationToken);
            sql = $"select seq, leaf, act from ledger_event where seq > @a order by seq limit {MaxBatch}";
        }

        var events = new List<(long, byte[], string)>();
        await using var command = Command(connection, sql, last);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        // A row of SQLite is there at once: to await each cost as much as to hash it.
        while (installation.Database == DatabaseKind.Sqlite ? reader.Read() : await reader.ReadAsync(cancellationToken))
            events.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetString(2)));
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

/// <summary>The log's tree as this process last saw it, so that a step need not read its edge again.</summary>
public sealed class GrowingLog
{
    public GrowingTree? Tree { get; private set; }

    /// <summary>The clock stands before the last checkpoint, and an entry says so.</summary>
    internal bool Regressed { get; set; }

    internal GrowingTree? At(long size) => Tree?.Size == size ? Tree : null;

    internal GrowingTree Keep(GrowingTree tree) => Tree = tree;

    internal void Forget() => Tree = null;
}

/// <summary>This machine's clock was found before the time of the last checkpoint.</summary>
public sealed record ClockRegressed : DomainEvent
{
    public override string Act => "clock.regressed";

    /// <summary>When the last checkpoint was signed.</summary>
    public required DateTimeOffset Last { get; init; }

    public override JsonObject Facts => new() { ["last"] = Last.ToUnixTimeMilliseconds(), ["now"] = At.ToUnixTimeMilliseconds() };
}

/// <summary>The log cannot be continued: what is stored is not what was signed, or cannot be read. Publishing stops by itself, because nothing new is signed.</summary>
public sealed class LogDamagedException(string message, Exception? inner = null) : Exception(message, inner);
