using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class AccountsOverviewTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_could_write_is_who_may_compose_for_every_person_and_account(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var ada = await here.WhoAsync("Ada");
        var site = Taken(await here.UseAsync<OpenSite, Decision<SiteOpened>>(open => open.RunAsync("Livingston", ada, default)));
        var there = Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(connect => connect.RunAsync(new Connecting("newsroom", site.Subject, "livingston", "", null, null), ada, default)));
        var tom = await here.JoinAsync("Tom Ashworth", [new RoleGrant(Role.Author, SiteId: site.Subject)]);
        var una = await here.JoinAsync("Una One", [new RoleGrant(Role.Author, AccountId: there.Subject), new RoleGrant(Role.Legal, AccountId: there.Subject)]);

        foreach (var account in await ListAsync(here))
        {
            foreach (var name in new[] { "Ada", "Hannah", "Daniel", "Bea", "Ned", "Tom", "Una" })
            {
                var person = await here.WhoAsync(name);
                var composed = await here.ComposeAsync(Guid.CreateVersion7(), person, "We open on Saturday.", [account.Id]);
                Assert.Equal(composed.IsTaken, account.People.Any(access => access.PersonId == person.Id && access.Writes));
            }
        }

        var access = (await ListAsync(here)).Single(account => account.Id == there.Subject).People;
        Assert.Equal([new RoleGrant(Role.Author, SiteId: site.Subject)], access.Single(person => person.PersonId == tom.Id).Because);
        Assert.Equal([Role.Legal], access.Single(person => person.PersonId == una.Id).Signs);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_stands_in_somebodys_way_is_said(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ada, ruth, newsroom) = (await here.WhoAsync("Ada"), await here.WhoAsync("Ruth"), await here.AccountAsync("newsroom"));
        Taken(await here.LockAsync(LockScope.Person, (await here.WhoAsync("Hannah")).Id, ruth));
        Taken(await here.LockAsync(LockScope.Account, newsroom.Id, ruth));
        Taken(await here.UseAsync<DisconnectAccount, Decision<AccountDisconnected>>(async disconnect => await disconnect.RunAsync((await here.AccountAsync("sandbox")).Id, ada, default)));

        var accounts = await ListAsync(here);

        var locked = accounts.Single(account => account.Network == "newsroom");
        Assert.True(locked.IsLocked);
        Assert.Equal("is locked", Off(locked, "Hannah"));
        Assert.Equal("a lock stops every post here", Off(locked, "Bea"));
        Assert.Equal("the account is disconnected", Off(accounts.Single(account => account.Network == "sandbox"), "Bea"));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Health_shows_what_waits_and_the_last_success(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        await here.AnApprovedPostAsync("Later.", ("2026-11-17", "09:00", "Europe/London"));
        await here.AnApprovedPostAsync("Now.");
        await here.DeliverAsync();
        here.Clock.Advance(TimeSpan.FromSeconds(10));
        await here.DeliverAsync();

        var newsroom = (await ListAsync(here)).Single(account => account.Network == "newsroom");

        Assert.Equal((1, 0, null), (newsroom.Waiting, newsroom.NeedsPerson, newsroom.Problem));
        Assert.NotNull(newsroom.LastSuccessAt);
    }

    private static string? Off(AccountHealth account, string name) => account.People.Single(person => person.Name.StartsWith(name, StringComparison.Ordinal)).OffBecause;

    private static Task<IReadOnlyList<AccountHealth>> ListAsync(AnInstallation here) =>
        here.UseAsync<AccountsOverview, IReadOnlyList<AccountHealth>>(overview => overview.ListAsync(default));
}
