using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>A post that a lock keeps back.</summary>
/// <param name="Until">After this it is missed, lock or no lock.</param>
public sealed record HeldPost(Guid DraftId, string Title, string Network, string Account, DateTimeOffset DueAt, DateTimeOffset Until);

/// <summary>A lock with what people ask of it.</summary>
/// <param name="Target">The name of what is locked; null for everything.</param>
/// <param name="Network">Of a locked account.</param>
/// <param name="CanPropose">Who could be the first of the two who release it, by name; empty once somebody has proposed.</param>
/// <param name="CanConfirm">Who could be the second, by name; empty until somebody has proposed release.</param>
public sealed record LockInForce(Lockdown Order, string? Target, string? Network, string LockedBy, string? ProposedBy, IReadOnlyList<HeldPost> Held, IReadOnlyList<string> CanPropose, IReadOnlyList<string> CanConfirm);

/// <summary>What is locked now, what it keeps back and who can release it.</summary>
public sealed class LocksInForce(CountersignDb db, TimeProvider clock)
{
    public Task<int> CountAsync(CancellationToken cancellationToken) => db.OrdersInForce.CountAsync(cancellationToken);

    /// <summary>Posts that any of these orders keeps back.</summary>
    public async Task<int> CountHeldAsync(IReadOnlyList<Lockdown> orders, CancellationToken cancellationToken)
    {
        var waiting = await Waiting.Join(db.Accounts, post => post.AccountId, account => account.Id, (post, account) => new { post.Hands, account.Id, account.SiteId }).ToListAsync(cancellationToken);
        return waiting.Count(post => orders.Any(order => order.Stops(post.Hands, new AccountRef(post.Id, post.SiteId))));
    }

    public async Task<IReadOnlyList<LockInForce>> ListAsync(CancellationToken cancellationToken)
    {
        var orders = await db.OrdersInForce.OrderByDescending(order => order.LockedAt).ToListAsync(cancellationToken);
        if (orders.Count == 0)
            return [];
        var accounts = await db.Accounts.AsNoTracking().ToDictionaryAsync(account => account.Id, cancellationToken);
        var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Name, cancellationToken);
        var people = await db.People.AsNoTracking().OrderBy(person => person.Name).ToDictionaryAsync(person => person.Id, cancellationToken);
        var waiting = await Waiting.OrderBy(post => post.DueAt).ToListAsync(cancellationToken);
        var drafts = await db.Drafts.AsNoTracking().Where(draft => waiting.Select(post => post.DraftId).Contains(draft.Id)).ToDictionaryAsync(draft => draft.Id, draft => draft.Title, cancellationToken);
        var now = clock.GetUtcNow();
        var free = people.Values.Where(person => person.PasswordHash is not null && !orders.Exists(order => order.Scope == LockScope.Person && order.TargetId == person.Id)).Select(person => new Actor(person.Id, person.Name, person.Grants)).ToList();
        return [.. orders.Select(order =>
        {
            var account = order.Scope == LockScope.Account ? accounts.GetValueOrDefault(order.TargetId!.Value) : null;
            return new LockInForce(
                order,
                order.Scope switch
                {
                    LockScope.Account => account?.Title,
                    LockScope.Site => sites.GetValueOrDefault(order.TargetId!.Value),
                    LockScope.Person => people.GetValueOrDefault(order.TargetId!.Value)?.Name,
                    _ => null,
                },
                account?.Network,
                people[order.LockedBy].Name,
                order.ProposedBy is { } proposer ? people[proposer].Name : null,
                [.. waiting
                    .Where(post => order.Stops(post.Hands, accounts[post.AccountId].Ref))
                    .Select(post => new HeldPost(post.DraftId, drafts.GetValueOrDefault(post.DraftId, ""), accounts[post.AccountId].Network, accounts[post.AccountId].Title, post.DueAt, post.Until))],
                [.. free.Where(person => order.ProposeRelease(person, now).IsTaken).Select(person => person.Name)],
                [.. free.Where(person => order.ConfirmRelease(person, now).IsTaken).Select(person => person.Name)]);
        })];
    }

    private IQueryable<Publication> Waiting => db.Publications.AsNoTracking().Where(post => post.State == PublicationState.Approved || post.State == PublicationState.Waiting);
}
