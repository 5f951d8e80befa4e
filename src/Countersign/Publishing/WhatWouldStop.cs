using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Publishing;

/// <summary>Something that can be locked.</summary>
/// <param name="Network">Of an account.</param>
/// <param name="Place">The site of an account; what a person does here.</param>
/// <param name="Waiting">Posts of it that have not left.</param>
public sealed record Lockable(Guid Id, string Name, string? Network, string? Place, int Waiting, bool IsLocked);

/// <summary>What an order would stop if it were given now.</summary>
/// <param name="Held">Approved posts that wait for their time and would stay.</param>
/// <param name="Next">The first of them.</param>
/// <param name="OnTheirWay">Networks of the posts that are being handed over; stopped unless the network has accepted them.</param>
/// <param name="WaitingForApproval">Drafts that can still be signed, and would be held after that.</param>
/// <param name="People">Who could post there until now, by name.</param>
/// <param name="SignIns">Sign-ins that would end.</param>
/// <param name="OtherAccounts">Connected accounts that go on.</param>
/// <param name="CanBeReleased">Two people who are not locked could release it: one with Comms, another with Comms or Compliance, each for every account.</param>
/// <param name="Gaps">Networks where whoever knows the network's own password can still post.</param>
public sealed record WouldStop(int Held, NextPost? Next, IReadOnlyList<string> OnTheirWay, int WaitingForApproval, IReadOnlyList<string> People, int SignIns, int OtherAccounts, bool CanBeReleased, IReadOnlyList<string> Gaps);

public sealed record NextPost(string Title, DateTimeOffset DueAt);

/// <summary>Counts what a lockdown would stop, before anybody gives the order. Changes nothing, and the order does not depend on it.</summary>
public sealed class WhatWouldStop(CountersignDb db, TimeProvider clock)
{
    /// <summary>What can be locked in this scope, by name; empty for everything.</summary>
    public async Task<IReadOnlyList<Lockable>> TargetsAsync(LockScope scope, CancellationToken cancellationToken)
    {
        var locked = await db.OrdersInForce.Where(order => order.Scope == scope).Select(order => order.TargetId).ToListAsync(cancellationToken);
        var accounts = await AccountsAsync(cancellationToken);
        var sites = await db.Sites.AsNoTracking().OrderBy(site => site.Name).ToListAsync(cancellationToken);
        var unsent = (await UnsentAsync(accounts, cancellationToken)).ConvertAll(post => post.Publication);
        return scope switch
        {
            LockScope.Person =>
                [.. (await PeopleAsync(cancellationToken)).Select(person => new Lockable(person.Id, person.Name, null, person.Title, unsent.Count(post => post.Hands.Contains(person.Id)), locked.Contains(person.Id)))],
            LockScope.Account =>
                [.. accounts.Select(account => new Lockable(account.Id, account.Title, account.Network, sites.Find(site => site.Id == account.SiteId)?.Name, unsent.Count(post => post.AccountId == account.Id), locked.Contains(account.Id)))],
            LockScope.Site =>
                [.. sites.Select(site => new Lockable(site.Id, site.Name, null, null, unsent.Count(post => accounts.Exists(account => account.Id == post.AccountId && account.SiteId == site.Id)), locked.Contains(site.Id)))],
            _ => [],
        };
    }

