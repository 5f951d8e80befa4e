using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Countersign.Storage;

/// <summary>
/// Takes what was erased out of the files of the database as well. SQLite overwrites what it gives up, and its journal is emptied;
/// PostgreSQL leaves old rows where they were, until their table is written anew.
/// </summary>
/// <remarks>Write-ahead segments, replicas and backups of a PostgreSQL server age out with its own settings.</remarks>
public sealed class ErasedPages(CountersignDb db, Installation installation, ILogger<ErasedPages> logger)
{
    /// <summary>In bytes. To write a larger table anew would keep everybody waiting who uses it: that is for a quiet hour.</summary>
    private const long AtOnce = 256L << 20;

    /// <summary>With others who read while something is erased: they are commands of a few milliseconds, or a copy of the database for hours.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>Where words and pictures of people lie, and the samples of them that the planner keeps.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        "autosave", "blackout", "campaign", "conversation", "conversation_note", "draft", "draft_import", "draft_version",
        "erasure", "inbox_rule_version", "incident", "legal_hold", "library_picture", "lockdown", "mail", "media",
        "message", "message_version", "person", "publication", "recipient", "reply_template_version", "search_words", "shelved_post",
        "standing_post", "standing_version", "take_down", "vault_item", "pg_statistic",
    ];

    public Task OverwriteAsync(CancellationToken cancellationToken) =>
        installation.Database == DatabaseKind.Sqlite ? EmptyJournalAsync(cancellationToken) : RewriteAsync(cancellationToken);

    /// <summary>Unless somebody reads from it for longer than two seconds. Whoever closes the database last does it then.</summary>
    private Task EmptyJournalAsync(CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("pragma busy_timeout=2000; pragma wal_checkpoint(truncate); pragma busy_timeout=60000", cancellationToken);

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        // Within a transaction nothing is erased yet, and no table can be written anew.
        if (db.Database.CurrentTransaction is not null)
            return;
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            var connection = db.Database.GetDbConnection();
            await WhileOthersReadAsync(connection, cancellationToken);
            await RunAsync(connection, "set lock_timeout = '5s'", cancellationToken);
            foreach (var table in Tables)
                await RewriteAsync(connection, table, cancellationToken);
            await RunAsync(connection, "reset lock_timeout", cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    /// <summary>A table that is written anew takes along what somebody may still see who began before it went.</summary>
    private async Task WhileOthersReadAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var next = Statement.Make(connection, null, "select txid_snapshot_xmax(txid_current_snapshot()) & 4294967295");
        await using var earlier = Statement.Make(connection, null, $"""
            select string_agg(holder, ', ') from (
                select 'process ' || pid || ' (' || coalesce(nullif(application_name, ''), backend_type) || ')' as holder, greatest(age(backend_xid), age(backend_xmin)) as age
                from pg_stat_activity where pid <> pg_backend_pid() and (datname is null or datname = current_database())
                union all select 'prepared transaction ' || gid, age(transaction) from pg_prepared_xacts where database = current_database()
                union all select 'replication slot ' || slot_name, age(xmin) from pg_replication_slots
            ) holders where age > age('{await next.ExecuteScalarAsync(cancellationToken)}'::xid)
            """);
        var waited = Stopwatch.StartNew();
        while (await earlier.ExecuteScalarAsync(cancellationToken) is string holders)
        {
            if (waited.Elapsed > patience)
            {
                logger.LogWarning("What was erased may still lie in files of the database, because of {Holders}: run `vacuum full` when they have ended", holders);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }

    private async Task RewriteAsync(DbConnection connection, string table, CancellationToken cancellationToken)
    {
        try
        {
            await using var sized = Statement.Make(connection, null, $"select pg_total_relation_size('{table}')");
            if (await sized.ExecuteScalarAsync(cancellationToken) is long and <= AtOnce)
                await RunAsync(connection, table == "pg_statistic" ? "vacuum full pg_statistic" : $"vacuum (full, analyze) {table}", cancellationToken);
            else
                logger.LogWarning("What was erased may still lie in the files of the table {Table}, which is large: run `vacuum full {Table}` in a quiet hour", table, table);
        }
        catch (DbException refused)
        {
            logger.LogWarning(refused, "What was erased may still lie in the files of the table {Table}: run `vacuum full {Table}` on it", table, table);
        }
    }

    private static async Task RunAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = Statement.Make(connection, null, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
