using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Countersign.Storage;

/// <summary>Every SQLite connection waits for the disk at commit and for writers of other processes up to a minute, and overwrites what it deletes. The journal mode is set once, when the file is made.</summary>
internal sealed class DurableSqlite : DbConnectionInterceptor
{
    public static readonly DurableSqlite Interceptor = new();

    private const string Pragmas = "pragma synchronous=full; pragma busy_timeout=60000; pragma foreign_keys=on; pragma secure_delete=on;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
        PrepareAsync(connection, cancellationToken);

    public static async Task PrepareAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
