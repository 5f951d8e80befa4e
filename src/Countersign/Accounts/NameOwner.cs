using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Accounts;

/// <summary>An administrator says who answers for an account.</summary>
public sealed class NameOwner(CountersignDb db, TimeProvider clock)
{
    /// <param name="owner">Null: nobody any more.</param>
    public async Task<Decision<OwnerNamed>> RunAsync(Guid id, Guid? owner, Actor by, CancellationToken cancellationToken)
    {
        if (await db.Accounts.FindAsync([id], cancellationToken) is not { } account)
            return new Refusal("no-account", "That account is not here.");
        var now = clock.GetUtcNow();
        var known = owner is null || await db.People.AnyAsync(person => person.Id == owner && person.PasswordHash != null, cancellationToken);
        Decision<OwnerNamed> decision = 0 switch
        {
            _ when !by.Holds(Role.Administrator, account.Ref) => new Refusal("not-entitled", "Naming who answers for an account takes the Administrator role.") { Attempt = new Attempt("account.name-owner", account.Object, by.Id, now) },
            _ when !known => new Refusal("no-person", "Choose somebody who has joined."),
            _ when account.OwnerId == owner => new Refusal("unchanged", "That is who answers for it already."),
            _ => new OwnerNamed { Subject = id, By = by.Id, At = now, Owner = owner },
        };
        return await db.CommitAsync(decision, named => account.OwnerId = named.Owner, cancellationToken);
    }
}
