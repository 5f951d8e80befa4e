using System.Data.Common;
using System.Globalization;
using Countersign.Accounts;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Countersign.Bench.Ledgers;

/// <summary>A whole installation without its pages, thrown away afterwards.</summary>
internal sealed class AnInstallation : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly string folder;

    private AnInstallation(ServiceProvider services, string folder) => (this.services, this.folder) = (services, folder);

    public static async Task<AnInstallation> OpenAsync(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("countersign-bench-").FullName;
        var installation = Databases.Locate(folder, "bench.example/log", kind == DatabaseKind.Postgres ? await PostgresServer.CreateDatabaseAsync() : null);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCountersign(installation, new ConfigurationBuilder().Build()).AddNetworks(new Uri("http://127.0.0.1:5080/"));
        services.AddCountersignJobs(installation);
        var here = new AnInstallation(services.BuildServiceProvider(), folder);
        await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));
        return here;
    }

    /// <summary>The loop that gives places and signs, as it runs in the program.</summary>
    public BackgroundService Sequencing() => services.GetServices<IHostedService>().OfType<Jobs.SequencerLoop>().Single();

    /// <summary>A row of the business and its audit row, in one transaction, as every change of the application is made.</summary>
    public Task<Guid> CommitAsync(int number) => UseAsync<CountersignDb, Guid>(async db =>
    {
        var opened = new SiteOpened { Subject = Guid.CreateVersion7(), By = Guid.NewGuid(), At = TimeProvider.System.GetUtcNow() };
        var committed = await db.CommitAsync<SiteOpened>(opened, _ => db.Add(new Site { Id = opened.Subject, Name = string.Create(CultureInfo.InvariantCulture, $"Site {number} {opened.Subject}") }), default);
        return committed.IsTaken ? opened.Id : throw new InvalidOperationException(committed.Refusal.Sentence);
    });

    /// <summary>The entries that have no place yet.</summary>
    public Task<List<byte[]>> UnplacedAsync() => UseAsync<CountersignDb, List<byte[]>>(async db =>
    {
        var last = await db.Set<LedgerRun>().MaxAsync(run => (long?)(run.FirstSeq + run.Count)) ?? 0;
        return await db.Set<LedgerEvent>().Where(entry => entry.Seq >= last).Select(entry => entry.Leaf).ToListAsync();
    });

    /// <returns>Bytes of the tables that the log alone needs, with their indexes: what they keep, and what lies on the disk where PostgreSQL has not yet taken back the room of what was written anew. And the number of events.</returns>
    public async Task<(long Kept, long OnDisk, long Events)> StorageAsync(DatabaseKind kind)
    {
        string[] tables = ["ledger_run", "ledger_batch", "ledger_tile", "ledger_checkpoint"];
        var at = services.GetRequiredService<Installation>().ConnectionString;
        await using DbConnection connection = kind == DatabaseKind.Sqlite ? new Microsoft.Data.Sqlite.SqliteConnection(at) : new Npgsql.NpgsqlConnection(at);
        await connection.OpenAsync();
        var events = Convert.ToInt64(await AskAsync("select count(*) from ledger_event"), CultureInfo.InvariantCulture);
        if (kind == DatabaseKind.Postgres)
        {
            var size = $"select sum(pg_total_relation_size(name::regclass)) from unnest(array['{string.Join("', '", tables)}']) as t (name)";
            var onDisk = Convert.ToInt64(await AskAsync(size), CultureInfo.InvariantCulture);
            await AskAsync($"vacuum full {string.Join(", ", tables)}");
            return (Convert.ToInt64(await AskAsync(size), CultureInfo.InvariantCulture), onDisk, events);
        }

        // SQLite as it is shipped does not say how large a table is: the tables go into a file of their own.
        await AskAsync($"attach database '{Path.Combine(folder, "kept.db")}' as kept");
        foreach (var table in tables)
        {
            var made = (string)(await AskAsync($"select sql from sqlite_master where name = '{table}'"))!;
            await AskAsync(made.Replace($"create table {table}", $"create table kept.{table}", StringComparison.OrdinalIgnoreCase));
            await AskAsync($"insert into kept.{table} select * from main.{table}");
        }

        var bytes = (long)(await AskAsync("pragma kept.page_count"))! * (long)(await AskAsync("pragma kept.page_size"))!;
        return (bytes, bytes, events);

        async Task<object?> AskAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return await command.ExecuteScalarAsync();
        }
    }

    public async Task<TAnswer> UseAsync<TSlice, TAnswer>(Func<TSlice, Task<TAnswer>> use)
        where TSlice : notnull
    {
        await using var scope = services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TSlice>());
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
