using Countersign.Accounts;
using Countersign.Channels;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;

namespace Countersign.Standing;

/// <summary>How one account is, and how far what stands there is known.</summary>
/// <param name="Owner">The name of who answers for it.</param>
/// <param name="IsRead">The network lists an account's posts, so what stands there is compared.</param>
/// <param name="SaysWhenItEnds">The network is asked how the account is.</param>
/// <param name="AtRisk">Posts that would not leave: after its end, or all where it is shut already.</param>
/// <param name="OpenIncidents">The oldest first.</param>
public sealed record AccountCondition(
    Account Account,
    AccountWatch? Watch,
    string? Owner,
    bool IsRead,
    bool SaysWhenItEnds,
    IReadOnlyList<PostAtRisk> AtRisk,
    IReadOnlyList<Incident> OpenIncidents)
{
    /// <summary>True from the first warning on, and once it is over.</summary>
    public bool EndsSoon(DateTimeOffset now) => Watch?.EndsAt is { } ends && ends - now <= TimeSpan.FromDays(AccountWatch.WarningsFor(Account.ConnectedAt, ends)[0]);
}

/// <summary>Reads how accounts are.</summary>
public sealed class AccountsHealth(CountersignDb db, Networks networks, PostsAtRisk atRisk, TimeProvider clock)
{
    public async Task<IReadOnlyDictionary<Guid, AccountCondition>> AllAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var accounts = await db.Accounts.AsNoTracking().ToListAsync(cancellationToken);
        var watches = await db.Watches.AsNoTracking().ToDictionaryAsync(watch => watch.AccountId, cancellationToken);
        var names = await db.People.AsNoTracking().ToDictionaryAsync(person => person.Id, person => person.Name, cancellationToken);
        var open = (await db.Incidents.AsNoTracking().Where(incident => incident.Outcome == null).OrderBy(incident => incident.OpenedAt).ToListAsync(cancellationToken)).ToLookup(incident => incident.AccountId);
        var all = new Dictionary<Guid, AccountCondition>();
        foreach (var account in accounts)
        {
            var watch = watches.GetValueOrDefault(account.Id);
            var condition = new AccountCondition(
                account, watch, account.OwnerId is { } owner ? names.GetValueOrDefault(owner) : null,
                networks.Can<IListPosts>(account.Network), networks.Can<ICheckAccount>(account.Network), [], [.. open[account.Id]]);
            all[account.Id] = account.State switch
            {
                AccountState.NeedsReconnect => condition with { AtRisk = await atRisk.OfAsync(account, null, cancellationToken) },
                AccountState.Connected when condition.EndsSoon(now) => condition with { AtRisk = await atRisk.OfAsync(account, watch!.EndsAt, cancellationToken) },
                _ => condition,
            };
        }

        return all;
    }

    /// <summary>Accounts whose access ends soon, is over or was refused, for those who can do something about it: who answers for them, administrators and Comms.</summary>
    public async Task<IReadOnlyList<AccountCondition>> ToRenewAsync(Actor reader, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return [.. (await AllAsync(cancellationToken)).Values
            .Where(condition => (condition.Account.State == AccountState.NeedsReconnect || (condition.Account.State == AccountState.Connected && condition.EndsSoon(now)))
                && (condition.Account.OwnerId == reader.Id || reader.Holds(Role.Administrator, condition.Account.Ref) || reader.Holds(Role.Comms, condition.Account.Ref)))
            .OrderBy(condition => condition.Account.State == AccountState.NeedsReconnect ? DateTimeOffset.UnixEpoch : condition.Watch?.EndsAt)];
    }
}
