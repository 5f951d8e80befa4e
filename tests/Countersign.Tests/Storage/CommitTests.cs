using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Ledger;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Storage;

/// <summary>State and entry commit together or not at all, and the entries alone tell how every row came to be what it is.</summary>
public sealed class CommitTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task The_entries_of_a_row_form_a_chain_from_nothing_to_what_the_row_is_now(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind, RecordingNetwork.Instead(new RecordingNetwork()));
        await DoABitOfEverythingAsync(here);

        var last = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var change in (await LeavesAsync(here)).Where(leaf => (bool)leaf["ok"]!).SelectMany(leaf => leaf["changes"]!.AsArray()))
        {
            var name = (string)change!["obj"]!;
            Assert.Equal(last.GetValueOrDefault(name), (string?)change["before"]);
            Assert.Equal(change["set"]!.AsObject().Count == 0, (string?)change["before"] == (string?)change["after"]);
            last[name] = (string?)change["after"];
        }

        var rows = await here.ReadAsync(GovernedAsync);
        Assert.Equal(rows.Select(row => row.Object).Order(StringComparer.Ordinal), last.Keys.Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Encode(row.State()))), last[row.Object]));
        Assert.True(rows.Count > 20, "Hardly anything happened.");
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_entry_shows_each_changed_value_before_and_after(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var post = await here.AnApprovedPostAsync();

        var leaf = Assert.Single(await LeavesAsync(here), leaf => (string)leaf["act"]! == "draft.approved");
        var draft = Assert.Single(leaf["changes"]!.AsArray(), change => (string)change!["obj"]! == $"draft/{post.DraftId}")!["set"]!.AsObject();
        Assert.Equal(["signatures", "stage"], draft.Select(pair => pair.Key));
        Assert.Equal("""["AwaitingApproval","Approved"]""", draft["stage"]!.ToJsonString());
        Assert.StartsWith($"Brand {(await here.WhoAsync("Bea")).Id} {post.Seal} {here.Clock.GetUtcNow().ToUnixTimeMilliseconds()} ", (string)draft["signatures"]![1]![0]!, StringComparison.Ordinal);
        var publication = Assert.Single(leaf["changes"]!.AsArray(), change => (string)change!["obj"]! == post.Object)!;
        Assert.Null(publication["before"]);
        Assert.Equal("""[null,"Approved"]""", publication["set"]!["state"]!.ToJsonString());
        Assert.Equal((await here.WhoAsync("Bea")).Id.ToString(), (string)leaf["actor"]!);
        Assert.Equal("human", (string)leaf["via"]!);
        Assert.Equal(here.Clock.GetUtcNow().ToUnixTimeMilliseconds(), (long)leaf["at"]!);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Attempts_that_matter_are_entries_and_change_nothing(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (hannah, ned, bea) = (await here.WhoAsync("Hannah"), await here.WhoAsync("Ned"), await here.WhoAsync("Bea"));
        var (id, seal) = await here.AWaitingDraftAsync();
        var before = (await LeavesAsync(here)).Count;

        Refused("own-draft", await here.ApproveAsync(id, seal, hannah));
        Refused("not-entitled", await here.ApproveAsync(id, seal, ned));
        Refused("text-changed", await here.ApproveAsync(id, new string('0', 64), bea));
        Refused("not-entitled", await here.ComposeAsync(Guid.CreateVersion7(), ned, "My words", []));
        Refused("not-entitled", await here.LockAsync(LockScope.Everything, null, ned));
        Refused("not-entitled", await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("a-word-of-mine", Guid.NewGuid(), "x", "x", null, null), ned, default)));
        Refused("wrong-credentials", await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("nobody@northgate.example", "not the password", default)));

        var leaves = (await LeavesAsync(here))[before..];
        Assert.Equal(
            ["draft.approve own-draft", "draft.approve not-entitled", "draft.approve text-changed", "draft.compose not-entitled", "lockdown.order not-entitled", "account.connect not-entitled", "session.start wrong-credentials"],
            leaves.Select(leaf => $"{leaf["act"]} {leaf["why"]}"));
        Assert.All(leaves, leaf => Assert.False((bool)leaf["ok"]!));
        Assert.DoesNotContain(leaves, leaf => leaf.ToJsonString().Contains("a-word-of-mine", StringComparison.Ordinal));
        Assert.Equal(DraftStage.AwaitingApproval, (await here.DraftAsync(id)).Stage);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_who_change_a_row_at_once_make_one_entry_and_the_second_is_told(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (id, _) = await here.AWaitingDraftAsync();
        var before = (await LeavesAsync(here)).Count;

        var second = await here.ReadAsync(async slow =>
        {
            var draft = await slow.Drafts.SingleAsync(row => row.Id == id);
            await here.ReadAsync(async quick => Taken(await quick.CommitAsync<DraftWithdrawn>(Withdrawn(id), (await quick.Drafts.SingleAsync(row => row.Id == id)).Apply, default)));
            return await slow.CommitAsync<DraftWithdrawn>(Withdrawn(id), draft.Apply, default);
        });

        Refused("changed-meanwhile", second);
        Assert.Equal(before + 1, (await LeavesAsync(here)).Count);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_commit_that_fails_leaves_neither_row_nor_entry(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (entries, vault, sites) = await CountAsync(here);
        var taken = await here.ReadAsync(db => db.Sites.AsNoTracking().FirstAsync());
        var account = await here.AccountAsync("newsroom");

        var duplicate = await here.ReadAsync(db => db.CommitAsync<SiteOpened>(Opened(), _ => db.AddRange(new Site { Id = Guid.NewGuid(), Name = "Leeds" }, new Site { Id = taken.Id, Name = "Twice" }), default));
        Refused("already-there", duplicate);

        await Assert.ThrowsAsync<DbUpdateException>(() => here.ReadAsync(db => db.CommitAsync<SiteOpened>(
            Opened(),
            _ => db.AddRange(
                new Site { Id = Guid.NewGuid(), Name = "Leeds" },
                new Account { Id = Guid.NewGuid(), SiteId = Guid.NewGuid(), Network = "newsroom", Handle = "x", Title = "x", ConnectedAt = account.ConnectedAt, ConnectedBy = account.ConnectedBy }),
            default)));

        await Assert.ThrowsAsync<FormatException>(() => here.ReadAsync(db => db.CommitAsync<SiteOpened>(
            Opened(),
            _ =>
            {
                db.Add(new Site { Id = Guid.NewGuid(), Name = "Leeds" });
                throw new FormatException("in the middle of it");
            },
            default)));

        await Assert.ThrowsAsync<FormatException>(() => here.ReadAsync(db => db.InTransactionAsync<bool>(
            async _ =>
            {
                Taken(await db.CommitAsync<SiteOpened>(Opened(), _ => db.Add(new Site { Id = Guid.NewGuid(), Name = "Leeds" }), default));
                throw new FormatException("before the end of the transaction");
            },
            default)));

        Assert.Equal((entries, vault, sites), await CountAsync(here));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_row_changed_past_the_commit_is_a_fault(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var before = await CountAsync(here);

        await Assert.ThrowsAsync<InvalidOperationException>(() => here.ReadAsync(async db =>
        {
            (await db.Sites.FirstAsync()).Name = "Renamed outside";
            return await db.CommitAsync<SiteOpened>(Opened(), _ => { }, default);
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => here.ReadAsync(async db =>
        {
            (await db.Sites.FirstAsync()).Name = "Renamed outside";
            return await db.KeepAsync(default);
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => here.ReadAsync(async db =>
        {
            db.Remove(await db.Drafts.AsNoTracking().FirstOrDefaultAsync() ?? (object)await db.Sites.FirstAsync());
            return await db.KeepAsync(default);
        }));

        Assert.Equal(before, await CountAsync(here));
        Assert.Equal("Sheffield", await here.ReadAsync(db => db.Sites.Select(site => site.Name).SingleAsync()));
    }

    internal static async Task<List<JsonObject>> LeavesAsync(AnInstallation here) =>
        [.. (await here.ReadAsync(db => db.Set<LedgerEvent>().AsNoTracking().OrderBy(entry => entry.Seq).Select(entry => entry.Leaf).ToListAsync())).Select(leaf => JsonNode.Parse(leaf)!.AsObject())];

    /// <summary>Posts that go well and badly, changes of roles, a lock and its release.</summary>
    internal static async Task DoABitOfEverythingAsync(AnInstallation here)
    {
        var (ada, hannah, bea, ruth, carol) = (await here.WhoAsync("Ada"), await here.WhoAsync("Hannah"), await here.WhoAsync("Bea"), await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"));
        Taken(await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Leeds", ada, default)));
        await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();
        var campaign = await Publishing.CampaignTests.PlannedAsync(here, bea);
        Taken(await here.UseAsync<PlanCampaign, Decision<CampaignClosed>>(plan => plan.CloseAsync(campaign, bea, default)));
        var picture = await Publishing.LibraryTests.KeptAsync(here);
        Taken(await here.UseAsync<RetirePicture, Decision<PictureRetired>>(retire => retire.RunAsync(picture.Id, bea, default)));
        Taken(await here.UseAsync<RetirePicture, Decision<PictureRestored>>(retire => retire.RestoreAsync(picture.Id, bea, default)));
        var (id, _) = await here.AWaitingDraftAsync("Second words");
        Taken(await here.ReturnAsync(id, "Which day?", bea));
        Taken(await here.ComposeAsync(id, hannah, "Third words", [(await here.AccountAsync("newsroom")).Id], seen: 1));
        var session = Taken(await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("hannah@northgate.example", Password, default))).Subject;
        await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("hannah@northgate.example", "wrong", default));
        var order = Taken(await here.LockAsync(LockScope.Person, hannah.Id, ruth, "She is at risk."));
        await here.ReleaseAsync(order.Subject, ruth, carol);
        Taken(await here.ChangeRolesAsync(hannah.Id, [new RoleGrant(Role.Author, SiteId: (await here.AccountAsync("sandbox")).SiteId)], ada));
        Assert.Null(await here.UseAsync<WhoActs, Actor?>(who => who.FindAsync(session, isUse: true, default)));
        var late = await here.AnApprovedPostAsync(network: "sandbox");
        here.Clock.Advance(Draft.OpenWindow + TimeSpan.FromMinutes(1));
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Missed, (await here.PublicationAsync(late.Id)).State);
    }

    private static async Task<List<IGoverned>> GovernedAsync(CountersignDb db) =>
    [
        .. await db.Organisations.AsNoTracking().ToListAsync(),
        .. await db.People.AsNoTracking().ToListAsync(),
        .. await db.Sessions.AsNoTracking().ToListAsync(),
        .. await db.Set<Policies.Release>().AsNoTracking().ToListAsync(),
        .. await db.Sites.AsNoTracking().ToListAsync(),
        .. await db.Accounts.AsNoTracking().ToListAsync(),
        .. await db.Lockdowns.AsNoTracking().ToListAsync(),
        .. await db.Drafts.AsNoTracking().ToListAsync(),
        .. await db.DraftVersions.AsNoTracking().ToListAsync(),
        .. await db.Publications.AsNoTracking().ToListAsync(),
        .. await db.Campaigns.AsNoTracking().ToListAsync(),
        .. await db.LibraryPictures.AsNoTracking().ToListAsync(),
        .. await db.Media.AsNoTracking().ToListAsync(),
    ];

    private static Task<(int Entries, int Vault, int Sites)> CountAsync(AnInstallation here) =>
        here.ReadAsync(async db => (await db.Set<LedgerEvent>().CountAsync(), await db.Set<VaultItem>().CountAsync(), await db.Sites.CountAsync()));

    private static SiteOpened Opened() => new() { Subject = Guid.NewGuid(), By = Guid.NewGuid(), At = new StoppedClock().GetUtcNow() };

    private static DraftWithdrawn Withdrawn(Guid id) => new() { Subject = id, By = Guid.NewGuid(), At = new StoppedClock().GetUtcNow() };
}
