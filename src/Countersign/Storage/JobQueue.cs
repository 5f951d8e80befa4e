using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Countersign.Storage;

/// <summary>
/// Claims, finishes and re-plans jobs. A claim is a lease: it lapses when its worker dies. Of a lane only the first in place is
/// claimed, and none beside another; a unique index holds that between nodes, whichever of them is first.
/// </summary>
public sealed class JobQueue(CountersignDb db, Installation installation, WriteTurn turn, TimeProvider clock)
{
    /// <summary>In nobody's hands.</summary>
    private const string Free = "locked_until = null, locked_by = null";

    /// <summary>
    /// A claim that lapsed is taken over whatever stands before it: its worker may have died half way. Of the others: free, the first
    /// of its lane, its lane neither busy nor paused.
    /// </summary>
    private static string ClaimableOf(int? number = null) => $"""
        kind = @kind{number} and pool = @pool{number} and done_at is null and due_at <= @now
        and (locked_until <= @now or (locked_by is null and (lane is null or (
          not exists (select 1 from job b where b.lane = j.lane and b.done_at is null and b.lane is not null and (b.place, b.id) < (j.place, j.id))
          and not exists (select 1 from job b where b.lane = j.lane and b.done_at is null and b.locked_by is not null)
          and not exists (select 1 from lane_pause p where p.lane = j.lane and p.until > @now)))))
        """;

    /// <summary>Looks for what could be claimed, in one question that writes nothing: who finds nothing here need not claim.</summary>
    /// <returns>The pools where something could be claimed now, and the next instant at which something is due that is not yet; null where nothing is planned.</returns>
    public async Task<(IReadOnlyCollection<JobPool> Claimable, DateTimeOffset? Next)> LookAsync(IReadOnlyList<JobPool> pools, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            command.CommandText = string.Join(" union all ", pools.Select((_, at) => $"""
                select {at}, exists (select 1 from job j where {ClaimableOf(at)}),
                  (select due_at from job where kind = @kind{at} and pool = @pool{at} and done_at is null and due_at > @now order by due_at limit 1)
                """));
            Add(command, "now", Instant(clock.GetUtcNow()));
            foreach (var (at, pool) in pools.Index())
            {
                Add(command, $"kind{at}", pool.Kind);
                Add(command, $"pool{at}", pool.Name);
            }

            var claimable = new List<JobPool>();
            DateTimeOffset? next = null;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                if (reader.GetBoolean(1))
                    claimable.Add(pools[reader.GetInt32(0)]);
                if (!await reader.IsDBNullAsync(2, cancellationToken) && At(reader, 2) is var due && !(due >= next))
                    next = due;
            }

            return (claimable, next);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <param name="lease">Longer than any one call to a network may take, so that it lapses only with its worker.</param>
    /// <returns>The jobs that are this worker's now. None, too, where another node claimed from one of the lanes at the same moment: then it is asked again.</returns>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(string kind, string pool, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        using var held = await turn.TakeAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await ClaimNowAsync(kind, pool, most, lease, cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>One round of a worker: what is finished, and then what is claimed, so that the next of a lane waits for no further commit.</summary>
    /// <param name="room">How many of each pool may be claimed; those where there is nothing to claim are better left out.</param>
    public async Task<IReadOnlyList<(Claim Claim, string Pool)>> TurnAsync(string kind, IReadOnlyCollection<(Claim Claim, NextStep? Next)> finished, IReadOnlyCollection<(string Pool, int Room)> room, TimeSpan lease, CancellationToken cancellationToken)
    {
        var claimed = new List<(Claim, string)>();
        async Task ClaimAllAsync()
        {
            foreach (var (pool, most) in room.Where(pool => pool.Room > 0))
                claimed.AddRange((await ClaimNowAsync(kind, pool, most, lease, cancellationToken)).Select(claim => (claim, pool)));
        }

        // Where another node may have been first in a lane, that must not undo what is finished: there they are two commits.
        var together = installation.Database == DatabaseKind.Sqlite;
        if (finished.Count > 0 || (together && room.Count > 0))
        {
            await db.InTransactionAsync(
                async _ =>
                {
                    foreach (var (claim, next) in finished)
                        await FinishNowAsync(claim, next, cancellationToken);
                    if (together)
                        await ClaimAllAsync();
                    return true;
                },
                cancellationToken);
        }

        if (!together && room.Count > 0)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            try
            {
                await ClaimAllAsync();
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }

        return claimed;
    }

