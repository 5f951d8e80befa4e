using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Standing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.Accounts;

/// <summary>Accounts and rights in words.</summary>
public static class AccountWords
{
    public static (string Word, Tone Tone, string Icon) Look(AccountHealth account, AccountCondition condition, DateTimeOffset now) => account switch
    {
        { State: AccountState.Disconnected } => ("Disconnected", Tone.Neutral, "plug"),
        { IsLocked: true } => ("Locked", Tone.Bad, "lock"),
        { State: AccountState.NeedsReconnect } => ("Connect again", Tone.Bad, "alert"),
        _ when condition.OpenIncidents is [var incident, ..] => (Standing.IncidentWords.Say(incident.Kind), Tone.Bad, "alert"),
        _ when condition.EndsSoon(now) => ("Renew soon", Tone.Warn, "sev2"),
        { NeedsPerson: > 0 } => ("Needs a person", Tone.Warn, "sev2"),
        { Problem: not null } => ("Last post had trouble", Tone.Warn, "sev2"),
        { LastSuccessAt: null } => ("Not used yet", Tone.Neutral, "clock"),
        _ => ("Healthy", Tone.Ok, "check"),
    };

    /// <summary>When what opens it ends: "8 days", "No end"; with the day beside it.</summary>
    public static (string Words, string? Day, bool Warns) Ends(AccountCondition condition, DateTimeOffset now) => condition switch
    {
        { Account.State: AccountState.Disconnected } => ("–", null, false),
        { SaysWhenItEnds: false } => ("No end", null, false),
        { Watch.EndsAt: { } ends } when ends <= now => ("Over", LocalTime.At(ends).ToString("d MMM", English.Culture), true),
        { Watch.EndsAt: { } ends } when condition.EndsSoon(now) => (English.Span(ends - now), LocalTime.At(ends).ToString("d MMM", English.Culture), true),
        { Watch.EndsAt: { } ends } => (LocalTime.At(ends).ToString("d MMM yyyy", English.Culture), null, false),
        _ when condition.Watch?.AnsweredAt is null => ("Not asked yet", null, false),
        _ => ("No end", null, false),
    };

    /// <summary>What the last comparison with the network found: "Matches", "2 open"; with its time beside it.</summary>
    public static (string Words, string? When, Tone Tone) Compared(AccountCondition condition, DateTimeOffset now) => condition switch
    {
        { Account.State: AccountState.Disconnected } => ("–", null, Tone.Neutral),
        { IsRead: false } => ("Not listed by the network", null, Tone.Neutral),
        _ when condition.Watch is null or { ReadAt: null, Trouble: null } => ("Not read yet", null, Tone.Neutral),
        { Watch.Trouble: not null } => ("Could not be read", condition.Watch.TroubleSince is { } since ? $"since {LocalTime.Moment(since, now)}" : null, Tone.Warn),
        { Watch: { HasGap: true } } => ("With a gap", LocalTime.Moment(condition.Watch.ReadAt ?? now, now), Tone.Warn),
        { OpenIncidents.Count: > 0 } => ($"{condition.OpenIncidents.Count} open", LocalTime.Moment(condition.Watch!.ReadAt!.Value, now), Tone.Bad),
        _ => ("Matches", LocalTime.Moment(condition.Watch!.ReadAt!.Value, now), Tone.Neutral),
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
