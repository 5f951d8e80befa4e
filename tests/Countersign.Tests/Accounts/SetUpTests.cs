using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Screening;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Accounts;

public sealed class SetUpTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Of_two_forms_sent_at_once_one_sets_up_and_nothing_of_the_other_remains(DatabaseKind kind)
    {
        await using var here = await EmptyAsync(kind);
        var packs = PolicyRelease.Load(Path.Combine(Run.Root, "packs")).Files;

        var both = await Task.WhenAll(((string[])["Northgate", "Southgate"]).Select(name => Task.Run(() => here.UseAsync<SetUpOrganisation, Decision<OrganisationSetUp>>(setUp =>
            setUp.RunAsync(new SettingUp(name, "Sheffield", "Europe/London", "Ada Byrne", $"ada@{name.ToLowerInvariant()}.example", Password, IsDemo: false), packs, default)))));

        Taken(Assert.Single(both, decision => decision.IsTaken));
        Refused("set-up", Assert.Single(both, decision => !decision.IsTaken));
        Assert.Equal((1, 1, 1, 1, 2), await here.ReadAsync(async db => (
            await db.Organisations.CountAsync(), await db.People.CountAsync(), await db.Sites.CountAsync(), await db.Set<Release>().CountAsync(), await db.Accounts.CountAsync())));
        Assert.Equal(4, await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync()));
    }
}
