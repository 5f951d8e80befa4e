using Countersign.Decisions;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>The numbered SQL against what the program believes, column by column, on both databases.</summary>
public sealed class SchemaTests
{
    /// <summary>Spoken to in SQL alone, by the sequencer, the searches and the migrator. A text index of SQLite is several tables.</summary>
    private static readonly string[] unmapped = ["ledger_batch", "migration", "ledger_text", "ledger_text_config", "ledger_text_data", "ledger_text_docsize", "ledger_text_idx", "search_text", "search_text_config", "search_text_data", "search_text_docsize", "search_text_idx"];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_table_is_what_the_mapping_says_and_nothing_else(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        var mapped = await here.ReadAsync(db => Task.FromResult(db.Model.GetEntityTypes().SelectMany(Mapped).Order().ToList()));
        var stored = (await StoredAsync(here, kind)).Where(line => !unmapped.Contains(line.Split(' ')[0])).Order().ToList();

        // Postgres orders entries by the transaction that wrote them; only the sequencer reads that column.
        if (kind == DatabaseKind.Postgres)
            Assert.True(stored.Remove("ledger_event xid xid8 not null"));

        Assert.Empty(mapped.Except(stored));
        Assert.Empty(stored.Except(mapped));
        Assert.True(mapped.Count > 100, "Hardly anything is mapped.");
    }

    /// <summary>Whoever reads SECURITY.md is told of every table that could be changed without an entry that says so.</summary>
    [Fact]
    public async Task Every_table_without_entries_is_named_in_the_security_notes_and_no_other()
    {
        await using var here = await EmptyAsync(DatabaseKind.Sqlite);
        var governs = await here.ReadAsync(db => Task.FromResult(db.Model.GetEntityTypes().Where(type => type.GetTableName() is not null).ToLookup(type => type.GetTableName()!, type => typeof(IGoverned).IsAssignableFrom(type.ClrType))));
        var notes = File.ReadAllLines(Path.Combine(Run.Root, "SECURITY.md")).SkipWhile(line => line != "### Tables that no entry governs").Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var named = notes.SelectMany(line => line.Split('|')[1].Split('`').Where((_, at) => at % 2 == 1)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(governs.Where(table => !table.Contains(true)).Select(table => table.Key).Except(named).Order());
        Assert.Empty(named.Intersect(governs.Where(table => table.Contains(true)).Select(table => table.Key)).Order());
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_column_that_differs_is_found(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        var before = await StoredAsync(here, kind);

        await here.SqlAsync("alter table site add column colour text");

        Assert.Equal("site colour text null", Assert.Single((await StoredAsync(here, kind)).Except(before)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Migrating_again_applies_nothing(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);

        Assert.Empty(await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default)));
        Assert.NotEmpty(await here.SqlAsync("select number from migration"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_database_of_a_newer_version_is_refused_by_name(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        await here.SqlAsync($"insert into migration (number, name, applied_at) values (9001, '9001-tomorrow', {(kind == DatabaseKind.Sqlite ? "0" : "now()")})");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default)));

        Assert.Equal("This database holds migration 9001, which this version of Countersign does not know. Start the newer version, or restore the backup made before it.", refused.Message);
    }

    [Fact]
    public async Task Nodes_that_start_together_on_a_new_database_migrate_it_once()
    {
        var installation = Databases.Locate(Path.GetTempPath(), "test.example/northgate", await PostgresServer.CreateDatabaseAsync());
        var options = new DbContextOptionsBuilder<CountersignDb>();
        options.Use(installation);

        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            using var turn = new WriteTurn(installation);
            var keys = new ContentKeys(installation);
            await using var db = new CountersignDb(options.Options, installation, new CommitSignal(), turn, new SharedCommit(turn), keys, new LogAlarm(), new Acknowledged());
            return await new Migrator(db, installation, keys, new StoppedClock()).MigrateAsync(default);
        })));

        Assert.Single(applied, numbers => numbers.Count > 0);
    }

    private static IEnumerable<string> Mapped(IEntityType entity) => entity.GetProperties().Select(property =>
        $"{entity.GetTableName()} {property.GetColumnName()} {property.GetColumnType().ToLowerInvariant()} {(property.IsNullable ? "null" : "not null")}{(property.IsPrimaryKey() ? " key" : "")}");

    private static async Task<List<string>> StoredAsync(AnInstallation here, DatabaseKind kind)
    {
        var rows = await here.SqlAsync(kind == DatabaseKind.Sqlite
            ? """
              select t.name, c.name, lower(c.type), case when c."notnull" = 1 or c.pk > 0 then 'not null' else 'null' end || case when c.pk > 0 then ' key' else '' end
              from sqlite_master t join pragma_table_info(t.name) c
              where t.type = 'table' and t.name not like 'sqlite%'
              """
            : """
              select c.table_name::text, c.column_name::text, case when c.data_type = 'USER-DEFINED' then c.udt_name else c.data_type end::text,
                case when c.is_nullable = 'NO' then 'not null' else 'null' end
                || case when exists (
                  select 1 from information_schema.table_constraints k join information_schema.key_column_usage u using (constraint_schema, constraint_name)
                  where k.constraint_type = 'PRIMARY KEY' and u.table_name = c.table_name and u.column_name = c.column_name) then ' key' else '' end
              from information_schema.columns c where c.table_schema = 'public'
              """);
        return [.. rows.Select(row => string.Join(' ', row))];
    }
}
