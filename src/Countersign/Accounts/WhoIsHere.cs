using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Accounts;

public enum PersonState
{
    Active,
    Invited,

    /// <summary>The invitation's link no longer works; another can be given.</summary>
    InvitationOver,

    /// <summary>Sign-in pauses after wrong passwords.</summary>
    Paused,
    Locked,
}

/// <param name="Until">When an invitation or a pause ends.</param>
public sealed record PersonHere(Guid Id, string Name, string Email, string Title, IReadOnlyList<RoleGrant> Grants, PersonState State, DateTimeOffset? Until, DateTimeOffset Since)
{
    public Actor AsActor => new(Id, Name, Grants);
}

/// <summary>Everybody who may or might sign in, with what stands in their way.</summary>
public sealed class WhoIsHere(CountersignDb db, TimeProvider clock)
{
    public async Task<IReadOnlyList<PersonHere>> ListAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var people = await db.People.AsNoTracking().OrderBy(person => person.Name).ToListAsync(cancellationToken);
        var locked = await db.OrdersInForce.Where(order => order.Scope == LockScope.Person).Select(order => order.TargetId).ToListAsync(cancellationToken);
        return [.. people.Select(person =>
        {
            var (state, until) = person switch
            {
                { PasswordHash: null } => (person.InviteUntil > now ? PersonState.Invited : PersonState.InvitationOver, person.InviteUntil),
                _ when locked.Contains(person.Id) => (PersonState.Locked, null),
                _ when person.PausedUntil > now => (PersonState.Paused, person.PausedUntil),
                _ => (PersonState.Active, (DateTimeOffset?)null),
            };
            return new PersonHere(person.Id, person.Name, person.Email, person.Title, person.Grants, state, until, person.JoinedAt);
        })];
    }
}
