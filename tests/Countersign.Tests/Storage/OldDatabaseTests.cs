using System.Globalization;
using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>A database with rows in it, as an older version left it, is brought to this version.</summary>
public sealed class OldDatabaseTests
{
    /// <summary>The last migration of versions that kept a row for each place of the log.</summary>
    private const int BeforeRuns = 70;

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_log_that_had_a_row_for_each_place_has_the_same_places_in_runs_and_goes_on(DatabaseKind kind)
    {
        await using var here = await StateCheckTests.InUseAsync(kind, withInbox: false);
        await CommitOutOfOrderAsync(here, kind);
        var places = await SequencerTests.PlacesAsync(here);
        var root = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Note;
        await MakeOldAsync(here, kind);
        await GiveRowsAsync(here, places);
        Assert.Equal(places.Count, (await here.SqlAsync("select idx from ledger_index")).Count);

        var waiting = await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.WaitingAsync(default));
        var applied = await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));
        Assert.Equal(waiting, applied);
        Assert.Empty(await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.WaitingAsync(default)));
        await using var now = await here.AnotherNodeAsync();

        Assert.Equal(BeforeRuns + 5, applied[0]);
        Assert.Equal(places, await SequencerTests.PlacesAsync(now));
        await AssertEachIsFoundAsync(now, places);
        await AssertIsAsSignedAsync(now, places.Count);
        Assert.Equal(root, (await now.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Note);

        // It goes on where it was, on the same tree.
        Taken(await SequencerTests.OpenSiteAsync(now, "After the new version"));
        await now.SequenceAsync();
        var after = await SequencerTests.PlacesAsync(now);
        Assert.Equal(places, after[..^1]);
        await AssertIsAsSignedAsync(now, places.Count + 1);
    }

    /// <summary>Numbers that were rolled back, transactions that committed long after their neighbours: whatever order a log had.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Places_in_any_order_and_with_any_gaps_are_the_same_in_runs(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        await MakeOldAsync(here, kind);
        var random = new Random(20261130);
        var seqs = new List<long>();
        for (var seq = 1L; seqs.Count < 3_000; seq++)
        {
            if (random.Next(20) > 0)
                seqs.Add(seq);
        }

        for (var time = 0; time < 150; time++)
        {
            var (from, most) = (random.Next(seqs.Count - 60), random.Next(2, 60));
            var late = seqs[from];
            seqs.RemoveAt(from);
            seqs.Insert(from + most, late);
        }

        List<(long Index, long Seq)> places = [.. seqs.Select((seq, at) => ((long)at, seq))];
        await GiveRowsAsync(here, places);

        await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(default));

        Assert.Equal(places, await SequencerTests.PlacesAsync(here));
        await AssertEachIsFoundAsync(here, places);
        Assert.True((await here.SqlAsync("select first_index from ledger_run")).Count is > 300 and < 1_500, "Neither one run nor a run for each.");
    }

    /// <summary>On PostgreSQL a transaction commits after those that began later, and others are rolled back; SQLite has one writer and gives a number anew.</summary>
    private static async Task CommitOutOfOrderAsync(AnInstallation here, DatabaseKind kind)
    {
        if (kind == DatabaseKind.Postgres)
        {
            var (opened, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
            var late = Task.Run(() => SequencerTests.CommitLateAsync(here, opened, goOn.Task));
            await opened.Task;
            await SequencerTests.WriteAsync(here, 0, 12);
            await here.SequenceAsync();
            goOn.SetResult();
            await late;
        }

        await SequencerTests.WriteAsync(here, 1, 12);
        await here.SequenceAsync();
        var runs = (await here.SqlAsync("select first_index from ledger_run")).Count;
        Assert.True(kind == DatabaseKind.Sqlite || runs > 3, "The log has no order of its own.");
    }

    /// <summary>The database as the version with this last migration would hold what it holds now, but for the places of the log.</summary>
    private static async Task MakeOldAsync(AnInstallation here, DatabaseKind kind)
    {
        var made = await PutAsideAsync(here, kind);
        await here.UseAsync<Migrator, IReadOnlyList<int>>(migrator => migrator.MigrateAsync(BeforeRuns, default));
        var (begin, whole, copied) = kind == DatabaseKind.Sqlite
            ? ($"attach database '{made}' as made; pragma foreign_keys = off;", "", """
                select t.name, c.name from main.sqlite_master t join pragma_table_info(t.name, 'main') c
                join made.sqlite_master o on o.name = t.name join pragma_table_info(o.name, 'made') p on p.name = c.name
                where t.type = 'table' and t.name not like 'sqlite%' and t.name not in ('migration', 'ledger_text')
                """)
            : ("set session_replication_role = replica;", "overriding system value", """
                select n.table_name::text, n.column_name::text
                from information_schema.columns n join information_schema.columns o on o.table_name = n.table_name and o.column_name = n.column_name
                where n.table_schema = 'public' and o.table_schema = 'made' and n.table_name <> 'migration'
                """);
        var tables = (await here.SqlAsync($"{begin} {copied}")).ToLookup(row => (string)row[0]!, row => $"\"{row[1]}\"", StringComparer.Ordinal);
        Assert.Contains("ledger_event", tables.Select(table => table.Key));
        Part(here, kind);
        await here.SqlAsync($"{begin} {string.Join("; ", tables.Select(table => $"delete from \"{table.Key}\"; insert into \"{table.Key}\" ({string.Join(", ", table)}) {whole} select {string.Join(", ", table)} from made.\"{table.Key}\""))}");
        Part(here, kind);
        if (kind == DatabaseKind.Sqlite)
            return;
        foreach (var row in await here.SqlAsync("select table_name::text, column_name::text from information_schema.columns where table_schema = 'public' and is_identity = 'YES'"))
            await here.SqlAsync($"select setval(pg_get_serial_sequence('{row[0]}', '{row[1]}'), coalesce(max({row[1]}), 0) + 1, false) from {row[0]}");
        await here.SqlAsync("drop schema made cascade");
    }

    /// <returns>The file that holds what was there, on SQLite; on PostgreSQL it is the schema "made".</returns>
    private static async Task<string> PutAsideAsync(AnInstallation here, DatabaseKind kind)
    {
        if (kind == DatabaseKind.Postgres)
        {
            await here.SqlAsync("alter schema public rename to made; create schema public");
            return "made";
        }

        var file = new SqliteConnectionStringBuilder(here.Services.GetRequiredService<Installation>().ConnectionString).DataSource;
        await here.SqlAsync($"vacuum into '{file}.made'");
        Part(here, kind);
        foreach (var part in new[] { "", "-wal", "-shm" })
            File.Delete(file + part);
        return $"{file}.made";
    }

    /// <summary>What is open on SQLite keeps the file, what was attached to it, and that keys of other tables are not looked at.</summary>
    private static void Part(AnInstallation here, DatabaseKind kind)
    {
        if (kind == DatabaseKind.Sqlite)
            SqliteConnection.ClearPool(new SqliteConnection(here.Services.GetRequiredService<Installation>().ConnectionString));
    }

    private static async Task GiveRowsAsync(AnInstallation here, List<(long Index, long Seq)> places)
    {
        foreach (var some in places.Chunk(500))
            await here.SqlAsync($"insert into ledger_index (idx, seq) values {string.Join(", ", some.Select(place => string.Create(CultureInfo.InvariantCulture, $"({place.Index}, {place.Seq})")))}");
    }

    private static async Task AssertEachIsFoundAsync(AnInstallation here, List<(long Index, long Seq)> places)
    {
        var found = await here.ReadAsync(async db =>
        {
            var log = new LogPlaces(db);
            var each = new List<(long? Index, long? Seq)>();
            foreach (var (index, seq) in places)
                each.Add((await log.IndexAsync(seq, default), await log.SeqAsync(index, default)));
            Assert.Equal(places.Count, await log.CountAsync(default));
            Assert.Null(await log.SeqAsync(places.Count, default));
            return each;
        });
        Assert.Equal(places.Select(place => ((long?)place.Index, (long?)place.Seq)), found);
    }

    /// <summary>The check of the log, every checkpoint, the list of the audit page, and the comparison of every row with its entries.</summary>
    private static async Task AssertIsAsSignedAsync(AnInstallation here, int size)
    {
        Assert.Null((await SequencerTests.CheckAsync(here)).Problem);
        var events = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToDictionaryAsync(entry => entry.Seq));
        var places = await SequencerTests.PlacesAsync(here);
        Assert.Equal((size, size), (events.Count, places.Count));
        await SequencerTests.AssertEveryCheckpointVerifiesAsync(here, [.. places.Select(place => events[place.Seq].Leaf)]);
        Assert.Empty((await StateCheckTests.CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));

        while (await here.UseAsync<LogSearch, int>(search => search.CatchUpAsync(default)) > 0)
        {
        }

        var listed = new List<long?>();
        for (EntryPlace? before = null; await here.UseAsync<AuditTrail, IReadOnlyList<AuditEntry>>(trail => trail.ListAsync(new LogQuestion(Before: before), default)) is { Count: > 0 } page; before = page[^1].Place)
            listed.AddRange(page.Select(entry => entry.Index));
        Assert.Equal(Enumerable.Range(0, size).Reverse().Select(at => (long?)at), listed);
    }
}
