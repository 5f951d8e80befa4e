using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Countersign.People;

/// <summary>A person proves who they are with a password; a session begins. Says the same to a wrong address as to a wrong password.</summary>
public sealed class SignIn(CountersignDb db, IPasswordHasher<Person> hasher, ILockedPeople locks, TimeProvider clock)
{
    private static readonly Refusal Wrong = new("wrong-credentials", "That address and password do not belong together.");

    /// <summary>Hashed once, so that an unknown address takes as long to refuse as a known one.</summary>
    private static readonly Lazy<string> decoy = new(() => new PasswordHasher<Person>().HashPassword(null!, Guid.NewGuid().ToString()));

    public async Task<Decision<SignedIn>> RunAsync(string email, string password, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var folded = Person.Fold(email);
        var person = await db.People.SingleOrDefaultAsync(candidate => candidate.EmailFolded == folded, cancellationToken);
        var right = hasher.VerifyHashedPassword(person!, person?.PasswordHash ?? decoy.Value, password) != PasswordVerificationResult.Failed;
        if (person?.PasswordHash is null)
        {
            await db.RecordAsync(Wrong with { Attempt = new Attempt("session.start", "person/unknown", Guid.Empty, now) }, cancellationToken);
            return Wrong;
        }

        if (person.PausedUntil > now)
        {
            return await db.CommitAsync<SignedIn>(
                new Refusal("paused", "Sign-in is paused for a quarter of an hour after too many wrong passwords. An administrator can see it.")
                {
                    Attempt = new Attempt("session.start", person.Object, person.Id, now),
                },
                _ => { },
                cancellationToken);
        }

        if (!right)
        {
            var refused = await db.CommitAsync(person.RefusePassword(now), person.Apply, cancellationToken);
            return refused.IsTaken ? Wrong : refused.Refusal;
        }

        if (await locks.IsLockedAsync(person.Id, cancellationToken))
        {
            return await db.CommitAsync<SignedIn>(
                new Refusal("person-locked", "You are locked out for now. Whoever is on duty for communications knows why.")
                {
                    Attempt = new Attempt("session.start", person.Object, person.Id, now),
                },
                _ => { },
                cancellationToken);
        }

        var session = new Session { Id = Guid.CreateVersion7(now), PersonId = person.Id, StartedAt = now, SeenAt = now };
        return await db.CommitAsync<SignedIn>(
            new SignedIn { Subject = session.Id, By = person.Id, At = now },
            _ =>
            {
                db.Sessions.Add(session);
                person.Failures = 0;
            },
            cancellationToken);
    }
}

/// <summary>Whether a person is locked, asked where people cannot name lockdowns: the answer comes from Accounts.</summary>
public interface ILockedPeople
{
    Task<bool> IsLockedAsync(Guid personId, CancellationToken cancellationToken);

    /// <summary>True if the person is locked, or was at any time since then.</summary>
    Task<bool> WasLockedSinceAsync(Guid personId, DateTimeOffset since, CancellationToken cancellationToken);
}
