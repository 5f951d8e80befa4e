using System.Data;
using System.Text;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Evidence;

/// <summary>Words are destroyed for good, by two people and for a reason; the log stays whole and says so.</summary>
public sealed class EraseContentTests
{
    private const string Words = "Zaubernuss in a post";

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_people_erase_a_draft_and_its_words_are_nowhere_while_every_proof_stays_valid(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, before) = await AWithdrawnDraftAsync(here);
        var asked = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.ConsentWithdrawn, "Daniel"));
        Refused("same-person", await ConfirmAsync(here, asked.Subject, "Daniel"));

        var confirmed = Taken(await ConfirmAsync(here, asked.Subject, "Ada"));
        await here.SequenceAsync();

        Assert.Equal(4, confirmed.Commitments.Count);
        foreach (var row in await EverythingStoredAsync(here, kind))
            Assert.DoesNotContain("Zaubernuss", row, StringComparison.Ordinal);

        // Nor in pages that were given up, or in the journal.
        foreach (var file in Directory.EnumerateFiles(here.Services.GetRequiredService<Installation>().DataFolder, "*", SearchOption.AllDirectories))
            Assert.True((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("Zaubernuss"u8) < 0, $"{Path.GetFileName(file)} holds the words.");
        if (kind == DatabaseKind.Postgres)
            Assert.Empty(await HoldingFilesAsync(here));

        Assert.Equal(Erased.Marker, (await here.DraftAsync(id)).Text);
        var report = await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default));
        Assert.Empty(report.Deviations.Select(deviation => deviation.Sentence));
        var entry = Assert.Single((await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().Where(row => row.Act == "erasure.confirmed").ToListAsync())).ConvertAll(row => Encoding.UTF8.GetString(row.Leaf)));
        Assert.All(confirmed.Commitments, commitment => Assert.Contains(commitment, entry, StringComparison.Ordinal));
        Assert.Contains("\"basis\":\"ConsentWithdrawn\"", entry, StringComparison.Ordinal);
        Assert.Contains((await here.WhoAsync("Daniel")).Id.ToString(), entry, StringComparison.Ordinal);

        foreach (var index in before)
        {
            var leaf = await here.UseAsync<AuditTrail, AuditEntry?>(trail => trail.FindAsync(index, default));
            Assert.True((await here.UseAsync<ProveEntry, ProvenEntry?>(prove => prove.RunAsync(index, leaf!.Leaf, default)))!.Verifies);
        }

        var erased = await here.UseAsync<ErasedContents, IReadOnlyDictionary<string, ErasedContent>>(contents => contents.FindAsync(null, default));
        Assert.Equal(confirmed.Commitments.Order(StringComparer.Ordinal), erased.Keys.Order(StringComparer.Ordinal));
        Assert.All(erased.Values, content => Assert.Matches("^erased on .* on the basis “consent withdrawn, UK GDPR art. 17\\(1\\)\\(b\\)”, entry [0-9,]+$", content.Say(day => day.ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public async Task Somebody_who_reads_while_words_are_erased_does_not_keep_them_in_the_files_of_PostgreSQL()
    {
        await using var here = await NorthgateAsync(DatabaseKind.Postgres);
        var (id, _) = await AWithdrawnDraftAsync(here);
        var asked = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.Unlawful, "Daniel"));
        await using var reader = new NpgsqlConnection(here.Services.GetRequiredService<Installation>().ConnectionString);
        await reader.OpenAsync();
        await using var copy = await reader.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var look = new NpgsqlCommand("select text from draft", reader, copy);
        Assert.Equal($"{Words}, again", await look.ExecuteScalarAsync());

        var erasing = Task.Run(() => ConfirmAsync(here, asked.Subject, "Ada"));
        while (await here.ReadAsync(db => db.Erasures.AnyAsync(erasure => erasure.Id == asked.Subject && erasure.State == ErasureState.Asked)))
            await Task.Delay(20);
        await Task.Delay(500);
        await copy.CommitAsync();
        Taken(await erasing);

        Assert.Empty(await HoldingFilesAsync(here));
    }

    /// <summary>Whoever adds a table decides whether it keeps words of people, of which some may be erased one day.</summary>
    [Fact]
    public async Task Every_table_that_can_hold_words_is_written_anew_or_known_to_hold_none_that_are_erased()
    {
        await using var here = await EmptyAsync(DatabaseKind.Postgres);
        var holding = await here.SqlAsync("select distinct table_name::text from information_schema.columns where table_schema = 'public' and data_type in ('text', 'bytea', 'jsonb', 'ARRAY', 'tsvector') order by 1");

        Assert.Equal(
            "account account_watch calendar_feed data_protection_key extra_day feed_entry finished_clock followed_feed hub_topic inbox_reading job lane_pause migration notice notice_choice organisation policy_release posting_plan presence reply_template session site standing_review statement witness_alarm witnessed_log worker_beat",
            string.Join(' ', holding.Select(row => (string)row[0]!).Except(ErasedPages.Tables).Where(name => !name.StartsWith("ledger_", StringComparison.Ordinal))));
        Assert.Empty(ErasedPages.Tables.Except(["pg_statistic"]).Except(holding.Select(row => (string)row[0]!)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_without_roles_is_forgotten_and_what_they_did_stays(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var zoe = await here.JoinAsync("Zoe Zaubernuss", [new RoleGrant(Role.Author)]);
        Refused("in-use", await AskAsync(here, $"person/{zoe.Id}", ErasureBasis.NoLongerNecessary, "Daniel"));
        Taken(await here.ChangeRolesAsync(zoe.Id, [], await here.WhoAsync("Ada")));

        var asked = Taken(await AskAsync(here, $"/people/{zoe.Id}", ErasureBasis.NoLongerNecessary, "Daniel"));
        Taken(await ConfirmAsync(here, asked.Subject, "Ada"));

        Refused("wrong-credentials", await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("zoe@northgate.example", Password, default)));
        Assert.DoesNotContain(await EverythingStoredAsync(here, kind), row => row.Contains("zaubernuss", StringComparison.OrdinalIgnoreCase) || row.Contains("zoe@", StringComparison.OrdinalIgnoreCase));
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nothing_is_erased_under_a_legal_hold_before_two_people_lift_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, _) = await AWithdrawnDraftAsync(here);
        var asked = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.LegalObligation, "Daniel"));
        Refused("not-entitled", await PlaceAsync(here, $"draft/{id}", "Hannah"));
        var hannah = await here.WhoAsync("Hannah");
        var hold = Taken(await PlaceAsync(here, $"person/{hannah.Id}", "Eleanor"));

        Refused("on-hold", await ConfirmAsync(here, asked.Subject, "Ada"));
        Refused("not-proposed", await here.UseAsync<HoldContent, Decision<HoldReleased>>(async holds => await holds.ConfirmReleaseAsync(hold.Subject, await here.WhoAsync("Daniel"), default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleaseProposed>>(async holds => await holds.ProposeReleaseAsync(hold.Subject, await here.WhoAsync("Eleanor"), default)));
        Refused("same-person", await here.UseAsync<HoldContent, Decision<HoldReleased>>(async holds => await holds.ConfirmReleaseAsync(hold.Subject, await here.WhoAsync("Eleanor"), default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleased>>(async holds => await holds.ConfirmReleaseAsync(hold.Subject, await here.WhoAsync("Daniel"), default)));

        Taken(await ConfirmAsync(here, asked.Subject, "Ada"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_asked_for_an_erasure_and_what_a_hold_was_about_can_be_forgotten_once_they_are_over(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, _) = await AWithdrawnDraftAsync(here);
        var hold = Taken(await PlaceAsync(here, $"draft/{id}", "Eleanor"));
        Refused("in-use", await AskAsync(here, $"hold/{hold.Subject}", ErasureBasis.NoLongerNecessary, "Daniel"));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleaseProposed>>(async holds => await holds.ProposeReleaseAsync(hold.Subject, await here.WhoAsync("Eleanor"), default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldReleased>>(async holds => await holds.ConfirmReleaseAsync(hold.Subject, await here.WhoAsync("Daniel"), default)));
        var draft = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.Objection, "Daniel"));
        Refused("in-use", await AskAsync(here, $"erasure/{draft.Subject}", ErasureBasis.NoLongerNecessary, "Daniel"));
        Taken(await ConfirmAsync(here, draft.Subject, "Ada"));

        Taken(await ConfirmAsync(here, Taken(await AskAsync(here, $"hold/{hold.Subject}", ErasureBasis.NoLongerNecessary, "Daniel")).Subject, "Ada"));
        Taken(await ConfirmAsync(here, Taken(await AskAsync(here, $"erasure/{draft.Subject}", ErasureBasis.NoLongerNecessary, "Daniel")).Subject, "Ada"));

        Assert.DoesNotContain(await EverythingStoredAsync(here, kind), row => row.Contains("Claim by a competitor", StringComparison.Ordinal));

        // A page of it that was open all the time brings nothing back.
        var author = await here.WhoAsync("Hannah");
        Assert.False(await here.ReadAsync(db => Autosaves.KeepAsync(db, author.Id, id, "{\"text\":\"What was erased\"}", here.Clock.GetUtcNow(), default)));
        Assert.Empty(await here.ReadAsync(db => db.Autosaves.ToListAsync()));
        Assert.Equal(Erased.Marker, await here.ReadAsync(db => db.Erasures.Where(erasure => erasure.Id == draft.Subject).Select(erasure => erasure.Note).SingleAsync()));
        await here.SequenceAsync();
        Assert.Empty((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Sentence));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_hold_that_is_placed_while_an_erasure_commits_is_never_passed_over(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        for (var round = 0; round < 5; round++)
        {
            var (id, _) = await AWithdrawnDraftAsync(here);
            var asked = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.Unlawful, "Daniel"));

            var erasing = Task.Run(() => ConfirmAsync(here, asked.Subject, "Ada"));
            var holding = Task.Run(() => PlaceAsync(here, $"draft/{id}", "Eleanor"));
            var (erased, held) = (await erasing, await holding);

            var order = (await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().OrderBy(row => row.Seq).Select(row => row.Act).ToListAsync())).Where(act => act is "hold.placed" or "erasure.confirmed").TakeLast(2).ToList();
            Assert.True(!(erased.IsTaken && held.IsTaken) || order[0] == "erasure.confirmed", $"Erased after the hold: {string.Join(", ", order)}");
            Assert.Equal(erased.IsTaken, (await here.DraftAsync(id)).Text == Erased.Marker);
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_published_post_is_kept_for_its_minimum_unless_the_law_leaves_no_choice(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(new RecordingNetwork()));
        var post = await here.AnApprovedPostAsync(Words);
        Refused("in-use", await AskAsync(here, $"draft/{post.DraftId}", ErasureBasis.Objection, "Daniel"));
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        Refused("kept-at-least", await AskAsync(here, $"draft/{post.DraftId}", ErasureBasis.Objection, "Daniel"));
        var unlawful = Taken(await AskAsync(here, $"draft/{post.DraftId}", ErasureBasis.Unlawful, "Daniel"));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureDeclined>>(async erase => await erase.DeclineAsync(unlawful.Subject, await here.WhoAsync("Ada"), default)));
        here.Clock.Advance(TimeSpan.FromDays(367));

        Taken(await ConfirmAsync(here, Taken(await AskAsync(here, $"draft/{post.DraftId}", ErasureBasis.RetentionEnded, "Daniel")).Subject, "Ada"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_erasure_that_breaks_off_leaves_everything_as_it_was(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, _) = await AWithdrawnDraftAsync(here);
        var asked = Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.Unlawful, "Daniel"));
        var ada = await here.WhoAsync("Ada");
        var before = await EverythingStoredAsync(here, kind);

        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await using var scope = here.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CountersignDb>().InTransactionAsync<bool>(
                async _ =>
                {
                    Taken(await scope.ServiceProvider.GetRequiredService<EraseContent>().ConfirmAsync(asked.Subject, ada, default));
                    throw new FormatException("the program ends here");
                },
                default);
        });

        Assert.Equal(before, await EverythingStoredAsync(here, kind));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Erased_words_that_come_back_with_an_older_backup_are_named(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, _) = await AWithdrawnDraftAsync(here);
        await here.SqlAsync("create table old_vault as select * from vault_item");
        Taken(await ConfirmAsync(here, Taken(await AskAsync(here, $"draft/{id}", ErasureBasis.Unlawful, "Daniel")).Subject, "Ada"));
        await here.SqlAsync("delete from vault_item where commitment in (select commitment from old_vault)");
        await here.SqlAsync("insert into vault_item select * from old_vault");
        await here.SqlAsync($"update draft set text = '{Words}' where text = '{Erased.Marker}'");

        var codes = (await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Deviations.Select(deviation => deviation.Code).Distinct().Order().ToList();

        Assert.Equal(["content-returned", "words-returned"], codes);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Content_stays_readable_when_the_wrapping_key_is_turned_half_way_and_all_of_it_ends_under_the_new_key(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await AWithdrawnDraftAsync(here);
        var keys = here.Services.GetRequiredService<ContentKeys>();
        var next = keys.Turn();

        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
        Taken(await here.ComposeAsync(Guid.CreateVersion7(), await here.WhoAsync("Hannah"), "New words", []));
        Assert.Equal(1, await here.ReadAsync(db => db.Set<VaultItem>().CountAsync(item => item.Master == next)));
        var turned = await here.UseAsync<TurnContentKey, int>(turn => turn.RewrapAsync(default));

        Assert.True(turned > 8);
        Assert.All(await here.ReadAsync(db => db.Set<VaultItem>().AsNoTracking().ToListAsync()), item => Assert.Equal(next, item.Master));
        Assert.True((await here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default))).Fits);
    }

    private static async Task<(Guid Id, List<long> Entries)> AWithdrawnDraftAsync(AnInstallation here)
    {
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var picture = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), hannah, default)));
        var id = Guid.CreateVersion7();
        var newsroom = await here.AccountAsync("newsroom");
        Taken(await here.ComposeAsync(id, hannah, Words, [newsroom.Id], pictures: [(picture.Sha256, "A Zaubernuss")]));
        Taken(await here.SendAsync(id, 1, hannah));
        Taken(await here.ReturnAsync(id, "Which Zaubernuss?", bea));
        Taken(await here.ComposeAsync(id, hannah, $"{Words}, again", [newsroom.Id], seen: 1));
        Taken(await here.UseAsync<WithdrawDraft, Decision<DraftWithdrawn>>(withdraw => withdraw.RunAsync(id, hannah, default)));
        await here.SequenceAsync();
        var entries = new List<long>();
        foreach (var seq in await here.ReadAsync(db => db.Set<LedgerEvent>().Where(row => row.Object == $"draft/{id}").OrderBy(row => row.Seq).Select(row => row.Seq).ToListAsync()))
            entries.Add((await here.UseAsync<LogPlaces, long?>(places => places.IndexAsync(seq, default)))!.Value);
        return (id, entries);
    }

    private static Task<Decision<ErasureAsked>> AskAsync(AnInstallation here, string target, ErasureBasis basis, string who) =>
        here.UseAsync<EraseContent, Decision<ErasureAsked>>(async erase => await erase.AskAsync(target, basis, "They wrote to us, and we know the address.", await here.WhoAsync(who), default));

    private static Task<Decision<ErasureConfirmed>> ConfirmAsync(AnInstallation here, Guid id, string who) =>
        here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(async erase => await erase.ConfirmAsync(id, await here.WhoAsync(who), default));

    private static Task<Decision<HoldPlaced>> PlaceAsync(AnInstallation here, string target, string who) =>
        here.UseAsync<HoldContent, Decision<HoldPlaced>>(async holds => await holds.PlaceAsync(target, "Claim by a competitor", await here.WhoAsync(who), default));

    private static async Task<IEnumerable<object?>> HoldingFilesAsync(AnInstallation here)
    {
        await here.SqlAsync("checkpoint");
        var holding = await here.SqlAsync("select relname from pg_class where relkind in ('r', 't', 'i') and relfilenode <> 0 and position('Zaubernuss'::bytea in pg_read_binary_file(pg_relation_filepath(oid))) > 0");
        return holding.Select(row => row[0]);
    }

    private static async Task<List<string>> EverythingStoredAsync(AnInstallation here, DatabaseKind kind)
    {
        var tables = await here.SqlAsync(kind == DatabaseKind.Sqlite ? "select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by 1" : "select table_name::text from information_schema.tables where table_schema = 'public' order by 1");
        var found = new List<string>();
        foreach (var table in tables.Select(row => (string)row[0]!))
        {
            foreach (var row in await here.SqlAsync($"select * from {table} order by 1"))
                found.Add($"{table}: {string.Join('|', row.Select(value => value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value?.ToString()))}");
        }

        return found;
    }
}
