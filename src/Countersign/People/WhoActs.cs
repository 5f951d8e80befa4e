using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.People;

/// <summary>Turns a session into the person who acts, on every request.</summary>
public sealed class WhoActs(CountersignDb db, ILockedPeople locks, TimeProvider clock)
{
    /// <param name="isUse">False for what an open page asks by itself: it tells who acts, and does not keep the session alive.</param>
    /// <returns>Null when the session has ended, is unknown or has been idle too long, or its person was locked since it began: a sign-in may have been under way when the lock ended the sessions it saw.</returns>
    public async Task<Actor?> FindAsync(Guid sessionId, bool isUse, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var session = await db.Sessions.FindAsync([sessionId], cancellationToken);
        if (session is null || !session.IsLive(now))
            return null;
        var person = await db.People.FindAsync([session.PersonId], cancellationToken);
        if (person?.PasswordHash is null || await locks.WasLockedSinceAsync(person.Id, session.StartedAt, cancellationToken))
            return null;
        if (isUse && now - session.SeenAt > TimeSpan.FromMinutes(1))
        {
            session.SeenAt = now;
            _ = await db.KeepAsync(cancellationToken);
        }

        db.ChangeTracker.Clear();
        return new Actor(person.Id, person.Name, person.Grants);
    }
}

/// <summary>A person ends their own session.</summary>
public sealed class SignOut(CountersignDb db, TimeProvider clock)
{
    public async Task<Decision<SignedOut>> RunAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return await db.Sessions.FindAsync([sessionId], cancellationToken) is { } session
            ? await db.CommitAsync<SignedOut>(
                new SignedOut { Subject = session.Id, By = session.PersonId, At = now },
                _ => session.End(SessionEnd.SignedOut, now),
                cancellationToken)
            : new Refusal("no-session", "You were not signed in.");
    }
}
