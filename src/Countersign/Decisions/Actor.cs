namespace Countersign.Decisions;

/// <summary>A role and where it holds. Both null: for every account.</summary>
public sealed record RoleGrant(Role Role, Guid? AccountId = null, Guid? SiteId = null);

/// <summary>An account as far as entitlement is concerned.</summary>
public sealed record AccountRef(Guid Id, Guid SiteId);

/// <summary>Who acts. Built from the session at the start of a request; not stored.</summary>
public sealed record Actor(Guid Id, string Name, IReadOnlyList<RoleGrant> Grants)
{
    /// <summary>The program itself: the delivery worker, the sequencer.</summary>
    public static readonly Actor Automation = new(Guid.Empty, "Countersign", []);

    /// <summary>True if the role is held for exactly this account, its site, or all accounts.</summary>
    public bool Holds(Role role, AccountRef account) =>
        Grants.Any(grant => grant.Role == role && Covers(grant, account));

    /// <summary>True if the role is held for every account named. False for none: nobody is entitled to nothing.</summary>
    public bool HoldsForAll(Role role, IReadOnlyCollection<AccountRef> accounts) =>
        accounts.Count > 0 && accounts.All(account => Holds(role, account));

    /// <summary>True if any role at all is held for this account.</summary>
    public bool HoldsAny(AccountRef account) => Grants.Any(grant => Covers(grant, account));

    public bool HoldsAnywhere(Role role) => Grants.Any(grant => grant.Role == role);

    public bool HoldsEverywhere(Role role) => Grants.Any(grant => grant.Role == role && grant.AccountId is null && grant.SiteId is null);

    private static bool Covers(RoleGrant grant, AccountRef account) => grant switch
    {
        { AccountId: { } id } => id == account.Id,
        { SiteId: { } site } => site == account.SiteId,
        _ => true,
    };
}
