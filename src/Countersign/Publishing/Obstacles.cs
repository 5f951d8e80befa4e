using Countersign.Accounts;

namespace Countersign.Publishing;

/// <summary>What the door would say no to for one account, as things stand now.</summary>
public enum Obstacle
{
    None,

    /// <summary>An order in force stops it there: it waits for the release.</summary>
    Locked,

    /// <summary>The account was let go: at its time it would be held.</summary>
    Disconnected,

    /// <summary>The network no longer lets us in: at its time it would be held.</summary>
    NeedsReconnect,
}

/// <summary>Looks ahead for what the door would find, so that no page says a post will go out that will not.</summary>
public static class Obstacles
{
    /// <param name="orders">In force.</param>
    public static Obstacle On(Draft draft, Account account, IReadOnlyCollection<Lockdown> orders) => account.State switch
    {
        _ when orders.Any(order => order.Stops([draft.AuthorId, .. draft.Editors], account.Ref)) => Obstacle.Locked,
        AccountState.Disconnected => Obstacle.Disconnected,
        AccountState.NeedsReconnect => Obstacle.NeedsReconnect,
        _ => Obstacle.None,
    };

    /// <summary>The accounts there is one on, those that are locked first.</summary>
    public static IReadOnlyList<(Account Account, Obstacle Obstacle)> On(Draft draft, IEnumerable<Account> accounts, IReadOnlyCollection<Lockdown> orders) =>
        [.. accounts.Select(account => (account, obstacle: On(draft, account, orders))).Where(met => met.obstacle != Obstacle.None).OrderBy(met => met.obstacle)];
}
