using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Parts;

namespace Countersign.Web.People;

/// <param name="Asked">The account whose access is shown beside the list; null where there is none.</param>
public sealed record PeopleModel(IReadOnlyList<PersonHere> People, IReadOnlyList<AccountHealth> Accounts, AccountHealth? Asked, string? OffBecause, DateTimeOffset Now);

/// <param name="Grants">As they stand in the form.</param>
/// <param name="Link">The invitation's link, shown this once; null on every other page.</param>
public sealed record PersonModel(PersonHere Person, IReadOnlyList<RoleGrant> Grants, IReadOnlyList<RolePlace> Places, string? OffBecause, DateTimeOffset Now, bool Saved = false, Refusal? Refusal = null, string? Link = null);

/// <summary>What was typed comes back with the mistake.</summary>
public sealed record InviteModel(string Name, string Email, string Title, IReadOnlyList<RoleGrant> Grants, IReadOnlyList<RolePlace> Places, string? OffBecause, Refusal? Refusal = null)
{
    public string? Mistake(string field) => Refusal is { } refusal && field == FieldOf(refusal.Code) ? refusal.Sentence : null;

    public string? OtherMistake => Refusal is { } refusal && FieldOf(refusal.Code) is null ? refusal.Sentence : null;

    private static string? FieldOf(string code) => code switch
    {
        "no-name" or "long-name" => "name",
        "bad-address" or "address-taken" => "email",
        _ => null,
    };
}

public static class PersonWords
{
    public static (string Word, Tone Tone) Look(PersonHere person, DateTimeOffset now) => person.State switch
    {
        PersonState.Invited => ($"Invited, until {LocalTime.Moment(person.Until!.Value, now)}", Tone.Neutral),
        PersonState.InvitationOver => ("Invitation has run out", Tone.Warn),
        PersonState.Paused => ($"Paused until {LocalTime.TimeOfDay(person.Until!.Value)}", Tone.Warn),
        PersonState.Locked => ("Locked", Tone.Bad),
        _ => ("Active", Tone.Neutral),
    };

    /// <summary>Roles that are about the whole installation rather than an account.</summary>
    public static string Elsewhere(PersonHere person) => string.Join(", ", person.Grants
        .Where(grant => grant.Role is Role.Administrator or Role.Auditor or Role.Comms)
        .Select(grant => grant.Role.Name())
        .Distinct(StringComparer.Ordinal));
}
