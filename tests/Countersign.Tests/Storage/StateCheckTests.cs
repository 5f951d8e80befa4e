using System.Globalization;
using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Inbox;
using Countersign.Notices;
using Countersign.Planning;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Inbox;
using Countersign.Tests.Shared;
using Countersign.Tests.Standing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>What somebody with write access to the database does past the program, and what the comparison with the log says of it.</summary>
public sealed class StateCheckTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Every_row_of_an_installation_in_use_is_what_its_entries_say(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);

        var report = await CheckAsync(here);

        Assert.Empty(report.Deviations.Select(deviation => deviation.Sentence));
        Assert.True(report is { Rows: > 25, Contents: > 15, Entries: > 40 }, report.ToString());
    }

    /// <summary>With such a row, a change past the program would have its entry: one that no checkpoint, search or export ever holds.</summary>
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_event_that_was_put_where_it_gets_no_place_is_named_and_not_believed(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await here.SequenceAsync();
        var entries = (await CheckAsync(here)).Entries;
        var (row, id) = kind == DatabaseKind.Sqlite
            ? ("insert into ledger_event (seq, id, leaf, at, actor, act, object, ok) select 0,", Guid.CreateVersion7().ToString().ToUpperInvariant())
            : ("insert into ledger_event (seq, xid, id, leaf, at, actor, act, object, ok) overriding system value select 0, '3',", Guid.CreateVersion7().ToString());
        await here.SqlAsync($"{row} '{id}', leaf, at, actor, act, object, ok from ledger_event where act = 'person.joined' limit 1");
        await here.SequenceAsync();

        var report = await CheckAsync(here);

        var named = Assert.Single(report.Deviations);
        Assert.Equal(("ledger_event", "no-place"), (named.Table, named.Code));
        Assert.Equal(entries, report.Entries);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_13_a_changed_value_in_any_column_of_any_governed_table_is_named(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var tampering = new Tampering(here, kind);
        var tried = 0;
        foreach (var entity in await tampering.GovernedAsync())
        {
            await tampering.KeepAsync(entity);
            foreach (var property in entity.GetProperties().Where(property => IsCompared(entity, property)))
            {
                foreach (var change in await tampering.ChangesAsync(entity, property))
                {
                    var report = await CheckAsync(here);
                    Assert.True(report.Deviations.Any(deviation => deviation.Table == entity.GetTableName() && change.IsNamedIn(deviation)), $"{entity.GetTableName()}.{property.GetColumnName()} became {change.Became}, and that was not named. Deviations: {string.Join(" ", report.Deviations.Select(deviation => deviation.Sentence))}");
                    await tampering.RestoreAsync(entity, property);
                    tried++;
                }
            }
        }

        Assert.True((await CheckAsync(here)).Fits, "The test did not put everything back.");
        Assert.True(tried > 100, $"Only {tried} changes were tried.");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_row_that_is_gone_and_one_that_nobody_made_are_named_in_every_governed_table(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var tampering = new Tampering(here, kind);
        foreach (var entity in await tampering.GovernedAsync())
        {
            await tampering.GiveAnotherKeyAsync(entity);
            var report = await CheckAsync(here);

            Assert.Contains(report.Deviations, deviation => deviation.Table == entity.GetTableName() && deviation is { Code: "gone", Since: not null });
            Assert.Contains(report.Deviations, deviation => deviation.Table == entity.GetTableName() && deviation.Code == "no-entry");
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_was_changed_is_named_with_its_fields_and_the_entry_that_last_bore_it_out(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var ned = await here.WhoAsync("Ned");
        await here.SqlAsync($"""update person set grants = '[{"{"}"role":"Compliance"{"}"}]' where name like 'Ned%'""");

        var deviation = Assert.Single((await CheckAsync(here)).Deviations);

        Assert.Equal(("person", $"person/{ned.Id}", "changed", "grants"), (deviation.Table, deviation.Object, deviation.Code, Assert.Single(deviation.Fields)));
        var seq = await here.UseAsync<LogPlaces, long?>(places => places.SeqAsync(deviation.Since!.Value, default));
        var entry = await here.ReadAsync(db => db.Set<LedgerEvent>().SingleAsync(row => row.Seq == seq));
        Assert.Equal(("person.joined", $"person/{ned.Id}"), (entry.Act, entry.Object));
        Assert.Contains("was changed without an entry: grants.", deviation.Sentence, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Words_that_were_changed_where_people_read_them_are_named(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var draft = await here.ReadAsync(db => db.Drafts.AsNoTracking().FirstAsync(row => row.Text == "Third words"));
        await here.SqlAsync("update draft set text = 'Other words' where text = 'Third words'");

        var deviation = Assert.Single((await CheckAsync(here)).Deviations);

        Assert.Equal(("draft", draft.Object, "words-changed", "text"), (deviation.Table, deviation.Object, deviation.Code, Assert.Single(deviation.Fields)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_14_sealed_content_that_was_changed_swapped_removed_or_smuggled_in_is_named(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var zeros = kind == DatabaseKind.Sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";

        // What was erased in the ordinary way is left alone, wherever its random digits put it.
        string One(string which, string of = "true") => $"(select {which}(commitment) from vault_item where erasure is null and cipher is not null and {of})";
        foreach (var (sql, code) in new[]
        {
            ($"update vault_item set salt = {zeros} where commitment = {One("min")}", "content-changed"),
            ($"update vault_item set object = 'draft/other' where commitment = {One("min", $"salt <> {zeros}")}", "content-changed"),
            ($"update vault_item set cipher = (select cipher from vault_item other where other.name = 'text' and other.cipher is not null and other.commitment <> vault_item.commitment limit 1) where commitment = {One("max", $"name = 'text' and object <> 'draft/other' and salt <> {zeros}")}", "content-changed"),
            ($"update vault_item set salt = null, wrapped = null, cipher = null where commitment = {One("max")}", "content-gone"),
            ($"delete from vault_item where commitment = {One("max")}", "content-gone"),
            ($"insert into vault_item select 'ffffff' || substr(commitment, 7), item, name, object, salt, master, wrapped, cipher, erasure from vault_item where commitment = {One("min")}", "content-unknown"),
        })
        {
            var before = (await CheckAsync(here)).Deviations.Count(deviation => deviation.Code == code);
            await here.SqlAsync(sql);

            Assert.Equal(before + 1, (await CheckAsync(here)).Deviations.Count(deviation => deviation.Code == code));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attack_13_an_entry_that_was_suppressed_before_it_had_a_place_is_missed(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var (ada, hannah) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"));
        Taken(await here.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author), new RoleGrant(Role.Legal)], ada));
        await here.SqlAsync("delete from ledger_event where act = 'person.roles-changed' and seq = (select max(seq) from ledger_event)");

        Assert.Equal("changed", Assert.Single((await CheckAsync(here)).Deviations, deviation => deviation.Object == $"person/{hannah.Id}").Code);

        // Another program knows nothing of what this one committed; the rows still tell.
        await using var another = await here.AnotherNodeAsync();
        Taken(await another.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author)], ada));
        await another.SequenceAsync();

        Assert.Equal("entry-missing", Assert.Single((await CheckAsync(another)).Deviations, deviation => deviation.Object == $"person/{hannah.Id}").Code);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_people_do_while_the_comparison_runs_is_not_blamed(DatabaseKind kind)
    {
        await using var here = await InUseAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        using var done = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            for (var round = 0; !done.IsCancellationRequested; round++)
            {
                Taken(await here.ComposeAsync(Guid.CreateVersion7(), hannah, $"Words {round}", []));
                await here.SequenceAsync();
            }
        });

        for (var time = 0; time < 10; time++)
            Assert.Empty((await CheckAsync(here)).Deviations.Select(deviation => deviation.Sentence));

        await done.CancelAsync();
        await busy;
    }

    internal static Task<StateReport> CheckAsync(AnInstallation here) => here.UseAsync<StateCheck, StateReport>(check => check.RunAsync(default));

    /// <summary>Somebody did everything at least once, and no governed column is empty in all rows.</summary>
    /// <param name="withInbox">And with what people are told of it; an older version had neither.</param>
    internal static async Task<AnInstallation> InUseAsync(DatabaseKind kind, bool withInbox = true)
    {
        var network = new WatchedNetwork();
        var web = new SomeWeb { Answer = SomeWeb.Rss(("1", "Ferry late", "Ten minutes")) };
        var here = await NorthgateAsync(kind, network.Instead() + web.Instead);
        Taken(await here.UseAsync<FollowFeed, Decision<FeedFollowed>>(async follow => await follow.RunAsync("https://harbour.example.test/feed.xml", "Shipping", await here.WhoAsync("Hannah"), default)));
        await CommitTests.DoABitOfEverythingAsync(here);
        var added = Taken(await here.UseAsync<ChooseRecipients, Decision<RecipientAdded>>(async choose => await choose.AddAsync("trail@auditors.example", await here.WhoAsync("Daniel"), default)));
        Taken(await here.UseAsync<ChooseRecipients, Decision<RecipientRemoved>>(async choose => await choose.RemoveAsync(added.Subject, await here.WhoAsync("Daniel"), default)));
        var (hannah, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"));
        var picture = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.Png(), bea, default)));
        var campaign = await Publishing.CampaignTests.PlannedAsync(here, bea);
        Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(Guid.CreateVersion7(), new DraftForm(0, "For the campaign", [], [], null, null, null) { Campaign = campaign }, bea, default)));
        var kept = Taken(await here.UseAsync<KeepPicture, Decision<LibraryPicture>>(keep => keep.RunAsync(picture.Sha256, Publishing.LibraryTests.ARecord() with { LicenceUntil = "2027-03-31", ConsentUntil = "2027-04-30" }, bea, default)));
        Assert.NotNull(kept);
        var plain = Taken(await here.UseAsync<AddPicture, Decision<Media>>(add => add.RunAsync(SomePicture.TakenAtAPlace(), bea, default)));
        Taken(await here.UseAsync<ComposeDraft, Decision<DraftComposed>>(compose => compose.RunAsync(Guid.CreateVersion7(), new DraftForm(0, "With a pattern", [(plain.Sha256, "")], [], null, null, null) { NoAlt = new Dictionary<string, string> { [plain.Sha256] = "A pattern." } }, bea, default)));
        var day = here.Clock.GetUtcNow().AddDays(2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var id = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(id, bea, "With a picture", [(await here.AccountAsync("newsroom")).Id], slot: (day, "09:00", "Europe/London"), pictures: [(picture.Sha256, "A path in a wood.")]));
        var ada = await here.WhoAsync("Ada");
        Taken(await here.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author), new RoleGrant(Role.Brand)], ada));
        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, bea)).Seal, await here.WhoAsync("Hannah"), "It is what we said."));
        await AShapedPostAsync(here, picture);
        var withdrawn = Guid.CreateVersion7();
        Taken(await here.ComposeAsync(withdrawn, hannah, "Words to forget", []));
        Taken(await here.UseAsync<WithdrawDraft, Decision<DraftWithdrawn>>(withdraw => withdraw.RunAsync(withdrawn, hannah, default)));
        var (daniel, eleanor) = (await here.WhoAsync("Daniel"), await here.WhoAsync("Eleanor"));
        var asked = Taken(await here.UseAsync<EraseContent, Decision<ErasureAsked>>(erase => erase.AskAsync($"draft/{withdrawn}", ErasureBasis.Objection, "She asked us to.", daniel, default)));
        Taken(await here.UseAsync<EraseContent, Decision<ErasureConfirmed>>(erase => erase.ConfirmAsync(asked.Subject, ada, default)));
        Taken(await here.UseAsync<HoldContent, Decision<HoldPlaced>>(holds => holds.PlaceAsync($"draft/{id}", "A claim", eleanor, default)));
        await LookAroundAsync(here, network, ada);
        var (ruth, newsroom) = (await here.WhoAsync("Ruth"), await here.AccountAsync("newsroom"));
        Taken(await here.UseAsync<SetPostingPlan, Decision<PlanSet>>(set => set.RunAsync(newsroom.Id, new PlanTerms(3, [DayOfWeek.Monday], [new PreferredTime(DayOfWeek.Monday, "09:00")], "Europe/London", 60, "22:00", "07:00", Nation.Scotland), ruth, default)));
        Taken(await here.UseAsync<KeepExtraDays, Decision<ExtraDayAdded>>(days => days.AddAsync(new(2027, 6, 15), "Fair", Nation.Scotland, true, ruth, default)));
        var blackout = Taken(await here.UseAsync<PlaceBlackout, Decision<BlackoutPlaced>>(place => place.RunAsync(new BlackoutWish(BlackoutScope.Account, newsroom.Id, BlackoutForce.Warn, here.Clock.GetUtcNow(), here.Clock.GetUtcNow().AddDays(1), "Results"), ruth, default)));
        Taken(await here.UseAsync<LiftBlackout, Decision<BlackoutLifted>>(lift => lift.RunAsync(blackout.Subject, ruth, default)));
        if (withInbox)
        {
            await here.UseTheInboxAsync(network);
            Taken(await here.UseAsync<ChooseNotices, Decision<NoticesChosen>>(choose => choose.RunAsync(NoticeChoice.Usual("Europe/London"), ruth, default)));
        }

        var feed = Taken(await here.UseAsync<SubscribeToCalendar, Decision<FeedOpened>>(feeds => feeds.OpenAsync("?q=words", ruth, default)));
        Taken(await here.UseAsync<SubscribeToCalendar, Decision<FeedRevoked>>(feeds => feeds.RevokeAsync(feed.Subject, ruth, default)));
        await here.SequenceAsync();
        return here;
    }

    /// <summary>A reply as a thread, with everything that a draft can have.</summary>
    private static async Task AShapedPostAsync(AnInstallation here, Media picture)
    {
        var newsroom = await here.AccountAsync("newsroom");
        var (bea, id) = (await here.WhoAsync("Bea"), Guid.CreateVersion7());
        var shape = new PostShape
        {
            Kind = PostKind.Reply,
            Target = new PostTarget("newsroom", "urn:1", "https://northgate.example/1", "v1", "pat", "When do you open?", here.Clock.GetUtcNow()),
            Variants = [new AccountWords(newsroom.Id, [new Words("We open on Saturday."), new Words("Doors at ten.")])],
            FirstComment = new Words("Come early."),
            ContentWarning = new Words("Opening hours"),
            Audience = Audience.Unlisted,
            Preview = new LinkCard("https://northgate.example/open", "Opening", "When we open.", new DraftPicture(picture.Sha256, "", 0, 0, "A door.")),
            AllOrNone = true,
        };
        Taken(await here.ComposeAsync(id, bea, "Common words", [newsroom.Id], shape: shape));
        Taken(await here.ApproveAsync(id, Taken(await here.SendAsync(id, 1, bea)).Seal, await here.WhoAsync("Hannah")));
        await here.DeliverAsync();
        Assert.Equal(3, (await here.ChainAsync(id)).Count(part => part.State == PublicationState.Accepted));
    }

    /// <summary>A post of others that is taken down, one of ours that was edited, an owner: every column of what stands has something in it.</summary>
    private static async Task LookAroundAsync(AnInstallation here, WatchedNetwork network, Actor ada)
    {
        var ruth = await here.WhoAsync("Ruth");
        var account = await here.AWatchedAccountAsync();
        Taken(await here.UseAsync<NameOwner, Decision<OwnerNamed>>(name => name.RunAsync(account.Id, ada.Id, ada, default)));
        var stranger = network.PostPast(account, "Nobody agreed to this", here.Clock.GetUtcNow(), "A crowd");
        network.EditPast(stranger.Remote.Id, post => post with { ContentWarning = "Loud", Audience = "unlisted", ReplyTo = "urn:1", Quotes = "urn:2", Link = "https://elsewhere.example/", PictureIds = ["p1"], EditedAt = here.Clock.GetUtcNow() });
        await here.WatchAsync();
        network.EditPast(stranger.Remote.Id, post => post with { Text = "Nobody agreed to this either" });
        await here.WatchAsync();
        var incident = (await here.IncidentsAsync()).Single(one => one.Kind == IncidentKind.NotOurs);
        network.Deletes = _ => new Channels.Outcome.Unknown(RecordingNetwork.Because("No answer."));
        Taken(await here.OrderTakeDownAsync(incident.Id, ruth));
        await here.TakeDownAsync();
        network.Deletes = _ => null;
        here.Clock.Advance(TimeSpan.FromMinutes(5));
        await here.TakeDownAsync();
        await here.UseAsync<ReviewStanding, DateTimeOffset>(review => review.RunAsync(default));
    }

    private static bool IsCompared(IEntityType entity, IProperty property) =>
        !property.IsPrimaryKey() && property.Name != nameof(IGoverned.Revision)
        && !((IGoverned)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(entity.ClrType)).Unrecorded.Contains(property.Name);

    /// <param name="Key">The first part of the row's key, as its object's name holds it.</param>
    private sealed record Change(string Key, string Became)
    {
        public bool IsNamedIn(Deviation deviation) => deviation.Object.Contains(Key, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>SQL past every rule of the program, and back again.</summary>
    private sealed class Tampering(AnInstallation here, DatabaseKind kind)
    {
        private readonly string free = kind == DatabaseKind.Sqlite ? "pragma foreign_keys=off; " : "set session_replication_role = replica; ";

        public Task<List<IEntityType>> GovernedAsync() =>
            here.ReadAsync(db => Task.FromResult(db.Model.GetEntityTypes().Where(entity => typeof(IGoverned).IsAssignableFrom(entity.ClrType)).ToList()));

        public Task KeepAsync(IEntityType entity) => here.SqlAsync($"create table kept_{entity.GetTableName()} as select * from {entity.GetTableName()}");

        public Task RestoreAsync(IEntityType entity, IProperty property)
        {
            var (table, column) = (entity.GetTableName(), property.GetColumnName());
            var same = string.Join(" and ", entity.FindPrimaryKey()!.Properties.Select(key => $"kept.{key.GetColumnName()} = {table}.{key.GetColumnName()}"));
            return here.SqlAsync($"{free}update {table} set {column} = (select {column} from kept_{table} kept where {same})");
        }

        public Task GiveAnotherKeyAsync(IEntityType entity)
        {
            var (table, key) = (entity.GetTableName(), entity.FindPrimaryKey()!.Properties[0]);
            return here.SqlAsync($"{free}update {table} set {key.GetColumnName()} = {Other(key)} where {key.GetColumnName()} = (select {key.GetColumnName()} from {table} order by 1 limit 1)");
        }

        /// <summary>Makes each change that the column takes, one by one; whoever asks for the next has put the last one back.</summary>
        public async Task<IEnumerable<Change>> ChangesAsync(IEntityType entity, IProperty property)
        {
            var (table, column, key) = (entity.GetTableName(), property.GetColumnName(), entity.FindPrimaryKey()!.Properties[0].GetColumnName());
            var filled = await here.SqlAsync($"select {key}, {column} from {table} where {column} is not null{(IsText(property) ? $" and {column} not in ('', '[]', 'null')" : "")} order by 1 limit 1");
            var row = filled.FirstOrDefault() ?? (await here.SqlAsync($"select {key}, {column} from {table} order by 1 limit 1")).First();
            var where = $"where {key} = {Literal(row[0]!)}";
            return IsJson(property) && row[1] is string json
                ? Leaves(json).Select(changed => Make($"update {table} set {column} = '{changed.Replace("'", "''", StringComparison.Ordinal)}' {where}", row[0]!, changed))
                : [Make($"update {table} set {column} = {Other(property)} {where}", row[0]!, Other(property))];
        }

        private Change Make(string sql, object key, string became)
        {
            here.SqlAsync(free + sql).GetAwaiter().GetResult();
            return new Change(key.ToString()!, became);
        }

        private static bool IsText(IProperty property) => property.GetColumnType().Equals("text", StringComparison.OrdinalIgnoreCase) && Nullable.GetUnderlyingType(property.ClrType) is null && !property.ClrType.IsValueType;

        private static bool IsJson(IProperty property) => IsText(property) && property.ClrType != typeof(string);

        private string Literal(object value) => value is int or long ? value.ToString()! : $"'{value}'";

        private string Other(IProperty property)
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            var column = property.GetColumnName();
            return type switch
            {
                _ when type == typeof(bool) => kind == DatabaseKind.Sqlite ? $"1 - {column}" : $"not {column}",
                _ when type == typeof(int) || type == typeof(long) => $"coalesce({column}, 0) + 1000",
                _ when type == typeof(DateTimeOffset) => kind == DatabaseKind.Sqlite ? $"coalesce({column}, 0) + 3600000000" : $"coalesce({column}, now()) + interval '1 hour'",
                _ when type == typeof(Guid) => $"'{Guid.NewGuid().ToString().ToUpperInvariant()}'",
                { IsEnum: true } => $"case when {column} = '{Enum.GetNames(type)[0]}' then '{Enum.GetNames(type)[1]}' else '{Enum.GetNames(type)[0]}' end",
                _ when type == typeof(string) => $"coalesce({column}, '') || 'x'",
                _ => "'[]'",
            };
        }

        /// <summary>The same JSON with one value changed, for one value of each shape of path.</summary>
        private static IEnumerable<string> Leaves(string json)
        {
            var seen = new HashSet<string>();
            foreach (var path in Paths(JsonNode.Parse(json)!, "").ToList())
            {
                if (!seen.Add(string.Concat(path.Where(letter => !char.IsDigit(letter)))))
                    continue;
                var root = JsonNode.Parse(json)!;
                var node = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (at, step) => (at is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : at[step])!);
                node.ReplaceWith(Changed(node.AsValue()));
                yield return root.ToJsonString();
            }
        }

        private static IEnumerable<string> Paths(JsonNode node, string path) => node switch
        {
            JsonObject values => values.Where(pair => pair.Value is not null).SelectMany(pair => Paths(pair.Value!, $"{path}/{pair.Key}")),
            JsonArray list => list.SelectMany((item, at) => Paths(item!, $"{path}/{at}")),
            _ => [path],
        };

        private static JsonNode Changed(JsonValue value) => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.Number => value.GetValue<long>() + 1,
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => !value.GetValue<bool>(),
            _ when Guid.TryParse(value.ToString(), out _) => Guid.NewGuid().ToString(),
            _ when DateTimeOffset.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var instant) && value.ToString().Contains('+', StringComparison.Ordinal) => instant.AddHours(1).ToString("O", CultureInfo.InvariantCulture),
            _ => $"{value}x",
        };
    }
}
