using System.Security.Cryptography;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Countersign.People;

/// <summary>An administrator asks somebody in. The link in the answer is shown once and kept as a hash only.</summary>
public sealed class InvitePerson(CountersignDb db, TimeProvider clock)
{
    public static readonly TimeSpan Valid = TimeSpan.FromDays(7);

    public async Task<Decision<PersonInvited>> RunAsync(string name, string email, string title, IReadOnlyList<RoleGrant> grants, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (WhyNot(by) is { } why)
        {
            return await db.CommitAsync<PersonInvited>(
                new Refusal("not-entitled", why) { Attempt = new Attempt("person.invite", "person/new", by.Id, now) },
                _ => { },
                cancellationToken);
        }

        if (NewPerson.Refuse(name, email) is { } refusal)
            return refusal;
        var folded = Person.Fold(email);
        if (await db.People.AnyAsync(person => person.EmailFolded == folded, cancellationToken))
            return new Refusal("address-taken", "Somebody with this address is here already.");

        var token = NewToken();
        var (person, seal) = NewPerson.Make(name, email, title, grants, now);
        person.InviteHash = Hash(token);
        person.InviteUntil = now + Valid;
        return await db.CommitAsync<PersonInvited>(
            new PersonInvited { Subject = person.Id, By = by.Id, At = now, Person = seal, Token = token },
            _ => db.People.Add(person),
            cancellationToken);
    }

    /// <summary>Why this person cannot invite, or null where they can.</summary>
    public static string? WhyNot(Actor by) => by.HoldsEverywhere(Role.Administrator) ? null : "Only an administrator can invite people.";

    internal static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    internal static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
}

/// <summary>An administrator gives somebody who has not joined yet a new link; the one before stops working.</summary>
public sealed class InviteAgain(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<PersonInvitedAgain>> RunAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.People.FindAsync([id], cancellationToken) is not { } person)
            return new Refusal("no-person", "That person is not here.");
        var token = InvitePerson.NewToken();
        return await db.CommitAsync(
            Decide(person, token, by, now),
            invited =>
            {
                person.InviteHash = InvitePerson.Hash(invited.Token);
                person.InviteUntil = now + InvitePerson.Valid;
            },
            cancellationToken);
    }

    private static Decision<PersonInvitedAgain> Decide(Person person, string token, Actor by, DateTimeOffset now) => InvitePerson.WhyNot(by) switch
    {
        { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("person.invite", person.Object, by.Id, now) },
        _ when person.PasswordHash is not null => new Refusal("joined", "This person has joined already."),
        _ => new PersonInvitedAgain { Subject = person.Id, By = by.Id, At = now, Token = token },
    };
}

/// <summary>Somebody who was invited chooses a password.</summary>
public sealed class AcceptInvitation(CountersignDb db, IPasswordHasher<Person> hasher, TimeProvider clock)
{
    public async Task<Person?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var hash = InvitePerson.Hash(token);
        var now = clock.GetUtcNow();
        return await db.People.SingleOrDefaultAsync(person => person.InviteHash == hash && person.InviteUntil > now, cancellationToken);
    }

    public async Task<Decision<PersonJoined>> RunAsync(string token, string password, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { } person)
            return new Refusal("no-invitation", "This invitation was used or has run out. Ask an administrator for a new one.");
        if (NewPerson.RefusePassword(password) is { } refusal)
            return refusal;
        var hash = hasher.HashPassword(person, password);
        return await db.CommitAsync<PersonJoined>(
            new PersonJoined { Subject = person.Id, By = person.Id, At = clock.GetUtcNow() },
            _ =>
            {
                person.PasswordHash = hash;
                person.InviteHash = null;
                person.InviteUntil = null;
            },
            cancellationToken);
    }
}

