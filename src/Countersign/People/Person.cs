using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.People;

/// <summary>Somebody with a sign-in of their own. People are never deleted: what they did stays theirs.</summary>
public sealed class Person : IGoverned
{
    /// <summary>Wrong passwords in a row after which sign-in pauses.</summary>
    public const int MaxFailures = 8;

    /// <summary>How long sign-in pauses after that.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public required string Email { get; set; }

    /// <summary>The e-mail address in upper case, unique; what sign-in looks up.</summary>
    public required string EmailFolded { get; set; }

    /// <summary>Salted commitment to name and address, as the ledger shows this person.</summary>
    public required string Commitment { get; set; }

    /// <summary>What the person does here, shown under the name: "Compliance".</summary>
    public string Title { get; set; } = "";

    /// <summary>PBKDF2 by ASP.NET Core Identity's hasher; null until the invitation is accepted.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>SHA-256 hex of the invitation's token; null once used.</summary>
    public string? InviteHash { get; set; }

    public DateTimeOffset? InviteUntil { get; set; }

    public int Failures { get; set; }

    public DateTimeOffset? PausedUntil { get; set; }

    public IReadOnlyList<RoleGrant> Grants { get; set; } = [];

    public required DateTimeOffset JoinedAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"person/{Id}";

    public JsonObject State() => new()
    {
        ["person"] = Commitment,
        ["active"] = PasswordHash is not null,
        ["password"] = Fingerprint.Of(PasswordHash),
        ["invitation"] = InviteHash,
        ["inviteUntil"] = InviteUntil?.ToUnixTimeMilliseconds(),
        ["failures"] = Failures,
        ["grants"] = new JsonArray([.. Grants.Select(grant => (JsonNode)grant.Describe()).OrderBy(text => text.ToString(), StringComparer.Ordinal)]),
        ["paused"] = PausedUntil?.ToUnixTimeMilliseconds(),
        ["joined"] = JoinedAt.ToUnixTimeMilliseconds(),
    };

    /// <summary>The address that sign-in looks up is the folded one: where it is that of somebody else, it is that which is compared.</summary>
    IEnumerable<Spoken> IGoverned.Words =>
        [new("person", Commitment, Name == Erased.Marker && Email == EmailFolded ? Erased.Marker : Describe(Name, EmailFolded == Fold(Email) ? Email : EmailFolded, Title))];

    /// <summary>Name, address and title as they are sealed.</summary>
    public static string Describe(string name, string email, string title) =>
        new JsonObject { ["name"] = name, ["email"] = email, ["title"] = title }.ToJsonString(JsonColumn.Options);

    /// <summary>Name, address and title are gone; what the person did stays theirs, under the same identifier.</summary>
    public void Erase()
    {
        Name = Erased.Marker;
        Email = EmailFolded = $"erased-{Id}";
        Title = "";
        (PasswordHash, InviteHash, InviteUntil) = (null, null, null);
    }

    public static string Fold(string email) => email.Trim().ToUpperInvariant();

    public Decision<PasswordRefused> RefusePassword(DateTimeOffset now) => new PasswordRefused
    {
        Subject = Id,
        By = Id,
        At = now,
        Failures = Failures + 1,
        PauseUntil = Failures + 1 >= MaxFailures ? now + Pause : null,
    };

    public void Apply(PasswordRefused refused)
    {
        Failures = refused.PauseUntil is null ? refused.Failures : 0;
        PausedUntil = refused.PauseUntil ?? PausedUntil;
    }

    public Decision<RolesChanged> ChangeRoles(IReadOnlyList<RoleGrant> grants, Actor by, bool lastAdministrator, DateTimeOffset now) => this switch
    {
        _ when People.ChangeRoles.WhyNot(by) is { } why => new Refusal("not-entitled", why)
        {
            Attempt = new Attempt("person.change-roles", Object, by.Id, now),
        },
        { Id: var id } when id == by.Id && grants.Except(Grants).Any() => new Refusal("own-roles", "Another administrator must give you roles.")
        {
            Attempt = new Attempt("person.change-roles", Object, by.Id, now),
        },
        _ when lastAdministrator && !grants.Administer() =>
            new Refusal("last-administrator", "Make someone else an administrator first: nobody could change anything after this."),
        _ => new RolesChanged { Subject = Id, By = by.Id, At = now, Grants = grants },
    };

    public void Apply(RolesChanged changed) => Grants = changed.Grants;
}

public static class GrantText
{
    /// <summary>True where they let somebody administer the installation: not a site or an account alone.</summary>
    public static bool Administer(this IReadOnlyList<RoleGrant> grants) => grants.Contains(new RoleGrant(Role.Administrator));

    /// <summary>One line for the ledger: "Legal on account/…", "Brand everywhere".</summary>
    public static string Describe(this RoleGrant grant) => grant switch
    {
        { AccountId: { } account } => $"{grant.Role} on account/{account}",
        { SiteId: { } site } => $"{grant.Role} on site/{site}",
        _ => $"{grant.Role} everywhere",
    };
}

public sealed record PasswordRefused : DomainEvent
{
    public override string Act => "person.password-refused";

    public override bool WhenReadOnly => true;

    public required int Failures { get; init; }

    public required DateTimeOffset? PauseUntil { get; init; }

    public override string? Why => PauseUntil is null ? "wrong-password" : "too-many-failures";
}

public sealed record RolesChanged : DomainEvent
{
    public override string Act => "person.roles-changed";

    public required IReadOnlyList<RoleGrant> Grants { get; init; }
}

internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> entity)
    {
        entity.ToTable("person").HasKey(person => person.Id);
        entity.Property(person => person.Grants).HasJson();
        entity.Ignore(person => person.Object);
    }
}

public static class PeopleTables
{
    extension(CountersignDb db)
    {
        public DbSet<Person> People => db.Set<Person>();
    }
}