    /// <summary>Ends the claim. A worker whose lease was taken over changes nothing.</summary>
    /// <param name="next">When it is due again; null when it is done.</param>
    public async Task FinishAsync(Claim claim, NextStep? next, CancellationToken cancellationToken)
    {
        using var held = await turn.TakeAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await FinishNowAsync(claim, next, cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Since when the oldest job waits that could be claimed by its time: due and in nobody's hands; null where none is. One that a paused lane holds is not late.</summary>
    public Task<DateTimeOffset?> OldestDueAsync(string kind, IReadOnlyCollection<string> pools, CancellationToken cancellationToken)
    {
        var (now, pauses) = (clock.GetUtcNow(), db.LanePauses);
        return EarliestAsync(
            pools,
            pool => db.Jobs.Where(job => job.Kind == kind && job.Pool == pool && job.DoneAt == null && job.DueAt <= now && job.LockedBy == null && !pauses.Any(pause => pause.Lane == job.Lane && pause.Until > now)),
            cancellationToken);
    }

    /// <summary>Says that a worker of this kind runs.</summary>
    /// <returns>When one last did, before now; null where none ever did.</returns>
    public async Task<DateTimeOffset?> BeatAsync(string kind, CancellationToken cancellationToken)
    {
        var (now, last) = (clock.GetUtcNow(), await LastBeatAsync(kind, cancellationToken));
        using var held = await turn.TakeAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"insert into worker_beat (kind, at) values ({kind}, {Instant(now)}) on conflict (kind) do update set at = excluded.at", cancellationToken);
        return last;
    }

    public Task<DateTimeOffset?> LastBeatAsync(string kind, CancellationToken cancellationToken) =>
        db.WorkerBeats.Where(beat => beat.Kind == kind).Select(beat => (DateTimeOffset?)beat.At).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Somebody else has moved what this job is about: it is free, out of its lane, and due then; done where there is nothing more to do.</summary>
    public async Task ReplanAsync(Guid id, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        using var held = await turn.TakeAsync(cancellationToken);
        _ = await db.Jobs.Where(job => job.Id == id && job.DoneAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(job => job.Lane, (Guid?)null).SetProperty(job => job.LockedUntil, (DateTimeOffset?)null).SetProperty(job => job.LockedBy, (string?)null)
                .SetProperty(job => job.DueAt, job => due ?? job.DueAt).SetProperty(job => job.DoneAt, due == null ? now : null),
            cancellationToken);
    }

    /// <summary>Keeps what a lane holds from being claimed until then. A pause is never shortened: the network's longest wish stands.</summary>
    public async Task PauseAsync(IReadOnlyCollection<Guid> lanes, DateTimeOffset until, string why, CancellationToken cancellationToken)
    {
        using var held = await turn.TakeAsync(cancellationToken);
        foreach (var lane in lanes)
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into lane_pause (lane, until, why) values ({lane}, {Instant(until)}, {why})
                on conflict (lane) do update set until = excluded.until, why = excluded.why where excluded.until > lane_pause.until
                """,
                cancellationToken);
        }
    }

    /// <summary>On SQLite there is one process: whatever an earlier one had claimed when it died is free at once.</summary>
    public async Task FreeAbandonedAsync(CancellationToken cancellationToken)
    {
        if (installation.Database == DatabaseKind.Sqlite)
        {
            using var held = await turn.TakeAsync(cancellationToken);
            await db.Jobs.Where(job => job.DoneAt == null && job.LockedBy != null && job.LockedBy != installation.Worker)
                .ExecuteUpdateAsync(set => set.SetProperty(job => job.LockedUntil, (DateTimeOffset?)null).SetProperty(job => job.LockedBy, (string?)null), cancellationToken);
        }
    }

    private async Task FinishNowAsync(Claim claim, NextStep? next, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = $"""
            update job set {next switch
        {
            null => "done_at = @at",
            { Place: LanePlace.GivesUp } => $"{Free}, due_at = @at, place = @at",
            { Place: LanePlace.Leaves } => $"{Free}, due_at = @at, lane = null",
            _ => $"{Free}, due_at = @at",
        }}
            where id = @id and locked_by = @worker and claims = @number and done_at is null
            """;
        Add(command, "at", Instant(next?.At ?? clock.GetUtcNow()));
        Add(command, "id", claim.Id);
        Add(command, "worker", installation.Worker);
        Add(command, "number", claim.Number);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Claim>> ClaimNowAsync(string kind, string pool, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = $"""
            update job set locked_by = @worker, locked_until = @until, claims = claims + 1
            where id in (select id from job j where {ClaimableOf()} order by due_at, id limit @most {(installation.Database == DatabaseKind.Postgres ? "for update of j skip locked" : "")})
            returning id, claims
            """;
        Add(command, "worker", installation.Worker);
        Add(command, "until", Instant(now + lease));
        Add(command, "now", Instant(now));
        Add(command, "kind", kind);
        Add(command, "pool", pool);
        Add(command, "most", most);
        var claimed = new List<Claim>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                claimed.Add(new Claim(reader.GetGuid(0), reader.GetInt32(1)));
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another node was first in one of these lanes, by moments.
            return [];
        }

        return claimed;
    }

    /// <summary>One question for each pool: the index begins with it, so each is answered by its first row.</summary>
    private static async Task<DateTimeOffset?> EarliestAsync(IEnumerable<string> pools, Func<string, IQueryable<Job>> of, CancellationToken cancellationToken)
    {
        DateTimeOffset? earliest = null;
        foreach (var pool in pools)
        {
            if (await of(pool).OrderBy(job => job.DueAt).Select(job => (DateTimeOffset?)job.DueAt).FirstOrDefaultAsync(cancellationToken) is { } due && !(due >= earliest))
                earliest = due;
        }

        return earliest;
    }

    private DateTimeOffset At(DbDataReader reader, int column) => installation.Database == DatabaseKind.Sqlite
        ? DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column) * TimeSpan.TicksPerMicrosecond)
        : reader.GetFieldValue<DateTimeOffset>(column);

    private object Instant(DateTimeOffset instant) => installation.Database == DatabaseKind.Sqlite
        ? (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond
        : instant.ToUniversalTime();

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
