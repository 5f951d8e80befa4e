using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Countersign.Storage;

/// <summary>What differs between the two databases, in one place.</summary>
public static class Databases
{
    /// <param name="database">A PostgreSQL connection string ("Host=…"), or null for SQLite in the data folder.</param>
    public static Installation Locate(string dataFolder, string origin, string? database) =>
        database is null
            ? new Installation(origin, dataFolder, DatabaseKind.Sqlite, new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(dataFolder, "countersign.db"),
                DefaultTimeout = 60,
            }.ToString())
            : new Installation(origin, dataFolder, DatabaseKind.Postgres, database);

    public static DbContextOptionsBuilder Use(this DbContextOptionsBuilder options, Installation installation) =>
        (installation.Database == DatabaseKind.Sqlite
            ? options.UseSqlite(installation.ConnectionString).AddInterceptors(DurableSqlite.Interceptor)
            : options.UseNpgsql(installation.ConnectionString)).AddInterceptors(OpenWhenRead.Interceptor);

    /// <summary>True when a unique key refused the row.</summary>
    internal static bool IsDuplicate(DbUpdateException failure) => failure.InnerException switch
    {
        // SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE, https://sqlite.org/rescode.html
        SqliteException { SqliteExtendedErrorCode: 1555 or 2067 } => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        _ => false,
    };

    /// <summary>True where the database cannot do its work at the moment, whatever it is asked: out of reach, full, locked, worn out.</summary>
    internal static bool IsInTrouble(Exception failure) => failure switch
    {
        DbUpdateException { InnerException: { } inner } => IsInTrouble(inner),

        // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL and CANTOPEN, https://sqlite.org/rescode.html
        SqliteException { SqliteErrorCode: 5 or 6 or 7 or 8 or 10 or 11 or 13 or 14 } => true,

        // Read-only transaction; insufficient resources and operator intervention, https://www.postgresql.org/docs/17/errcodes-appendix.html
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
        PostgresException { SqlState: ['5', '3' or '7' or '8', ..] } => true,
        NpgsqlException { IsTransient: true } or TimeoutException => true,
        _ => false,
    };
}
