using Countersign.Decisions;
using Countersign.People;
using Countersign.Policies;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Countersign.Accounts;

/// <summary>The first form of a new installation.</summary>
/// <param name="Zone">IANA name: "Europe/London".</param>
public sealed record SettingUp(string Organisation, string Site, string Zone, string Name, string Email, string Password, bool IsDemo)
{
    public override string ToString() => Organisation;
}

/// <summary>Somebody takes a fresh installation into use: the organisation, its first site and administrator, the policy in force, a Newsroom and a Sandbox.</summary>
public sealed class SetUpOrganisation(CountersignDb db, IssueRelease issue, ConnectAccount connect, IPasswordHasher<Person> hasher, TimeProvider clock)
{
    /// <summary>Held by whoever sets up alone: administration, and what a small team needs until others are invited.</summary>
    private static readonly IReadOnlyList<RoleGrant> first = [new(Role.Administrator), new(Role.Author), new(Role.Comms)];

    private static readonly Refusal InUse = new("set-up", "This installation is in use already. Sign in.");

    /// <param name="packs">The rules of release 1.</param>
    public async Task<Decision<OrganisationSetUp>> RunAsync(SettingUp form, IReadOnlyList<PolicyFile> packs, CancellationToken cancellationToken)
    {
        if (form.Organisation.Trim().Length is 0 or > 100)
            return new Refusal("no-organisation", "Give the organisation's name, in 100 characters at most.");
        if (form.Site.Trim().Length is 0 or > 100)
            return new Refusal("no-site", "Give the first site a name: the town, or the head office.");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(form.Zone) is null)
            return new Refusal("no-zone", "Choose a time zone from the list.");
        if (NewPerson.Refuse(form.Name, form.Email) is { } person)
            return person;
        if (NewPerson.RefusePassword(form.Password) is { } password)
            return password;
        return await db.InTransactionAsync(async _ =>
        {
            if (await db.Organisations.AnyAsync(cancellationToken))
                return InUse;
            return await CommitAsync(form, packs, cancellationToken);
        }, cancellationToken);
    }

    private async Task<Decision<OrganisationSetUp>> CommitAsync(SettingUp form, IReadOnlyList<PolicyFile> packs, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var organisation = new Organisation { Id = Guid.CreateVersion7(now), Name = form.Organisation.Trim(), Zone = form.Zone, IsDemo = form.IsDemo, SetUpAt = now };
        var site = new Site { Id = Guid.CreateVersion7(now), Name = form.Site.Trim() };
        var (administrator, seal) = NewPerson.Make(form.Name, form.Email, "Administrator", first, now);
        administrator.PasswordHash = hasher.HashPassword(administrator, form.Password);
        var actor = new Actor(administrator.Id, administrator.Name, first);
        var done = await db.CommitAsync<OrganisationSetUp>(
            new OrganisationSetUp { Subject = organisation.Id, By = administrator.Id, At = now, Administrator = seal, AdministratorId = administrator.Id },
            _ => db.AddRange(organisation, site, administrator),
            cancellationToken);

        // A form sent at the same moment was first: the database holds one organisation.
        if (!done.IsTaken)
            return InUse;
        Require(await issue.RunAsync(packs, actor, cancellationToken));
        Require(await connect.RunAsync(new Connecting("newsroom", site.Id, "newsroom", form.Organisation.Trim(), null, null), actor, cancellationToken));
        Require(await connect.RunAsync(new Connecting("sandbox", site.Id, "sandbox", "Sandbox", null, null), actor, cancellationToken));
        return done;
    }

    private static void Require<T>(Decision<T> decision)
        where T : class
    {
        if (!decision.IsTaken)
            throw new InvalidOperationException($"Setting up stopped: {decision.Refusal.Sentence}");
    }
}

/// <summary>An administrator adds a site.</summary>
public sealed class OpenSite(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<SiteOpened>> RunAsync(string name, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var site = new Site { Id = Guid.CreateVersion7(now), Name = name.Trim() };
        Decision<SiteOpened> decision = (ConnectAccount.WhyNot(by), site.Name.Length) switch
        {
            ({ } why, _) => new Refusal("not-entitled", why) { Attempt = new Attempt("site.open", "site/new", by.Id, now) },
            (_, 0 or > 100) => new Refusal("no-name", "Give the site a name, in 100 characters at most."),
            _ => new SiteOpened { Subject = site.Id, By = by.Id, At = now },
        };
        return await db.CommitAsync(decision, _ => db.Sites.Add(site), cancellationToken);
    }
}
