using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>Something to be done at a time, by whichever worker claims it first. Added in the transaction that makes it necessary.</summary>
public sealed class Job
{
    /// <summary>Of the thing it is about: one job each.</summary>
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    public required DateTimeOffset DueAt { get; set; }

    /// <summary>How often it was claimed.</summary>
    public int Claims { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public string? LockedBy { get; set; }

    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>Claims, finishes and re-plans jobs. A claim is a lease: it lapses when its worker dies.</summary>
public sealed class JobQueue(CountersignDb db, Installation installation, WriteTurn turn, TimeProvider clock)
{
    /// <param name="lease">Longer than any one call to a network may take, so that it lapses only with its worker.</param>
    /// <returns>The jobs that are this worker's now, oldest due first.</returns>
    public async Task<IReadOnlyList<Guid>> ClaimAsync(string kind, int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var skip = installation.Database == DatabaseKind.Postgres ? "for update skip locked" : "";
        var sql = $"""
            update job set locked_by = @worker, locked_until = @until, claims = claims + 1
            where id in (
                select id from job
                where kind = @kind and done_at is null and due_at <= @now and (locked_until is null or locked_until <= @now)
                order by due_at, id limit @most {skip})
            returning id
            """;
        using var held = await turn.TakeAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = sql;
            Add(command, "worker", installation.Worker);
            Add(command, "until", Instant(now + lease));
            Add(command, "now", Instant(now));
            Add(command, "kind", kind);
            Add(command, "most", most);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var claimed = new List<Guid>();
            while (await reader.ReadAsync(cancellationToken))
                claimed.Add(reader.GetGuid(0));
            return claimed;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>Ends the claim. A worker whose lease was taken over changes nothing.</summary>
    /// <param name="next">When it is due again; null when it is done.</param>
    public async Task FinishAsync(Guid id, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var mine = db.Jobs.Where(job => job.Id == id && job.LockedBy == installation.Worker && job.DoneAt == null);
        using var held = await turn.TakeAsync(cancellationToken);
        _ = next is { } due
            ? await mine.ExecuteUpdateAsync(set => set.SetProperty(job => job.DueAt, due).SetProperty(job => job.LockedUntil, (DateTimeOffset?)null).SetProperty(job => job.LockedBy, (string?)null), cancellationToken)
            : await mine.ExecuteUpdateAsync(set => set.SetProperty(job => job.DoneAt, now), cancellationToken);
    }

    /// <summary>On SQLite there is one process: whatever an earlier one had claimed when it died is free at once.</summary>
    public async Task FreeAbandonedAsync(CancellationToken cancellationToken)
    {
        if (installation.Database == DatabaseKind.Sqlite)
        {
            await db.Jobs.Where(job => job.DoneAt == null && job.LockedBy != null && job.LockedBy != installation.Worker)
                .ExecuteUpdateAsync(set => set.SetProperty(job => job.LockedUntil, (DateTimeOffset?)null).SetProperty(job => job.LockedBy, (string?)null), cancellationToken);
        }
    }

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

internal sealed class JobMapping : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> entity) => entity.ToTable("job").HasKey(job => job.Id);
}

public static class JobTable
{
    extension(CountersignDb db)
    {
        public DbSet<Job> Jobs => db.Set<Job>();
    }
}