/// <summary>An administrator gives or takes roles.</summary>
public sealed class ChangeRoles(CountersignDb db, TimeProvider clock)
{
    /// <remarks>
    /// The list of administrators is part of the decision, so two changes never pass each other: on SQLite one waits for the other, on
    /// PostgreSQL the organisation's row is written by both and the later one is refused. Whether <paramref name="by"/> still
    /// administers is read here as well.
    /// </remarks>
    public Task<Decision<RolesChanged>> RunAsync(Guid personId, IReadOnlyList<RoleGrant> grants, Actor by, CancellationToken cancellationToken) =>
        db.InTransactionAsync(_ => ChangeAsync(personId, grants, by, cancellationToken), cancellationToken);

    /// <summary>Why this person cannot change roles, or null where they can.</summary>
    public static string? WhyNot(Actor by) => by.HoldsEverywhere(Role.Administrator) ? null : "Only an administrator can change roles.";

    private async Task<Decision<RolesChanged>> ChangeAsync(Guid personId, IReadOnlyList<RoleGrant> grants, Actor by, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        var organisation = await db.Organisations.SingleAsync(cancellationToken);
        var people = await db.People.ToListAsync(cancellationToken);
        if (people.Find(candidate => candidate.Id == personId) is not { } person)
            return new Refusal("no-person", "That person is not here.");
        var actor = by with { Grants = people.Find(candidate => candidate.Id == by.Id)?.Grants ?? [] };
        return await db.CommitAsync(
            person.ChangeRoles(grants, actor, IsLastAdministrator(people, person), clock.GetUtcNow()),
            changed =>
            {
                person.Apply(changed);
                db.Entry(organisation).State = EntityState.Modified;
            },
            cancellationToken);
    }

    private static bool IsLastAdministrator(List<Person> people, Person person) =>
        person.Grants.Administer() && people.Where(candidate => candidate.PasswordHash is not null && candidate.Grants.Administer()).All(administrator => administrator.Id == person.Id);
}

/// <summary>What is asked of everybody who comes in.</summary>
public static class NewPerson
{
    /// <summary>NIST SP 800-63B-4 asks for 15 where a password stands alone; no composition rules.</summary>
    public const int MinPassword = 15;

    public const int MaxPassword = 200;

    public static Refusal? Refuse(string name, string email) => (name.Trim(), email.Trim()) switch
    {
        ({ Length: 0 }, _) => new Refusal("no-name", "Give the person's name."),
        ({ Length: > 100 }, _) => new Refusal("long-name", "A name has 100 characters at most."),
        (_, { Length: > 254 } or { Length: < 3 }) => new Refusal("bad-address", "That is not an e-mail address."),
        (_, var address) when address.IndexOf('@', StringComparison.Ordinal) is < 1 || address.EndsWith('@') || address.Any(char.IsWhiteSpace) => new Refusal("bad-address", "That is not an e-mail address."),
        _ => null,
    };

    public static Refusal? RefusePassword(string password) => password.Length switch
    {
        < MinPassword => new Refusal("short-password", $"Use at least {MinPassword} characters. Four ordinary words do well."),
        > MaxPassword => new Refusal("long-password", $"Use at most {MaxPassword} characters."),
        _ => null,
    };

    public static (Person Person, Sealed Seal) Make(string name, string email, string title, IReadOnlyList<RoleGrant> grants, DateTimeOffset now)
    {
        var seal = Sealed.New("person", Person.Describe(name.Trim(), email.Trim(), title.Trim()));
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            Name = name.Trim(),
            Email = email.Trim(),
            EmailFolded = Person.Fold(email),
            Title = title.Trim(),
            Commitment = seal.Commitment,
            Grants = grants,
            JoinedAt = now,
        };
        return (person, seal);
    }
}

public sealed record PersonInvited : DomainEvent
{
    public override string Act => "person.invited";

    public required Sealed Person { get; init; }

    /// <summary>For the invitation's link; nowhere kept.</summary>
    public required string Token { get; init; }

    public override IEnumerable<Sealed> Seals => [Person];
}

public sealed record PersonInvitedAgain : DomainEvent
{
    public override string Act => "person.invited-again";

    /// <summary>For the invitation's link; nowhere kept.</summary>
    public required string Token { get; init; }
}

public sealed record PersonJoined : DomainEvent
{
    public override string Act => "person.joined";
}
