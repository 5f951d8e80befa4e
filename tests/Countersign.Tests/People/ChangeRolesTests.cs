using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.People;

public sealed class ChangeRolesTests
{
    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Two_administrators_who_remove_each_other_at_once_leave_one(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ada, carol) = (await here.WhoAsync("Ada"), await here.WhoAsync("Carol"));
        for (var round = 0; round < 5; round++)
        {
            var both = await Task.WhenAll(
                Task.Run(() => ChangeAsync(here, carol.Id, [], ada)),
                Task.Run(() => ChangeAsync(here, ada.Id, [], carol)));

            var refused = Assert.Single(both, decision => !decision.IsTaken).Refusal!;
            Assert.Contains(refused.Code, (string[])["changed-meanwhile", "not-entitled"]);
            var left = Assert.Single(await AdministratorsAsync(here));

            // Once more from two.
            var other = left.Id == ada.Id ? carol : ada;
            Taken(await ChangeAsync(here, other.Id, [new(Role.Administrator)], new Actor(left.Id, left.Name, left.Grants)));
        }
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Who_was_an_administrator_when_the_page_was_opened_and_is_none_now_changes_nothing(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ada, carol, ned) = (await here.WhoAsync("Ada"), await here.WhoAsync("Carol"), await here.WhoAsync("Ned"));
        Taken(await ChangeAsync(here, carol.Id, [], ada));

        Refused("not-entitled", await ChangeAsync(here, ned.Id, [new(Role.Administrator)], carol));
    }

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Nobody_gives_themselves_roles_and_the_last_administrator_stays(DatabaseKind kind)
    {
        await using var here = await NorthgateAsync(kind);
        var (ada, carol) = (await here.WhoAsync("Ada"), await here.WhoAsync("Carol"));

        Refused("own-roles", await ChangeAsync(here, ada.Id, [.. ada.Grants, new(Role.Legal)], ada));
        Taken(await ChangeAsync(here, carol.Id, [new(Role.Administrator, SiteId: Guid.NewGuid())], ada));
        Refused("last-administrator", await ChangeAsync(here, ada.Id, [], ada));
    }

    private static async Task<IReadOnlyList<Person>> AdministratorsAsync(AnInstallation here) =>
        [.. (await here.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Where(person => person.Grants.Any(grant => grant.Role == Role.Administrator))];

    private static Task<Decision<RolesChanged>> ChangeAsync(AnInstallation here, Guid person, IReadOnlyList<RoleGrant> grants, Actor by) =>
        here.UseAsync<ChangeRoles, Decision<RolesChanged>>(change => change.RunAsync(person, grants, by, default));
}
