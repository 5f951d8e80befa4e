using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Countersign.People;

/// <summary>
/// A person proves who they are with a password; a session begins. Says the same to a wrong address, to a wrong password and while
/// sign-in is paused, so that a stranger does not learn who is here.
/// </summary>
public sealed class SignIn(CountersignDb db, IPasswordHasher<Person> hasher, ILockedPeople locks, TimeProvider clock)
{
    private static readonly Refusal Wrong = new(
        "wrong-credentials",
        "That address and password do not belong together, or sign-in is paused for a quarter of an hour after too many wrong passwords. An administrator can see which.");

    /// <summary>Hashed once, so that an unknown address takes as long to refuse as a known one.</summary>
    private static readonly Lazy<string> decoy = new(() => new PasswordHasher<Person>().HashPassword(null!, Guid.NewGuid().ToString()));

    public async Task<Decision<SignedIn>> RunAsync(string email, string password, CancellationToken cancellationToken)
    {
        var folded = Person.Fold(email);
        var person = await db.People.SingleOrDefaultAsync(candidate => candidate.EmailFolded == folded, cancellationToken);
        var right = hasher.VerifyHashedPassword(person!, person?.PasswordHash ?? decoy.Value, password) != PasswordVerificationResult.Failed;
        if (person?.PasswordHash is not { } hash)
            return await RefuseAsync(Wrong, Wrong.Code, "person/unknown", Guid.Empty, cancellationToken);

        // Hashing took a while, and others guess at the same time: each guess is judged by the row as it is now, and counted.
        Decision<SignedIn> decision;
        do
        {
            db.ChangeTracker.Clear();
            person = await db.People.SingleAsync(candidate => candidate.Id == person.Id, cancellationToken);
            decision = await DecideAsync(person, right && person.PasswordHash == hash, cancellationToken);
        }
        while (!decision.IsTaken && decision.Refusal == CountersignDb.ChangedMeanwhile);
        return decision;
    }

    private async Task<Decision<SignedIn>> DecideAsync(Person person, bool right, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (person.PausedUntil > now)
            return await RefuseAsync(Wrong, "paused", person.Object, person.Id, cancellationToken);
        if (!right)
        {
            var counted = await db.CommitAsync(person.RefusePassword(now), person.Apply, cancellationToken);
            return counted.IsTaken ? Wrong : counted.Refusal;
        }

        if (await locks.IsLockedAsync(person.Id, cancellationToken))
            return await RefuseAsync(new Refusal("person-locked", "You are locked out for now. Whoever is on duty for communications knows why."), "person-locked", person.Object, person.Id, cancellationToken);

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

    /// <param name="said">What the visitor reads.</param>
    /// <param name="why">What the ledger keeps.</param>
    private async Task<Refusal> RefuseAsync(Refusal said, string why, string obj, Guid by, CancellationToken cancellationToken)
    {
        await db.RecordAsync(new Refusal(why, said.Sentence) { Attempt = new Attempt("session.start", obj, by, clock.GetUtcNow()) }, cancellationToken);
        return said;
    }
}

/// <summary>Whether a person is locked, asked where people cannot name lockdowns: the answer comes from Accounts.</summary>
public interface ILockedPeople
{
    Task<bool> IsLockedAsync(Guid personId, CancellationToken cancellationToken);

    /// <summary>True if the person is locked, or was at any time since then.</summary>
    Task<bool> WasLockedSinceAsync(Guid personId, DateTimeOffset since, CancellationToken cancellationToken);
}