    /// <param name="targets">People, accounts or sites; ignored for everything.</param>
    public async Task<WouldStop> CountAsync(LockScope scope, IReadOnlyCollection<Guid> targets, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<Guid?> orders = scope == LockScope.Everything ? [null] : [.. targets.Select(target => (Guid?)target)];
        bool Reached(IReadOnlyCollection<Guid> hands, AccountRef account) => orders.Any(target => Lockdown.Reaches(scope, target, hands, account));

        var accounts = await AccountsAsync(cancellationToken);
        var posts = (await UnsentAsync(accounts, cancellationToken)).FindAll(post => Reached(post.Publication.Hands, post.Account.Ref));
        var held = posts.FindAll(post => post.Publication.State is PublicationState.Approved or PublicationState.Waiting);
        var waiting = await db.Drafts.AsNoTracking().Where(draft => draft.Stage == DraftStage.AwaitingApproval).Select(draft => new { draft.AuthorId, draft.Editors, draft.AccountIds }).ToListAsync(cancellationToken);
        var people = await PeopleAsync(cancellationToken);
        var affected = people.FindAll(person => MayPost(person, accounts.FindAll(account => Reached([person.Id], account.Ref))));
        return new WouldStop(
            held.Count,
            held.Count == 0 ? null : await NextAsync(held.MinBy(post => post.Publication.DueAt)!.Publication, cancellationToken),
            [.. posts.Except(held).Select(post => post.Account.Network)],
            waiting.Count(draft => accounts.Exists(account => draft.AccountIds.Contains(account.Id) && Reached([draft.AuthorId, .. draft.Editors], account.Ref))),
            [.. affected.Select(person => person.Name)],
            scope == LockScope.Person ? await CountSessionsAsync(targets, cancellationToken) : 0,
            scope == LockScope.Person ? accounts.Count : accounts.Count(account => !Reached([], account.Ref)),
            await CanBeReleasedAsync(people, scope == LockScope.Person ? targets : [], cancellationToken),
            [.. Gaps(accounts.FindAll(account => affected.Exists(person => Reached([person.Id], account.Ref) && MayPost(person, [account]))))]);
    }

    /// <summary>An account that a password opens can be opened without us; our own networks cannot.</summary>
    private static IEnumerable<string> Gaps(List<Account> accounts) =>
        accounts.Where(account => account.SecretCipher is not null).Select(account => account.Network).Distinct().Order(StringComparer.Ordinal);

    private async Task<bool> CanBeReleasedAsync(List<Person> people, IReadOnlyCollection<Guid> alsoLocked, CancellationToken cancellationToken)
    {
        var locked = await db.OrdersInForce.Where(order => order.Scope == LockScope.Person).Select(order => order.TargetId!.Value).ToListAsync(cancellationToken);
        var free = people.FindAll(person => !locked.Contains(person.Id) && !alsoLocked.Contains(person.Id)).ConvertAll(person => new Actor(person.Id, person.Name, person.Grants));
        return free.Exists(first => first.HoldsEverywhere(Role.Comms) && free.Exists(second => second.Id != first.Id && (second.HoldsEverywhere(Role.Comms) || second.HoldsEverywhere(Role.Compliance))));
    }

    private async Task<int> CountSessionsAsync(IReadOnlyCollection<Guid> people, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var person in people)
            count += await db.Sessions.LiveOf(person, clock.GetUtcNow()).CountAsync(cancellationToken);
        return count;
    }

    private static bool MayPost(Person person, List<Account> accounts) =>
        accounts.Exists(account => new Actor(person.Id, person.Name, person.Grants).Holds(Role.Author, account.Ref));

    private async Task<NextPost> NextAsync(Publication publication, CancellationToken cancellationToken) =>
        new((await db.Drafts.AsNoTracking().SingleAsync(draft => draft.Id == publication.DraftId, cancellationToken)).Title, publication.DueAt);

    private Task<List<Account>> AccountsAsync(CancellationToken cancellationToken) =>
        db.Accounts.AsNoTracking().Where(account => account.State != AccountState.Disconnected).OrderBy(account => account.Title).ToListAsync(cancellationToken);

    private Task<List<Person>> PeopleAsync(CancellationToken cancellationToken) =>
        db.People.AsNoTracking().Where(person => person.PasswordHash != null).OrderBy(person => person.Name).ToListAsync(cancellationToken);

    private async Task<List<(Publication Publication, Account Account)>> UnsentAsync(List<Account> accounts, CancellationToken cancellationToken)
    {
        var posts = await db.Publications.AsNoTracking()
            .Where(post => post.State == PublicationState.Approved || post.State == PublicationState.Waiting || post.State == PublicationState.Claimed || post.State == PublicationState.Sending)
            .ToListAsync(cancellationToken);
        return [.. posts.Join(accounts, post => post.AccountId, account => account.Id, (post, account) => (post, account))];
    }
}
