using System.Data.Common;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Ledger;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>Every committed event gets one place in the log, nothing else does, and what was signed is what is stored.</summary>
public sealed class SequencerTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attacks_18_and_19_many_writers_that_commit_and_fail_leave_a_dense_log_with_each_event_once(DatabaseKind kind)
    {
        var here = await EmptyAsync(kind);
        var nodes = new List<AnInstallation> { here };
        if (kind == DatabaseKind.Postgres)
            nodes.Add(await here.AnotherNodeAsync());
        try
        {
            using var stop = new CancellationTokenSource();
            var sequencing = nodes.Select(node => Task.Run(() => SequenceUntilAsync(node, stop.Token))).ToList();

            // SQLite has one writer at a time: a transaction that stays open there only makes the others wait.
            var (opened, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
            var slow = kind == DatabaseKind.Postgres ? Task.Run(() => CommitLateAsync(here, opened, goOn.Task)) : Task.FromResult(Guid.Empty);
            if (kind == DatabaseKind.Postgres)
                await opened.Task;
            List<Guid> committed = [];
            for (var wave = 0; wave == 0 || (wave < 20 && await here.ReadAsync(db => db.Set<LedgerCheckpoint>().CountAsync()) < 2); wave++)
                committed.AddRange((await Task.WhenAll(Enumerable.Range(8 * wave, 8).Select(writer => Task.Run(() => WriteAsync(nodes[writer % nodes.Count], writer, 60))))).SelectMany(ids => ids));
            goOn.SetResult();
            committed.Add(await slow);
            committed.Remove(Guid.Empty);
            await stop.CancelAsync();
            await Task.WhenAll(sequencing);
            await here.SequenceAsync();

            var events = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToDictionaryAsync(entry => entry.Seq));
            var places = await PlacesAsync(here);
            Assert.Equal(committed.Order(), events.Values.Select(entry => entry.Id).Order());
            Assert.Equal(Enumerable.Range(0, events.Count).Select(at => (long)at), places.Select(place => place.Index));
            Assert.Equal(events.Keys.Order(), places.Select(place => place.Seq).Order());
            var checkpoints = await AssertEveryCheckpointVerifiesAsync(here, [.. places.Select(place => events[place.Seq].Leaf)]);
            Assert.True(checkpoints > 1, "Everything was signed at once: the writers met no sequencer.");
        }
        finally
        {
            nodes.Reverse();
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_program_killed_between_placing_and_signing_signs_after_its_restart(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await here.SequenceAsync();
        var last = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!;

        // As a kill leaves it: placed, and the signature never written.
        await here.SqlAsync($"delete from ledger_checkpoint where size = {last.Size}");
        await using var restarted = await here.AnotherNodeAsync();
        Assert.Equal(0, await restarted.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)));

        Assert.Equal(last.Note, (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Note);
        Taken(await OpenSiteAsync(restarted, "Leeds"));
        await restarted.SequenceAsync();
        Assert.Null((await CheckAsync(restarted)).Problem);
    }

    /// <summary>As pg_dump and pg_restore leave it: the rows keep the numbers of transactions that this server has not reached.</summary>
    [Fact]
    public async Task A_database_restored_into_another_server_goes_on_where_it_was()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Postgres);
        Taken(await OpenSiteAsync(here, "Committed and not placed when the copy was made"));
        await here.SqlAsync("update ledger_event set xid = (xid::text::bigint + 1000000)::text::xid8");
        await here.SqlAsync("update ledger_batch set snap = (pg_snapshot_xmax(snap::pg_snapshot)::text::bigint + 1000000) || ':' || (pg_snapshot_xmax(snap::pg_snapshot)::text::bigint + 1000000) || ':'");

        await using var restarted = await here.AnotherNodeAsync();
        Assert.Equal(1, await restarted.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)));
        Assert.Equal(0, await restarted.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)));
        Taken(await OpenSiteAsync(restarted, "Committed after the restore"));
        Assert.Equal(1, await restarted.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default)));

        Assert.Null((await CheckAsync(restarted)).Problem);
        Assert.Equal(await restarted.ReadAsync(db => db.Set<LedgerEvent>().CountAsync()), (await PlacesAsync(restarted)).Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_changed_tile_is_found_at_the_next_start_and_nothing_is_signed_or_published_from_then_on(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network));
        await here.SequenceAsync();
        await here.SqlAsync(kind == DatabaseKind.Sqlite
            ? "update ledger_tile set hashes = zeroblob(length(hashes)) where level = 0"
            : "update ledger_tile set hashes = decode(repeat('00', length(hashes)), 'hex') where level = 0");
        await using var restarted = await here.AnotherNodeAsync(RecordingNetwork.Instead(network));
        var signed = await restarted.ReadAsync(db => db.Set<LedgerCheckpoint>().CountAsync());

        var (id, seal) = await restarted.AWaitingDraftAsync();
        Taken(await restarted.ApproveAsync(id, seal, await restarted.WhoAsync("Bea")));
        await Assert.ThrowsAsync<LogDamagedException>(() => restarted.SequenceAsync());
        var post = await restarted.ReadAsync(db => db.Publications.AsNoTracking().SingleAsync());
        var next = await restarted.MoveAsync(post.Id);

        Assert.Equal(signed, await restarted.ReadAsync(db => db.Set<LedgerCheckpoint>().CountAsync()));
        Assert.NotNull(next);
        Assert.Empty(network.HandOvers);
        Assert.Equal(PublicationState.Approved, (await restarted.PublicationAsync(post.Id)).State);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_changed_entry_is_found_and_nothing_leaves_until_it_is_put_back(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(network));
        var post = await here.AnApprovedPostAsync();
        Assert.Null((await CheckAsync(here)).Problem);
        var (seq, leaf) = await here.ReadAsync(async db => await db.Set<LedgerEvent>().OrderBy(entry => entry.Seq).Select(entry => new ValueTuple<long, byte[]>(entry.Seq, entry.Leaf)).Skip(3).FirstAsync());
        var forged = leaf.ToArray();
        forged[^3] ^= 1;

        await SetLeafAsync(here, kind, seq, forged);
        Assert.NotNull((await CheckAsync(here)).Problem);
        Assert.NotNull(await here.MoveAsync(post.Id));
        Assert.Empty(network.HandOvers);

        await SetLeafAsync(here, kind, seq, leaf);
        Assert.Null((await CheckAsync(here)).Problem);
        await here.MoveAsync(post.Id);
        Assert.Single(network.HandOvers);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Entries_removed_exchanged_or_signed_by_somebody_else_are_found(DatabaseKind kind)
    {
        (string What, Func<AnInstallation, Task> Tamper)[] all =
        [
            ("a place removed", here => here.SqlAsync("update ledger_run set count = count - 1 where first_index = (select max(first_index) from ledger_run)")),
            ("a place given to another", here => here.SqlAsync("update ledger_run set first_seq = first_seq + 1 where first_index = (select max(first_index) from ledger_run)")),
            ("all places removed", here => here.SqlAsync("delete from ledger_run")),
            ("an entry removed", here => here.SqlAsync($"delete from ledger_event where seq = {SeqAt(2)}")),
            ("two entries exchanged", here => ExchangeAsync(here, kind)),
            ("a checkpoint of another log", here => here.SqlAsync("update ledger_checkpoint set note = replace(note, 'test.example/northgate', 'test.example/southgate')")),
            ("a checkpoint of another size", here => here.SqlAsync("update ledger_checkpoint set size = size + 1")),
        ];
        foreach (var (what, tamper) in all)
        {
            await using var here = await EmptyAsync(kind);
            await WriteAsync(here, 0, 8);
            await here.SequenceAsync();
            Assert.Null((await CheckAsync(here)).Problem);

            await tamper(here);

            Assert.True((await CheckAsync(here)).Problem is not null, what);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_11_a_log_whose_end_was_removed_with_its_checkpoints_stays_an_alarm_and_is_never_continued(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        await WriteAsync(here, 0, 8);
        await here.SequenceAsync();
        var kept = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size;
        await WriteAsync(here, 1, 8);
        await here.SequenceAsync();
        Assert.Null((await CheckAsync(here)).Problem);

        await here.SqlAsync($"""
            delete from ledger_event where seq >= {SeqAt(kept)};
            delete from ledger_run where first_index >= {kept};
            update ledger_run set count = {kept} - first_index where first_index + count > {kept};
            delete from ledger_batch where first_index >= {kept};
            delete from ledger_checkpoint where size > {kept}
            """);
        for (var time = 0; time < 3; time++)
            Assert.NotNull((await CheckAsync(here)).Problem);

        // Neither the program that ran on nor one started afterwards signs another history over the one that was signed.
        await WriteAsync(here, 2, 16);
        await using var restarted = await here.AnotherNodeAsync();
        foreach (var node in new[] { here, restarted })
        {
            await Assert.ThrowsAsync<LogDamagedException>(node.SequenceAsync);
            Assert.NotNull((await CheckAsync(node)).Problem);
            Assert.NotNull(node.Services.GetRequiredService<LogAlarm>().Damage);
        }

        Assert.Equal(kept, (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_12_an_entry_edited_or_removed_between_its_commit_and_its_place_is_never_signed(DatabaseKind kind)
    {
        foreach (var tamper in new[] { "update ledger_event set ok = ok, leaf = (select leaf from ledger_event order by seq limit 1) where seq = (select max(seq) from ledger_event)", "delete from ledger_event where seq = (select max(seq) from ledger_event)" })
        {
            await using var here = await NorthgateAsync(kind);
            Assert.True((await FaultTests.OpenASiteAsync(here)).IsTaken);
            var signed = (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size;
            await here.SqlAsync(tamper);

            var damage = await Assert.ThrowsAsync<LogDamagedException>(here.SequenceAsync);
            Assert.Contains("changed or removed after it was committed and before it had its place", damage.Message, StringComparison.Ordinal);
            Assert.Equal(signed, (await here.UseAsync<SignedLog, LedgerCheckpoint?>(log => log.LatestAsync(default)))!.Size);
            Assert.NotNull(here.Services.GetRequiredService<LogAlarm>().Damage);
            await Assert.ThrowsAsync<LogDamagedException>(here.SequenceAsync);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_12_an_entry_is_looked_after_until_its_place_is_on_the_disk_and_not_only_until_it_was_read(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        Assert.True((await FaultTests.OpenASiteAsync(here)).IsTaken);
        await here.SqlAsync("alter table ledger_tile rename to ledger_tile_away");
        await Assert.ThrowsAnyAsync<DbException>(here.SequenceAsync);
        await here.SqlAsync("alter table ledger_tile_away rename to ledger_tile");
        await here.SqlAsync("delete from ledger_event where seq = (select max(seq) from ledger_event)");

        var damage = await Assert.ThrowsAsync<LogDamagedException>(here.SequenceAsync);

        Assert.Contains("changed or removed after it was committed and before it had its place", damage.Message, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_checkpoint_or_a_tile_that_the_entries_do_not_bear_out_is_named_and_stops_no_export(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        for (var time = 0; time < 3; time++)
        {
            await WriteAsync(here, time, 4);
            await here.SequenceAsync();
        }

        Assert.Null((await CheckAsync(here)).Problem);
        var earliest = (await here.ReadAsync(db => db.Set<LedgerCheckpoint>().AsNoTracking().OrderBy(row => row.Size).FirstAsync())).Size;
        var hashes = (byte[])(await here.SqlAsync("select hashes from ledger_tile where level = 0"))[0][0]!;
        hashes[40] ^= 1;
        await SetTileAsync(here, kind, hashes);
        Assert.Contains("Tile 0 on level 0", (await CheckAsync(here)).Problem, StringComparison.Ordinal);
        hashes[40] ^= 1;
        await SetTileAsync(here, kind, hashes);
        Assert.Null((await CheckAsync(here)).Problem);

        foreach (var note in new[] { "substr(note, 1, length(note) - 20) || 'AAAAAAAAAAAAAAAAAAA='", "'rubbish'" })
        {
            await here.SqlAsync($"update ledger_checkpoint set note = {note} where size = {earliest}");
            Assert.Equal($"The checkpoint of {earliest:N0} entries in the database is not of these entries, or not signed by a key of this log.", (await CheckAsync(here)).Problem);
        }

        var folder = Directory.CreateTempSubdirectory("countersign-export-").FullName;
        Taken(await here.UseAsync<ExportEvidence, Decision<EvidenceExported>>(export => export.RunAsync(folder, withWords: false, Actor.Automation, default)));
        Assert.True(LogAudit.Run(folder, [NoteVerifier.Parse(here.Services.GetRequiredService<LedgerKey>().VerifierKey)]).Passed);
        Directory.Delete(folder, recursive: true);
    }

    private static Task<List<object?[]>> SetTileAsync(AnInstallation here, DatabaseKind kind, byte[] hashes) =>
        here.SqlAsync($"update ledger_tile set hashes = {(kind == DatabaseKind.Sqlite ? $"x'{Convert.ToHexString(hashes)}'" : $"decode('{Convert.ToHexString(hashes)}', 'hex')")} where level = 0 and idx = 0");

    /// <summary>Every place with the number of its event, in the order of the log.</summary>
    internal static Task<List<(long Index, long Seq)>> PlacesAsync(AnInstallation here) => here.ReadAsync(async db =>
        (await db.Set<LedgerRun>().AsNoTracking().OrderBy(run => run.FirstIndex).ToListAsync()).SelectMany(run => Enumerable.Range(0, (int)run.Count).Select(at => (run.FirstIndex + at, run.FirstSeq + at))).ToList());

    /// <summary>SQL for the number of the event at a place.</summary>
    internal static string SeqAt(long index) => $"(select first_seq + {index} - first_index from ledger_run where first_index <= {index} order by first_index desc limit 1)";

    private static async Task ExchangeAsync(AnInstallation here, DatabaseKind kind)
    {
        var seqs = (await here.SqlAsync($"select {SeqAt(2)}, {SeqAt(3)}"))[0];
        var leaves = await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().ToDictionaryAsync(entry => entry.Seq, entry => entry.Leaf));
        await SetLeafAsync(here, kind, (long)seqs[0]!, leaves[(long)seqs[1]!]);
        await SetLeafAsync(here, kind, (long)seqs[1]!, leaves[(long)seqs[0]!]);
    }

    internal static async Task<Verified> CheckAsync(AnInstallation here)
    {
        var log = here.Services.GetRequiredService<VerifiedLog>();
        await here.ReadAsync(async db =>
        {
            await log.CheckAsync(db, fromTheStart: true, here.Clock.GetUtcNow(), default);
            return true;
        });
        return log.State;
    }

    /// <returns>How many checkpoints there are.</returns>
    internal static async Task<int> AssertEveryCheckpointVerifiesAsync(AnInstallation here, IReadOnlyList<byte[]> leaves)
    {
        var verifier = NoteVerifier.Parse(here.Services.GetRequiredService<LedgerKey>().VerifierKey);
        var checkpoints = await here.ReadAsync(db => db.Set<LedgerCheckpoint>().AsNoTracking().OrderBy(checkpoint => checkpoint.Size).ToListAsync());
        var tree = new GrowingTree();
        foreach (var stored in checkpoints)
        {
            for (; tree.Size < stored.Size; _ = tree.ChangedTiles())
                tree.Append(TreeHash.OfLeaf(leaves[(int)tree.Size]));
            Assert.True(SignedNote.TryParse(stored.Note, out var note) && verifier.Verifies(note));
            Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
            Assert.Equal((stored.Size, tree.Root), (checkpoint.Size, checkpoint.Root));
        }

        Assert.Equal(leaves.Count, checkpoints[^1].Size);
        return checkpoints.Count;
    }

    private static async Task SequenceUntilAsync(AnInstallation node, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await node.UseAsync<Sequencer, int>(sequencer => sequencer.StepAsync(default));
            await Task.Delay(2, CancellationToken.None);
        }
    }

    /// <summary>Commits events; every third transaction is rolled back after it took its number.</summary>
    internal static async Task<List<Guid>> WriteAsync(AnInstallation here, int writer, int count)
    {
        var committed = new List<Guid>();
        for (var at = 0; at < count; at++)
        {
            var opened = new SiteOpened { Subject = Guid.NewGuid(), By = Guid.NewGuid(), At = here.Clock.GetUtcNow() };
            var fails = (at + writer) % 3 == 2;
            try
            {
                await here.ReadAsync(db => db.InTransactionAsync(
                    async _ =>
                    {
                        Taken(await db.CommitAsync<SiteOpened>(opened, _ => db.Add(new Site { Id = opened.Subject, Name = $"Site {writer}.{at}" }), default));
                        if (fails)
                            throw new TimeoutException();
                        return true;
                    },
                    default));
                committed.Add(opened.Id);
            }
            catch (TimeoutException) when (fails)
            {
            }
        }

        return committed;
    }

    /// <summary>Takes a number early and commits after everybody else.</summary>
    internal static async Task<Guid> CommitLateAsync(AnInstallation here, TaskCompletionSource opened, Task goOn)
    {
        var late = new SiteOpened { Subject = Guid.NewGuid(), By = Guid.NewGuid(), At = here.Clock.GetUtcNow() };
        await here.ReadAsync(db => db.InTransactionAsync(
            async _ =>
            {
                Taken(await db.CommitAsync<SiteOpened>(late, _ => db.Add(new Site { Id = late.Subject, Name = "Late" }), default));
                opened.SetResult();
                await goOn;
                return true;
            },
            default));
        return late.Id;
    }

    internal static async Task<Decision<SiteOpened>> OpenSiteAsync(AnInstallation here, string name)
    {
        var ada = await here.WhoAsync("Ada");
        return await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync(name, ada, default));
    }

    private static Task SetLeafAsync(AnInstallation here, DatabaseKind kind, long seq, byte[] leaf) =>
        here.SqlAsync($"update ledger_event set leaf = {(kind == DatabaseKind.Sqlite ? $"x'{Convert.ToHexString(leaf)}'" : $"decode('{Convert.ToHexString(leaf)}', 'hex')")} where seq = {seq}");
}
