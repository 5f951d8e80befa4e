using System.Text.Json.Nodes;
using Countersign.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Accounts;

public enum LockScope
{
    Person,
    Account,
    Site,
    Everything,
}

public enum LockReason
{
    HarmfulPost,
    AccountTakenOver,
    PersonAtRisk,
    Incident,
    LegalRequest,
}

/// <summary>An order that stops. One entitled person gives it; two others' agreement, in two steps, ends it.</summary>
public sealed class Lockdown : IGoverned
{
    public required Guid Id { get; init; }

    public required LockScope Scope { get; init; }

    /// <summary>The person, account or site; null for everything.</summary>
    public required Guid? TargetId { get; init; }

    public required LockReason Reason { get; init; }

    /// <summary>Commitment to the note; the words are in the vault.</summary>
    public required string? NoteCommitment { get; init; }

    public required string Note { get; set; }

    public required Guid LockedBy { get; init; }

    public required DateTimeOffset LockedAt { get; init; }

    /// <summary>From the press of the button to the commit, in milliseconds: nothing left after that.</summary>
    public required int TookMilliseconds { get; init; }

    public Guid? ProposedBy { get; set; }

    public DateTimeOffset? ProposedAt { get; set; }

    public Guid? ReleasedBy { get; set; }

    public DateTimeOffset? ReleasedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"lockdown/{Id}";

    public bool InForce => ReleasedAt is null;

    public JsonObject State() => new()
    {
        ["scope"] = Scope.ToString(),
        ["target"] = TargetId?.ToString(),
        ["reason"] = Reason.ToString(),
        ["note"] = NoteCommitment,
        ["lockedBy"] = LockedBy.ToString(),
        ["lockedAt"] = LockedAt.ToUnixTimeMilliseconds(),
        ["took"] = TookMilliseconds,
        ["proposedBy"] = ProposedBy?.ToString(),
        ["proposedAt"] = ProposedAt?.ToUnixTimeMilliseconds(),
        ["releasedBy"] = ReleasedBy?.ToString(),
        ["releasedAt"] = ReleasedAt?.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("note", NoteCommitment, Note)];

    /// <summary>True if this order stops a post on this account that these people had a hand in.</summary>
    public bool Stops(IReadOnlyCollection<Guid> hands, AccountRef account) => InForce && Reaches(Scope, TargetId, hands, account);

    /// <summary>True if an order of this scope on this target is about a post on this account that these people had a hand in.</summary>
    public static bool Reaches(LockScope scope, Guid? target, IReadOnlyCollection<Guid> hands, AccountRef account) => scope switch
    {
        LockScope.Everything => true,
        LockScope.Site => target == account.SiteId,
        LockScope.Account => target == account.Id,
        _ => target is { } person && hands.Contains(person),
    };

    public Decision<ReleaseProposed> ProposeRelease(Actor by, DateTimeOffset now) => this switch
    {
        { InForce: false } => new Refusal("released", "This lock was released already."),
        _ when !by.HoldsEverywhere(Role.Comms) => NotEntitled(by, "lockdown.propose-release", now),
        { Scope: LockScope.Person, TargetId: var person } when person == by.Id => OwnLock(by, "lockdown.propose-release", now),
        { ProposedBy: not null } => new Refusal("proposed", "Somebody proposed that already. A second person can confirm it now."),
        _ => new ReleaseProposed { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(ReleaseProposed proposed) => (ProposedBy, ProposedAt) = (proposed.By, proposed.At);

    public Decision<LockReleased> ConfirmRelease(Actor by, DateTimeOffset now) => this switch
    {
        { InForce: false } => new Refusal("released", "This lock was released already."),
        { ProposedBy: null } => new Refusal("not-proposed", "Release takes two people: one proposes, another confirms. Nobody has proposed it yet."),
        _ when !by.HoldsEverywhere(Role.Comms) && !by.HoldsEverywhere(Role.Compliance) => NotEntitled(by, "lockdown.release", now),
        { Scope: LockScope.Person, TargetId: var person } when person == by.Id => OwnLock(by, "lockdown.release", now),
        { ProposedBy: var first } when first == by.Id => new Refusal("same-person", "Someone else must confirm what you proposed.")
        {
            Attempt = new Attempt("lockdown.release", Object, by.Id, now),
        },
        _ => new LockReleased { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(LockReleased released) => (ReleasedBy, ReleasedAt) = (released.By, released.At);

    private Refusal NotEntitled(Actor by, string act, DateTimeOffset now) =>
        new("not-entitled", "Releasing takes the Comms role for every account, or Compliance for the second step.") { Attempt = new Attempt(act, Object, by.Id, now) };

    private Refusal OwnLock(Actor by, string act, DateTimeOffset now) =>
        new("own-lock", "Nobody releases a lock on themselves.") { Attempt = new Attempt(act, Object, by.Id, now) };
}

public sealed record LockOrdered : DomainEvent
{
    public override string Act => "lockdown.ordered";

    public required Sealed? Note { get; init; }

    public override IEnumerable<Sealed> Seals => Note is null ? [] : [Note];
}

public sealed record ReleaseProposed : DomainEvent
{
    public override string Act => "lockdown.release-proposed";
}

public sealed record LockReleased : DomainEvent
{
    public override string Act => "lockdown.released";
}

internal sealed class LockdownMapping : IEntityTypeConfiguration<Lockdown>
{
    public void Configure(EntityTypeBuilder<Lockdown> entity)
    {
        entity.ToTable("lockdown").HasKey(order => order.Id);
        entity.Ignore(order => order.Object).Ignore(order => order.InForce);
    }
}
