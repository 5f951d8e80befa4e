using System.Data.Common;
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

    /// <summary>Where words and pictures lie, and the samples of them that the planner keeps.</summary>
    private static readonly string[] tables =
    [
        "autosave", "conversation", "conversation_note", "draft", "draft_version", "erasure", "incident", "legal_hold", "library_picture", "lockdown", "media", "message",
        "message_version", "person", "recipient", "search_words", "standing_post", "standing_version", "vault_item", "pg_statistic",
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
            await RunAsync(connection, "set lock_timeout = '5s'", cancellationToken);
            foreach (var table in tables)
                await RewriteAsync(connection, table, cancellationToken);
            await RunAsync(connection, "reset lock_timeout", cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
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
