using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Web.Setup;

/// <summary>Who works at Northgate, where, and in which roles.</summary>
public sealed class DemoPeople(CountersignDb db, InvitePerson invite, ChangeRoles changeRoles, OpenSite openSite, ConnectAccount connect, IPasswordHasher<Person> hasher, TimeProvider clock)
{
    public const string Administrator = "Marek Nowak";

    /// <summary>Second site; the first is Sheffield.</summary>
    public const string SecondSite = "Livingston";

    private sealed record Member(string Name, string Title, IReadOnlyList<Role> Everywhere, IReadOnlyList<Role> InLivingston)
    {
        public IReadOnlyList<RoleGrant> GrantsAt(Guid livingston) =>
            [.. Everywhere.Select(role => new RoleGrant(role)), .. InLivingston.Select(role => new RoleGrant(role, SiteId: livingston))];
    }

    private static readonly IReadOnlyList<Member> members =
    [
        new("Hannah Okafor", "Brand and content", [Role.Author], []),
        new("Tom Ashworth", "Livingston marketing", [], [Role.Author]),
        new("Daniel Mensah", "Compliance", [Role.Compliance, Role.Author], []),
        new("Sadia Rahman", "Compliance", [Role.Compliance], []),
        new("Eleanor Whitcombe", "Legal", [Role.Legal], []),
        new("Aisha Khan", "Legal, Livingston", [], [Role.Legal]),
        new("Fiona Drummond", "Brand", [Role.Brand, Role.Author], []),
        new("Ruth Fenwick", "Head of communications", [Role.Comms, Role.Brand], []),
        new("Gareth Pugh", "Asset finance", [Role.Manager, Role.FinancialPromotions], []),
        new("Callum Reid", "Customer care", [Role.CareLead, Role.Author], []),
        new("Owen Pritchard", "Data protection", [Role.Privacy], []),
        new("Ines Carvalho", "Security", [Role.Security], []),
        new("Helen Marsh", "Internal audit", [Role.Auditor], []),
    ];

    /// <summary>Of everybody invented here. Whoever was really invited into a demo is not offered to strangers.</summary>
    public static IReadOnlyList<string> Addresses { get; } = [Address(Administrator), .. members.Select(member => Address(member.Name))];

    public static string Address(string name) => $"{name.ToLowerInvariant().Replace(' ', '.')}@northgate.example";

    /// <summary>Opens the second site with its accounts and brings everybody in.</summary>
    public async Task InviteAsync(CancellationToken cancellationToken)
    {
        var administrator = await db.People.SingleAsync(person => person.Name == Administrator, cancellationToken);
        var marek = new Actor(administrator.Id, administrator.Name, administrator.Grants);
        var livingston = DemoOrganisation.Require(await openSite.RunAsync(SecondSite, marek, cancellationToken)).Subject;
        DemoOrganisation.Require(await connect.RunAsync(new Connecting("newsroom", livingston, "livingston", "Northgate Livingston", null, null), marek, cancellationToken));
        DemoOrganisation.Require(await connect.RunAsync(new Connecting("sandbox", livingston, "livingston", "Livingston sandbox", null, null), marek, cancellationToken));

        // Everybody here has the same, published password: it is hashed once, not fourteen times.
        var accept = new AcceptInvitation(db, new OneHash(hasher), clock);
        foreach (var member in members)
        {
            var invited = DemoOrganisation.Require(await invite.RunAsync(member.Name, Address(member.Name), member.Title, member.GrantsAt(livingston), marek, cancellationToken));
            DemoOrganisation.Require(await accept.RunAsync(invited.Token, DemoOrganisation.Password, cancellationToken));
        }

        // Whoever sets up starts with what a team of one needs; here others do that.
        DemoOrganisation.Require(await changeRoles.RunAsync(marek.Id, [new RoleGrant(Role.Administrator)], marek, cancellationToken));
    }

    private sealed class OneHash(IPasswordHasher<Person> hasher) : IPasswordHasher<Person>
    {
        private string? hash;

        public string HashPassword(Person user, string password) => hash ??= hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword) => hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
