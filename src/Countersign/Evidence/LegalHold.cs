using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Evidence;

/// <summary>Keeps something from being erased for as long as a matter is open. One entitled person places it; two, in two steps, lift it.</summary>
public sealed class LegalHold : IGoverned
{
    public const int MaxMatter = 500;

    /// <summary>A hold on all there is.</summary>
    public const string Everything = "everything";

    public required Guid Id { get; init; }

    /// <summary>What is kept, as entries name it: "draft/0192…", "person/0192…" with all that the person wrote, or <see cref="Everything"/>.</summary>
    public required string Target { get; init; }

    /// <summary>Which matter it is about, in words; sealed, because it names people.</summary>
    public required string Matter { get; set; }

    public required string MatterCommitment { get; init; }

    public required Guid PlacedBy { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public Guid? ProposedBy { get; set; }

    public DateTimeOffset? ProposedAt { get; set; }

    public Guid? ReleasedBy { get; set; }

    public DateTimeOffset? ReleasedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"hold/{Id}";

    internal void Erase() => Matter = Erased.Marker;

    public JsonObject State() => new()
    {
        ["target"] = Target,
        ["matter"] = MatterCommitment,
        ["placedBy"] = PlacedBy.ToString(),
        ["placedAt"] = PlacedAt.ToUnixTimeMilliseconds(),
        ["proposedBy"] = ProposedBy?.ToString(),
        ["proposedAt"] = ProposedAt?.ToUnixTimeMilliseconds(),
        ["releasedBy"] = ReleasedBy?.ToString(),
        ["releasedAt"] = ReleasedAt?.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("matter", MatterCommitment, Matter)];

    /// <summary>Why this person cannot place or lift holds, or null where they can.</summary>
    public static string? WhyNot(Actor by) =>
        by.HoldsEverywhere(Role.Compliance) || by.HoldsEverywhere(Role.Legal) ? null : "Legal holds take the Compliance or Legal role for every account.";

    public Decision<HoldReleaseProposed> ProposeRelease(Actor by, DateTimeOffset now) => this switch
    {
        { ReleasedAt: not null } => new Refusal("released", "This hold was lifted already."),
        _ when WhyNot(by) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("hold.propose-release", Object, by.Id, now) },
        { ProposedBy: not null } => new Refusal("proposed", "Somebody proposed that already. A second person can confirm it now."),
        _ => new HoldReleaseProposed { Subject = Id, By = by.Id, At = now },
    };

    public Decision<HoldReleased> ConfirmRelease(Actor by, DateTimeOffset now) => this switch
    {
        { ReleasedAt: not null } => new Refusal("released", "This hold was lifted already."),
        _ when WhyNot(by) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("hold.release", Object, by.Id, now) },
        { ProposedBy: null } => new Refusal("not-proposed", "Lifting a hold takes two people: one proposes, another confirms. Nobody has proposed it yet."),
        { ProposedBy: var first } when first == by.Id => new Refusal("same-person", "Someone else must confirm what you proposed.") { Attempt = new Attempt("hold.release", Object, by.Id, now) },
        _ => new HoldReleased { Subject = Id, By = by.Id, At = now },
    };
}

/// <summary>Somebody places a hold, proposes to lift one, or confirms that.</summary>
public sealed class HoldContent(CountersignDb db, ErasureTargets targets, TimeProvider clock)
{
    public async Task<Decision<HoldPlaced>> PlaceAsync(string target, string matter, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (LegalHold.WhyNot(by) is { } why)
            return await db.CommitAsync<HoldPlaced>(new Refusal("not-entitled", why) { Attempt = new Attempt("hold.place", "hold/new", by.Id, now) }, _ => { }, cancellationToken);
        if (matter.Trim().Length is 0 or > LegalHold.MaxMatter)
            return new Refusal("no-matter", $"Say which matter it is about, in {LegalHold.MaxMatter} characters at most.");
        var found = target.Trim() == LegalHold.Everything ? LegalHold.Everything : (await targets.FindAsync(target, cancellationToken))?.Object;
        if (found is null)
            return new Refusal("no-target", ErasureTargets.NotFound);
        var words = Sealed.New("matter", matter.Trim());
        var hold = new LegalHold { Id = Guid.CreateVersion7(now), Target = found, Matter = matter.Trim(), MatterCommitment = words.Commitment, PlacedBy = by.Id, PlacedAt = now };

        // An erasure on its way writes the same row: whichever commits second is refused, and an erasure then finds the hold.
        var organisation = await db.Organisations.SingleAsync(cancellationToken);
        return await db.CommitAsync<HoldPlaced>(
            new HoldPlaced { Subject = hold.Id, By = by.Id, At = now, Matter = words },
            _ =>
            {
                db.Holds.Add(hold);
                db.Entry(organisation).State = EntityState.Modified;
            },
            cancellationToken);
    }

    public async Task<Decision<HoldReleaseProposed>> ProposeReleaseAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Holds.FindAsync([id], cancellationToken) is { } hold
            ? await db.CommitAsync(hold.ProposeRelease(by, clock.GetUtcNow()), proposed => (hold.ProposedBy, hold.ProposedAt) = (proposed.By, proposed.At), cancellationToken)
            : new Refusal("no-hold", "That hold is not here.");

    public async Task<Decision<HoldReleased>> ConfirmReleaseAsync(Guid id, Actor by, CancellationToken cancellationToken) =>
        await db.Holds.FindAsync([id], cancellationToken) is { } hold
            ? await db.CommitAsync(hold.ConfirmRelease(by, clock.GetUtcNow()), released => (hold.ReleasedBy, hold.ReleasedAt) = (released.By, released.At), cancellationToken)
            : new Refusal("no-hold", "That hold is not here.");
}

public sealed record HoldPlaced : DomainEvent
{
    public override string Act => "hold.placed";

    public required Sealed Matter { get; init; }

    public override IEnumerable<Sealed> Seals => [Matter];
}

public sealed record HoldReleaseProposed : DomainEvent
{
    public override string Act => "hold.release-proposed";
}

public sealed record HoldReleased : DomainEvent
{
    public override string Act => "hold.released";
}

internal sealed class LegalHoldMapping : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> entity)
    {
        entity.ToTable("legal_hold").HasKey(hold => hold.Id);
        entity.Ignore(hold => hold.Object);
    }
}

public static class ErasureTables
{
    extension(CountersignDb db)
    {
        public DbSet<LegalHold> Holds => db.Set<LegalHold>();

        public DbSet<Erasure> Erasures => db.Set<Erasure>();
    }
}
