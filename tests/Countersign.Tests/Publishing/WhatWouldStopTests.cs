using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Publishing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Publishing;

public sealed class WhatWouldStopTests
{
    private static readonly (string, string, string) Tuesday = ("2026-11-17", "09:00", "Europe/London");
    private static readonly (string, string, string) Wednesday = ("2026-11-18", "09:00", "Europe/London");

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_is_counted_for_an_account_is_what_its_lock_then_keeps_back(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var newsroom = await here.AccountAsync("newsroom");
        await here.AnApprovedPostAsync("The second.", Wednesday);
        await here.AnApprovedPostAsync("The first.", Tuesday);
        await here.AnApprovedPostAsync("Elsewhere.", Tuesday, "sandbox");
        await here.AWaitingDraftAsync("Still unsigned.", Tuesday);

        var counted = await CountAsync(here, LockScope.Account, newsroom.Id);
        Taken(await here.LockAsync(LockScope.Account, newsroom.Id, await here.WhoAsync("Ruth")));
        var held = Assert.Single(await here.UseAsync<LocksInForce, IReadOnlyList<LockInForce>>(locks => locks.ListAsync(default)));

        Assert.Equal((2, 1, 1), (counted.Held, counted.WaitingForApproval, counted.OtherAccounts));
        Assert.Equal("The first.", counted.Next!.Title);
        Assert.Equal(["Ada Byrne", "Bea Brand", "Hannah Okafor"], counted.People);
        Assert.Equal(["The first.", "The second."], held.Held.Select(post => post.Title));
        Assert.Equal(2, await here.UseAsync<LocksInForce, int>(locks => locks.CountHeldAsync([held.Order], default)));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_lock_that_would_leave_nobody_to_release_it_says_so_before_and_after(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ruth, carol, daniel) = (await here.WhoAsync("Ruth"), await here.WhoAsync("Carol"), await here.WhoAsync("Daniel"));
        Assert.True((await CountAsync(here, LockScope.Person, carol.Id)).CanBeReleased);
        Taken(await here.LockAsync(LockScope.Person, carol.Id, daniel));
        Taken(await here.LockAsync(LockScope.Person, (await here.WhoAsync("Ada")).Id, daniel));

        Assert.False((await CountAsync(here, LockScope.Person, ruth.Id)).CanBeReleased);
        Taken(await here.LockAsync(LockScope.Person, ruth.Id, daniel));
        Assert.All(await here.UseAsync<LocksInForce, IReadOnlyList<LockInForce>>(locks => locks.ListAsync(default)), held => Assert.Empty(held.CanPropose));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task A_person_counts_with_their_words_and_their_sign_ins(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var hannah = await here.WhoAsync("Hannah");
        await here.AnApprovedPostAsync("Hers.", Tuesday);
        Taken(await here.UseAsync<SignIn, Decision<SignedIn>>(signIn => signIn.RunAsync("hannah@northgate.example", Password, default)));

        var counted = await CountAsync(here, LockScope.Person, hannah.Id);
        var other = await CountAsync(here, LockScope.Person, (await here.WhoAsync("Bea")).Id);

        Assert.Equal((1, 1), (counted.Held, counted.SignIns));
        Assert.Equal(["Hannah Okafor"], counted.People);
        Assert.Equal((0, 0), (other.Held, other.SignIns));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Several_targets_count_once_each_and_everything_counts_all(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (newsroom, sandbox) = (await here.AccountAsync("newsroom"), await here.AccountAsync("sandbox"));
        await here.AnApprovedPostAsync("One.", Tuesday);
        await here.AnApprovedPostAsync("Two.", Tuesday, "sandbox");

        var both = await CountAsync(here, LockScope.Account, newsroom.Id, sandbox.Id, newsroom.Id);
        var site = await CountAsync(here, LockScope.Site, newsroom.SiteId);
        var everything = await CountAsync(here, LockScope.Everything);
        var nothing = await CountAsync(here, LockScope.Account);

        Assert.Equal((2, 2, 2, 0), (both.Held, site.Held, everything.Held, nothing.Held));
        Assert.Equal(0, everything.OtherAccounts);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Only_an_account_that_a_password_opens_leaves_a_gap(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var newsroom = await here.AccountAsync("newsroom");
        var opened = Taken(await here.UseAsync<ConnectAccount, Decision<AccountConnected>>(async connect =>
            await connect.RunAsync(new Connecting("sandbox", newsroom.SiteId, "opened-by-a-password", "", null, "four ordinary words"), await here.WhoAsync("Ada"), default)));

        var own = await CountAsync(here, LockScope.Account, newsroom.Id);
        var outside = await CountAsync(here, LockScope.Account, opened.Subject);

        Assert.Empty(own.Gaps);
        Assert.Equal(["sandbox"], outside.Gaps);
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task What_can_be_locked_says_what_is_locked_already_and_who_could_release_it(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ruth, newsroom) = (await here.WhoAsync("Ruth"), await here.AccountAsync("newsroom"));
        var order = Taken(await here.LockAsync(LockScope.Account, newsroom.Id, ruth));
        Taken(await here.UseAsync<ProposeRelease, Decision<ReleaseProposed>>(propose => propose.RunAsync(order.Subject, ruth, default)));

        var accounts = await here.UseAsync<WhatWouldStop, IReadOnlyList<Lockable>>(stops => stops.TargetsAsync(LockScope.Account, default));
        var people = await here.UseAsync<WhatWouldStop, IReadOnlyList<Lockable>>(stops => stops.TargetsAsync(LockScope.Person, default));
        var held = Assert.Single(await here.UseAsync<LocksInForce, IReadOnlyList<LockInForce>>(locks => locks.ListAsync(default)));

        Assert.Equal([newsroom.Id], accounts.Where(account => account.IsLocked).Select(account => account.Id));
        Assert.DoesNotContain(people, person => person.IsLocked);
        Assert.Equal(("Northgate Instruments", "Ruth Fenwick", "Ruth Fenwick"), (held.Target, held.LockedBy, held.ProposedBy));
        Assert.Equal(["Ada Byrne", "Carol Second", "Daniel Mensah"], held.CanConfirm);
    }

    private static Task<WouldStop> CountAsync(AnInstallation here, LockScope scope, params Guid[] targets) =>
        here.UseAsync<WhatWouldStop, WouldStop>(stops => stops.CountAsync(scope, targets, default));
}
