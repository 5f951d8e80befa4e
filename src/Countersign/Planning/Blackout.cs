using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Planning;

public enum BlackoutScope
{
    Account,
    Site,
    Organisation,
}

public enum BlackoutForce
{
    /// <summary>Whoever plans a post into it is told, and decides.</summary>
    Warn,

    /// <summary>No post is planned into it.</summary>
    Refuse,
}

/// <summary>A time in which nothing, or nothing without a second thought, is planned: mourning, the weeks before results, an election.</summary>
public sealed class Blackout : IGoverned
{
    /// <summary>UTF-16 units of its reason.</summary>
    public const int MaxReason = 300;

    /// <summary>Longer is a decision to stop, not to wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public required Guid Id { get; init; }

    public required BlackoutScope Scope { get; init; }

    /// <summary>The account or site; null for the organisation.</summary>
    public required Guid? TargetId { get; init; }

    public required BlackoutForce Force { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>Not included.</summary>
    public required DateTimeOffset Until { get; init; }

    public required string Reason { get; set; }

    public required string? ReasonCommitment { get; init; }

    public required Guid PlacedBy { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public Guid? LiftedBy { get; set; }

    public DateTimeOffset? LiftedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"blackout/{Id}";

    public bool InForce => LiftedAt is null;

    public JsonObject State() => new()
    {
        ["scope"] = Scope.ToString(),
        ["target"] = TargetId?.ToString(),
        ["force"] = Force.ToString(),
        ["from"] = From.ToUnixTimeMilliseconds(),
        ["until"] = Until.ToUnixTimeMilliseconds(),
        ["reason"] = ReasonCommitment,
        ["placedBy"] = PlacedBy.ToString(),
        ["placedAt"] = PlacedAt.ToUnixTimeMilliseconds(),
        ["liftedBy"] = LiftedBy?.ToString(),
        ["liftedAt"] = LiftedAt?.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("reason", ReasonCommitment, Reason)];

    /// <summary>True where a post on this account at this instant would fall into it.</summary>
    public bool Covers(DateTimeOffset instant, AccountRef account) => InForce && instant >= From && instant < Until && Reaches(account);

    public bool Reaches(AccountRef account) => Scope switch
    {
        BlackoutScope.Organisation => true,
        BlackoutScope.Site => TargetId == account.SiteId,
        _ => TargetId == account.Id,
    };

    public Decision<BlackoutLifted> Lift(Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now) => this switch
    {
        { InForce: false } => new Refusal("lifted", "It was lifted already."),
        _ when !MayPlace(Scope, TargetId, accounts, by) => NotEntitled("blackout.lift", Object, by, now),
        _ => new BlackoutLifted { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(BlackoutLifted lifted) => (LiftedBy, LiftedAt) = (lifted.By, lifted.At);

    /// <summary>Comms or Compliance, for the whole of what it reaches.</summary>
    /// <param name="accounts">Every account there is.</param>
    public static bool MayPlace(BlackoutScope scope, Guid? target, IReadOnlyCollection<AccountRef> accounts, Actor by) =>
        ((Role[])[Role.Comms, Role.Compliance]).Any(role => scope switch
        {
            BlackoutScope.Organisation => by.HoldsEverywhere(role),
            BlackoutScope.Site => by.Grants.Any(grant => grant.Role == role && grant.AccountId is null && (grant.SiteId is null || grant.SiteId == target)),
            _ => accounts.Any(account => account.Id == target && by.Holds(role, account)),
        });

    internal static Refusal NotEntitled(string act, string thing, Actor by, DateTimeOffset now) =>
        new("not-entitled", "Blackouts are placed and lifted by Comms or Compliance, for the whole of what they reach.") { Attempt = new Attempt(act, thing, by.Id, now) };
}

public sealed record BlackoutPlaced : DomainEvent
{
    public override string Act => "blackout.placed";

    public required Sealed Reason { get; init; }

    public override IEnumerable<Sealed> Seals => [Reason];
}

public sealed record BlackoutLifted : DomainEvent
{
    public override string Act => "blackout.lifted";
}
