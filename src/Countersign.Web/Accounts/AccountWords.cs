using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Accounts;

/// <summary>Accounts and rights in words.</summary>
public static class AccountWords
{
    public static (string Word, Tone Tone, string Icon) Look(AccountHealth account) => account switch
    {
        { State: AccountState.Disconnected } => ("Disconnected", Tone.Neutral, "plug"),
        { IsLocked: true } => ("Locked", Tone.Bad, "lock"),
        { State: AccountState.NeedsReconnect } => ("Connect again", Tone.Bad, "alert"),
        { NeedsPerson: > 0 } => ("Needs a person", Tone.Warn, "sev2"),
        { Problem: not null } => ("Last post had trouble", Tone.Warn, "sev2"),
        { LastSuccessAt: null } => ("Not used yet", Tone.Neutral, "clock"),
        _ => ("Healthy", Tone.Ok, "check"),
    };

    /// <summary>"Writes", "Signs for Legal and Brand", or both.</summary>
    public static string Does(Access access) => (access.Writes, access.Signs.Count) switch
    {
        (true, 0) => "Writes",
        (false, _) => $"Signs for {Roles(access.Signs)}",
        _ => $"Writes, and signs for {Roles(access.Signs)} on the words of others",
    };

    /// <summary>"Author everywhere; Legal for Sheffield".</summary>
    public static string Because(Access access, AccountHealth account) => string.Join("; ", access.Because.Select(grant => grant switch
    {
        { AccountId: not null } => $"{grant.Role.Name()} on this account",
        { SiteId: not null } => $"{grant.Role.Name()} for {account.Site}",
        _ => $"{grant.Role.Name()} everywhere",
    }));

    private static string Roles(IReadOnlyList<Role> roles) => English.List([.. roles.Select(role => role.Name())]);
}
