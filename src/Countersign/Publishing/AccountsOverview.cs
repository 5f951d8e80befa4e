using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>What one person can do on one account now, by the same question that enforcement asks.</summary>
/// <param name="Signs">Roles the person could fill on somebody else's words.</param>
/// <param name="Because">The grants it rests on.</param>
/// <param name="OffBecause">What stands in the way now; null where nothing does.</param>
public sealed record Access(Guid PersonId, string Name, string Title, bool Writes, IReadOnlyList<Role> Signs, IReadOnlyList<RoleGrant> Because, string? OffBecause);

/// <param name="Waiting">Approved posts that have not left.</param>
/// <param name="Problem">What the last delivery that did not end well says; null where the last one did.</param>
/// <param name="NeedsPerson">Deliveries that a person has to decide on.</param>
/// <param name="HasSecret">A password opens it on the network too.</param>
public sealed record AccountHealth(
    Guid Id,
    string Network,
    string Handle,
    string Title,
    string? Server,
    Guid SiteId,
    string Site,
    AccountState State,
    bool IsLocked,
    DateTimeOffset ConnectedAt,
    string ConnectedBy,
    bool HasSecret,
    DateTimeOffset? LastSuccessAt,
    int Waiting,
    int NeedsPerson,
    string? Problem,
    IReadOnlyList<Access> People)
{
    public AccountRef Ref => new(Id, SiteId);
}

/// <summary>Every account with its health and with who could post or sign there, and why.</summary>
public sealed class AccountsOverview(CountersignDb db, WhoIsHere people)
{
    public async Task<IReadOnlyList<AccountHealth>> ListAsync(CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().OrderBy(account => account.State == AccountState.Disconnected).ThenBy(account => account.Title).ToListAsync(cancellationToken);
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Name, cancellationToken);
        var everybody = await people.ListAsync(cancellationToken);
        var locks = await db.OrdersInForce.ToListAsync(cancellationToken);
        var deliveries = await db.Publications.AsNoTracking()
            .Where(post => post.State != PublicationState.Confirmed && post.State != PublicationState.Void)
            .OrderBy(post => post.DueAt)
            .Select(post => new { post.AccountId, post.State, post.Note, post.DueAt })
            .ToListAsync(cancellationToken);
        return [.. accounts.Select(account =>
        {
            var here = deliveries.FindAll(post => post.AccountId == account.Id);
            var trouble = here.FindLast(post => post.DueAt > (account.LastSuccessAt ?? DateTimeOffset.MinValue) && post.State is PublicationState.Waiting or PublicationState.Unknown or PublicationState.Missing or PublicationState.HumanReview or PublicationState.Rejected);
            return new AccountHealth(
                account.Id,
                account.Network,
                account.Handle,
                account.Title,
                account.Server,
                account.SiteId,
                sites[account.SiteId],
                account.State,
                locks.Exists(order => order.Scope != LockScope.Person && order.Stops([], account.Ref)),
                account.ConnectedAt,
                everybody.FirstOrDefault(person => person.Id == account.ConnectedBy)?.Name ?? "",
                account.SecretCipher is not null,
                account.LastSuccessAt,
                here.Count(post => post.State is PublicationState.Approved or PublicationState.Waiting or PublicationState.Claimed),
                here.Count(post => post.State is PublicationState.Missing or PublicationState.HumanReview or PublicationState.Rejected),
                trouble?.Note,
                [.. everybody.Select(person => Find(person, account, locks)).OfType<Access>()]);
        })];
    }

    /// <returns>Null for somebody who has no right here at all.</returns>
    private static Access? Find(PersonHere person, Account account, List<Lockdown> locks)
    {
        var actor = person.AsActor;
        var writes = actor.Holds(Role.Author, account.Ref);
        var signs = Enum.GetValues<Role>().Where(role => role.Signs() && actor.Holds(role, account.Ref)).ToList();
        if (!writes && signs.Count == 0)
            return null;
        var off = person.State switch
        {
            PersonState.Invited or PersonState.InvitationOver => "has not joined yet",
            PersonState.Paused => "sign-in is paused after wrong passwords",
            PersonState.Locked => "is locked",
            _ when account.State == AccountState.Disconnected => "the account is disconnected",
            _ when account.State != AccountState.Connected => "the account has to be connected again",
            _ when locks.Exists(order => order.Stops([person.Id], account.Ref)) => "a lock stops every post here",
            _ => null,
        };
        return new Access(person.Id, person.Name, person.Title, writes, signs, [.. person.Grants.Where(grant => new Actor(person.Id, person.Name, [grant]).Holds(grant.Role, account.Ref) && (grant.Role == Role.Author || grant.Role.Signs()))], off);
    }
}
