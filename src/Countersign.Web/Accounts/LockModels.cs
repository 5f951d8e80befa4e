using Countersign.Accounts;
using Countersign.Publishing;
using Countersign.Web.Shared.Planning;
using Microsoft.Extensions.Primitives;

namespace Countersign.Web.Accounts;

/// <summary>The order as it stands in the form; what cannot be read counts as not chosen.</summary>
public sealed record LockForm(LockScope Scope, IReadOnlyList<Guid> Targets, LockReason Reason, string Note)
{
    /// <summary>Characters; as the order itself takes.</summary>
    public const int MaxNote = 2000;

    /// <summary>Null for everything: one order each.</summary>
    public IReadOnlyList<Guid?> Orders => Scope == LockScope.Everything ? [null] : [.. Targets.Select(target => (Guid?)target)];

    public static LockForm Read(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var given = fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        return new LockForm(
            Choose(given, "scope", LockScope.Account),
            [.. given.GetValueOrDefault("targets").Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()],
            Choose(given, "reason", LockReason.HarmfulPost),
            given.GetValueOrDefault("note").ToString());
    }

    private static T Choose<T>(Dictionary<string, StringValues> given, string name, T otherwise)
        where T : struct, Enum =>
        Enum.TryParse<T>(given.GetValueOrDefault(name), out var chosen) && Enum.IsDefined(chosen) ? chosen : otherwise;
}

/// <param name="OffBecause">Why this person cannot lock, or null.</param>
/// <param name="Accounts">Connected accounts.</param>
/// <param name="Sites">By name.</param>
public sealed record LockModel(
    LockForm Form,
    IReadOnlyList<Lockable> Targets,
    WouldStop? Stops,
    int Active,
    int Accounts,
    IReadOnlyList<string> Sites,
    string? OffBecause,
    DateTimeOffset Now)
{
    /// <summary>What went wrong with the last press, in sentences; what was locked all the same comes first.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public IReadOnlyList<string> Locked { get; init; } = [];

    public bool HasTarget => Form.Scope == LockScope.Everything || Form.Targets.Count > 0;

    /// <summary>Nothing chosen: the button still works, and the answer says what is missing.</summary>
    public string Button => HasTarget ? $"Lock {LockWords.Say(Form.Scope, Form.Targets.Count)} now" : "Lock now";
}

/// <param name="ProposeOff">Why this person cannot propose release, or null.</param>
/// <param name="ConfirmOff">Why this person cannot be the second, or null.</param>
public sealed record ActiveLock(LockInForce Lock, string? ProposeOff, string? ConfirmOff, IReadOnlyList<TimelineEntry> History);

/// <param name="New">Orders given a moment ago on this browser.</param>
/// <param name="Problem">Why a release was refused.</param>
public sealed record ActiveModel(IReadOnlyList<ActiveLock> Locks, IReadOnlyList<Guid> New, DateTimeOffset Now, bool JustReleased = false, string? Problem = null);

