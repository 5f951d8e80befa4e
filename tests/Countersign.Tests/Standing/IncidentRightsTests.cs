using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Storage;
using Countersign.Tests.Shared;
using Microsoft.EntityFrameworkCore;
using static Countersign.Tests.Shared.AnInstallation;

namespace Countersign.Tests.Standing;

/// <summary>Who may do what about a post that stands: each act, by each role, wherever it is held.</summary>
public sealed class IncidentRightsTests
{
    /// <summary>All who may; anybody else is refused, and the attempt is an entry.</summary>
    private static readonly (string Act, Role[] May)[] table =
    [
        ("leave it", [Role.Comms, Role.Administrator]),
        ("take it down", [Role.Comms]),
        ("link it", [Role.Comms, Role.Administrator]),
        ("ask that it come down", [Role.Comms, Role.Administrator]),
    ];

    [Theory, ClassData(typeof(BothDatabases))]
    public async Task Each_act_takes_its_roles_for_the_account_its_site_or_everywhere_and_an_attempt_without_is_an_entry(DatabaseKind kind)
    {
        var network = new WatchedNetwork();
        await using var here = await NorthgateAsync(kind, network.Instead());
        var account = await here.AWatchedAccountAsync();
        var ours = await here.AStandingPostAsync();
        network.PostPast(account, "Another pointless all-hands.", here.Clock.GetUtcNow());
        await here.WatchAsync();
        var incident = Assert.Single(await here.IncidentsAsync());
        List<string> wrong = [];
        var refused = 0;
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var (place, grant, counts) in Places(role, account))
            {
                var who = new Actor(Guid.CreateVersion7(), $"{role} {place}", [grant]);
                foreach (var (act, may) in table)
                {
                    var isAllowed = await TryAsync(here, act, incident.Id, ours, who) != "not-entitled";
                    refused += isAllowed ? 0 : 1;
                    if (isAllowed != (counts && may.Contains(role)))
                        wrong.Add($"{who.Name} {(isAllowed ? "may" : "may not")} {act}");
                }
            }
        }

        Assert.Empty(wrong);
        var attempts = await here.ReadAsync(db => db.Set<LedgerEvent>().CountAsync(entry => !entry.Ok && entry.Act.StartsWith("incident.")));
        Assert.Equal(refused, attempts);
        Assert.Equal([IncidentKind.NotOurs, IncidentKind.Withdraw], (await here.IncidentsAsync()).Where(open => open.IsOpen).Select(open => open.Kind).Order());
        Assert.DoesNotContain(network.Calls, call => call.StartsWith("delete", StringComparison.Ordinal));
    }

    /// <summary>One entitled person is enough to stop an account, wherever they hold the role: stopping is never the danger.</summary>
    [Fact]
    public void Locking_the_account_takes_comms_compliance_or_security_held_anywhere()
    {
        Role[] may = [Role.Comms, Role.Compliance, Role.Security];
        foreach (var role in Enum.GetValues<Role>())
        {
            foreach (var grant in (RoleGrant[])[new(role), new(role, Guid.NewGuid()), new(role, null, Guid.NewGuid())])
                Assert.Equal(may.Contains(role), OrderLockdown.WhyNot(new Actor(Guid.NewGuid(), $"{role}", [grant])) is null);
        }
    }

    /// <returns>"not-entitled", or what else became of it. Only asking that a post come down changes anything, and does so once.</returns>
    private static async Task<string> TryAsync(AnInstallation here, string act, Guid incident, Publication ours, Actor who)
    {
        Refusal? refusal = act switch
        {
            "leave it" => (await here.AcceptAsync(incident, who, " ")).Refusal,
            "take it down" => (await here.OrderTakeDownAsync(incident, who, " ")).Refusal,
            "link it" => (await here.UseAsync<LinkIncident, Decision<IncidentLinked>>(link => link.RunAsync(incident, ours.Id, who, default))).Refusal,
            _ => (await here.UseAsync<AskWithdrawal, Decision<IncidentOpened>>(async ask => await ask.RunAsync((await here.StandingAsync()).Single(post => post.PublicationId == ours.Id).Id, who, default))).Refusal,
        };
        return refusal?.Code ?? "done";
    }

    private static IEnumerable<(string Place, RoleGrant Grant, bool Counts)> Places(Role role, Account account) =>
    [
        ("everywhere", new RoleGrant(role), true),
        ("for the account", new RoleGrant(role, account.Id), true),
        ("for its site", new RoleGrant(role, null, account.SiteId), true),
        ("for another account", new RoleGrant(role, Guid.NewGuid()), false),
        ("for another site", new RoleGrant(role, null, Guid.NewGuid()), false),
    ];
}
