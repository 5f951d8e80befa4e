namespace Countersign.Decisions;

/// <summary>What a person may do for an account. A role is granted per account, per site or for all accounts.</summary>
public enum Role
{
    /// <summary>Writes, sends for approval.</summary>
    Author,

    /// <summary>Signs for brand and tone; the floor of every route.</summary>
    Brand,
    Legal,
    Compliance,

    /// <summary>Signs financial promotions (COBS 4.10). Packs call it "FP-Approver".</summary>
    FinancialPromotions,

    /// <summary>Leads customer care; signs replies that admit or promise. Packs call it "Care lead".</summary>
    CareLead,

    /// <summary>The author's line manager, where a rule asks for one.</summary>
    Manager,
    Privacy,
    Security,

    /// <summary>Head of communications: locks down, releases, decides on posts whose outcome is not known.</summary>
    Comms,

    /// <summary>Connects accounts, invites people, grants roles. Cannot approve by that alone.</summary>
    Administrator,

    /// <summary>Reads everything, changes nothing.</summary>
    Auditor,
}

public static class RoleNames
{
    /// <summary>As packs and pages write it.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.FinancialPromotions => "FP-Approver",
        Role.CareLead => "Care lead",
        _ => role.ToString(),
    };

    /// <summary>True for roles that a rule can ask to sign; the others write, set up or read.</summary>
    public static bool Signs(this Role role) => role is not (Role.Author or Role.Administrator or Role.Auditor);

    public static bool TryParse(string name, out Role role)
    {
        foreach (var candidate in Enum.GetValues<Role>())
        {
            if (string.Equals(candidate.Name(), name, StringComparison.OrdinalIgnoreCase))
            {
                role = candidate;
                return true;
            }
        }

        role = default;
        return false;
    }
}
