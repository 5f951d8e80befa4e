using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;
using static Countersign.Tests.Shared.RecordingNetwork;

namespace Countersign.Tests.Publishing;

/// <summary>One draft for two accounts: what stops one of its posts, and what stops both.</summary>
public sealed class SeveralAccountsTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task An_account_that_was_let_go_gets_nothing_and_the_other_gets_its_post(DatabaseKind kind)
    {
        var (newsroom, sandbox) = (new RecordingNetwork(), new RecordingNetwork("sandbox"));
        await using var here = await NorthgateAsync(kind, Instead(newsroom, sandbox));
        var posts = await ApprovedForBothAsync(here);
        Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(async disconnect => await disconnect.RunAsync(posts["newsroom"].AccountId, await here.WhoAsync("Ada"), default)));

        await here.DeliverAsync();

        Assert.Empty(newsroom.HandOvers);
        Assert.Single(sandbox.HandOvers);
        Assert.Equal(PublicationState.Held, (await here.PublicationAsync(posts["newsroom"].Id)).State);
        Assert.Equal(DraftStage.Approved, (await here.DraftAsync(posts["newsroom"].DraftId)).Stage);
        Assert.Equal("newsroom", Assert.Single((await TodayAsync(here, "Hannah")).Unsettled).Account.Network);
        Assert.Equal("newsroom", Assert.Single((await TodayAsync(here, "Ruth")).Unsettled).Account.Network);
        Assert.Empty((await TodayAsync(here, "Bea")).Unsettled);
        Refused("account-not-connected", await AgainAsync(here, posts["newsroom"]));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_post_held_for_its_account_goes_out_once_the_account_is_back_and_somebody_says_so(DatabaseKind kind)
    {
        var (newsroom, sandbox) = (new RecordingNetwork(), new RecordingNetwork("sandbox"));
        await using var here = await NorthgateAsync(kind, Instead(newsroom, sandbox));
        var posts = await ApprovedForBothAsync(here);
        newsroom.Prepare = (_, _) => Task.FromResult<PrepareOutcome>(new PrepareOutcome.Stopped(new Outcome.Rejected(RejectKind.AuthRevoked, Because("The app password no longer opens this account."))));
        var first = await here.AnApprovedPostAsync();
        await here.DeliverAsync();
        PublicationState[] states = [(await here.PublicationAsync(first.Id)).State, (await here.PublicationAsync(posts["newsroom"].Id)).State];
        Assert.Contains(PublicationState.Held, states);
        var held = (await here.PublicationAsync(first.Id)).State == PublicationState.Held ? first : posts["newsroom"];

        newsroom.Prepare = null;
        Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(async connect => await connect.RunAsync(
            new Connecting("newsroom", (await here.AccountAsync("newsroom")).SiteId, (await here.AccountAsync("newsroom")).Handle, "Newsroom", null, "a new key"), await here.WhoAsync("Ada"), default)));
        Taken(await AgainAsync(here, held));
        await here.DeliverAsync();

        Assert.Equal(held.Key, Assert.Single(newsroom.HandOvers).Key);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_voids_the_approval_stops_both_and_only_new_signatures_let_them_go(DatabaseKind kind)
    {
        var (newsroom, sandbox) = (new RecordingNetwork(), new RecordingNetwork("sandbox"));
        await using var here = await NorthgateAsync(kind, Instead(newsroom, sandbox));
        var posts = await ApprovedForBothAsync(here);
        await here.SqlAsync("update draft set text = 'Other words'");

        await here.DeliverAsync();

        Assert.Empty(newsroom.HandOvers.Concat(sandbox.HandOvers));
        foreach (var post in posts.Values)
        {
            Assert.Equal(PublicationState.Held, (await here.PublicationAsync(post.Id)).State);
            Refused("approval-void", await AgainAsync(here, post));
        }

        Assert.Equal("content-changed", (await here.DraftAsync(posts["sandbox"].DraftId)).HeldBecause);
        Assert.Empty((await TodayAsync(here, "Ruth")).Unsettled);
        Assert.Single((await TodayAsync(here, "Hannah")).ToChange);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task New_words_end_a_held_post_and_nothing_brings_it_back(DatabaseKind kind)
    {
        var network = new RecordingNetwork();
        await using var here = await NorthgateAsync(kind, Instead(network));
        var post = await here.AnApprovedPostAsync();
        await here.SqlAsync("update draft set text = 'Other words'");
        await here.DeliverAsync();
        Assert.Equal(PublicationState.Held, (await here.PublicationAsync(post.Id)).State);

        var hannah = await here.WhoAsync("Hannah");
        Taken(await here.ComposeAsync(post.DraftId, hannah, "New words.", [post.AccountId], seen: 1));
        Assert.Equal(PublicationState.Void, (await here.PublicationAsync(post.Id)).State);
        Refused("not-open", await AgainAsync(here, post));
        var seal = Taken(await here.SendAsync(post.DraftId, 2, hannah)).Seal;
        Taken(await here.ApproveAsync(post.DraftId, seal, await here.WhoAsync("Bea")));
        await here.SequenceAsync();
        await here.DeliverAsync();

        Assert.Equal("New words.", Assert.Single(network.HandOvers).Text);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_on_an_account_stays_on_it_when_it_is_let_go_and_connected_again(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (newsroom, ada) = (await here.AccountAsync("newsroom"), await here.WhoAsync("Ada"));
        var livingston = Taken(await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Livingston", ada, default))).Subject;
        Taken(await here.LockAsync(LockScope.Account, newsroom.Id, await here.WhoAsync("Ruth")));
        Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(disconnect => disconnect.RunAsync(newsroom.Id, ada, default)));
        Task<Decision<AccountConnected>> ConnectAsync(string handle, Guid site) =>
            here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("newsroom", site, handle, "", null, null), ada, default));

        Refused("locked", await ConnectAsync("newsroom", livingston));
        Assert.Equal(newsroom.Id, Taken(await ConnectAsync(" NewsRoom ", newsroom.SiteId)).Subject);
        Assert.Single(await here.ReadAsync(db => db.Accounts.Where(account => account.Network == "newsroom").ToListAsync()));
        var post = await here.AnApprovedPostAsync();
        await here.DeliverAsync();

        Assert.Equal(PublicationState.Approved, (await here.PublicationAsync(post.Id)).State);
    }

    private static async Task<Dictionary<string, Publication>> ApprovedForBothAsync(AnInstallation here)
    {
        var hannah = await here.WhoAsync("Hannah");
        var id = Guid.CreateVersion7();
        var accounts = new[] { await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox") };
        Taken(await here.ComposeAsync(id, hannah, "We open on Saturday at ten.", [.. accounts.Select(account => account.Id)]));
        var seal = Taken(await here.SendAsync(id, 1, hannah)).Seal;
        Taken(await here.ApproveAsync(id, seal, await here.WhoAsync("Bea")));
        await here.SequenceAsync();
        var posts = await here.ReadAsync(db => db.Publications.AsNoTracking().Where(row => row.DraftId == id).ToListAsync());
        return posts.ToDictionary(post => accounts.Single(account => account.Id == post.AccountId).Network);
    }

    private static async Task<MorningView> TodayAsync(AnInstallation here, string name)
    {
        var reader = await here.WhoAsync(name);
        return await here.UseAsync<ReadToday, MorningView>(today => today.RunAsync(reader, default));
    }

    private static async Task<Decision<PublicationMoved>> AgainAsync(AnInstallation here, Publication post)
    {
        var ruth = await here.WhoAsync("Ruth");
        return await here.UseAsync<ResolvePublication, Decision<PublicationMoved>>(resolve => resolve.RunAsync(post.Id, sendAgain: true, ruth, default));
    }
}
