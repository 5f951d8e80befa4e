using System.Text.Json.Nodes;
using Countersign.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Evidence;

/// <summary>Why content may be destroyed: the grounds of UK GDPR article 17(1), and the end of a retention period.</summary>
public enum ErasureBasis
{
    NoLongerNecessary,
    ConsentWithdrawn,
    Objection,
    Unlawful,
    LegalObligation,
    ChildsData,
    RetentionEnded,
}

public static class ErasureBases
{
    /// <summary>As pages and exports say it.</summary>
    public static string Say(this ErasureBasis basis) => basis switch
    {
        ErasureBasis.NoLongerNecessary => "no longer necessary, UK GDPR art. 17(1)(a)",
        ErasureBasis.ConsentWithdrawn => "consent withdrawn, UK GDPR art. 17(1)(b)",
        ErasureBasis.Objection => "objection, UK GDPR art. 17(1)(c)",
        ErasureBasis.Unlawful => "processed unlawfully, UK GDPR art. 17(1)(d)",
        ErasureBasis.LegalObligation => "a legal obligation to erase, UK GDPR art. 17(1)(e)",
        ErasureBasis.ChildsData => "a child’s data, UK GDPR art. 17(1)(f)",
        _ => "end of the retention period",
    };

    /// <summary>True where the law leaves no choice, so that a retention minimum does not stand against it. A legal hold always does.</summary>
    public static bool OverridesMinimum(this ErasureBasis basis) => basis is ErasureBasis.Unlawful or ErasureBasis.LegalObligation;
}

public enum ErasureState
{
    Asked,
    Confirmed,
    Declined,
}

/// <summary>A request to destroy the words of one thing: one person asks, another confirms. The log stays whole; it never held the words.</summary>
public sealed class Erasure : IGoverned
{
    public const int MaxNote = 1_000;

    public required Guid Id { get; init; }

    /// <summary>As entries name it: "draft/0192…", "person/0192…", "lockdown/0192…".</summary>
    public required string Target { get; init; }

    public required ErasureBasis Basis { get; init; }

    /// <summary>Who asked for it and how that was verified, in words; sealed.</summary>
    public required string Note { get; set; }

    public required string NoteCommitment { get; init; }

    public required Guid AskedBy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public ErasureState State { get; set; }

    /// <summary>Pieces of sealed content destroyed.</summary>
    public int Items { get; set; }

    public int Revision { get; set; }

    public string Object => $"erasure/{Id}";

    internal void Erase() => Note = Erased.Marker;

    JsonObject IGoverned.State() => new()
    {
        ["target"] = Target,
        ["basis"] = Basis.ToString(),
        ["note"] = NoteCommitment,
        ["askedBy"] = AskedBy.ToString(),
        ["askedAt"] = AskedAt.ToUnixTimeMilliseconds(),
        ["decidedBy"] = DecidedBy?.ToString(),
        ["decidedAt"] = DecidedAt?.ToUnixTimeMilliseconds(),
        ["state"] = State.ToString(),
        ["items"] = Items,
    };

    IEnumerable<Spoken> IGoverned.Words => [new("note", NoteCommitment, Note)];

    /// <summary>Why this person can neither ask for an erasure nor decide on one, or null where they can.</summary>
    public static string? WhyNot(Actor by) => by.HoldsEverywhere(Role.Compliance) || by.HoldsEverywhere(Role.Privacy) || by.HoldsEverywhere(Role.Administrator)
        ? null
        : "Erasing takes the Compliance, Privacy or Administrator role for every account.";

    /// <summary>Nothing stands against it now.</summary>
    /// <param name="target">What it is about as it is now; null where that is gone.</param>
    public static Refusal? WhyNotNow(ErasureTarget? target, ErasureBasis basis, DateTimeOffset now) => target switch
    {
        null => new Refusal("no-target", ErasureTargets.NotFound),
        { Held: true } => new Refusal("on-hold", "A legal hold keeps this. It must be lifted first, by two people."),
        { InUse: { } use } => new Refusal("in-use", use),
        { Commitments.Count: 0, Pictures.Count: 0 } => new Refusal("nothing-left", "Nothing of this is left to erase."),
        { Commitments.Count: > ErasureTarget.Most } => new Refusal("too-much", $"More than {ErasureTarget.Most} pieces of content cannot be erased in one entry."),
        { Minimum: { } minimum } when minimum.Until > now && !basis.OverridesMinimum() => new Refusal("kept-at-least", $"{minimum.Say()}. This basis does not override that."),
        _ => null,
    };

    public Decision<ErasureConfirmed> Confirm(ErasureTarget? target, Actor by, DateTimeOffset now) => Refuse("erasure.confirm", by, now)
        ?? (WhyNotNow(target, Basis, now) is { } refusal
            ? refusal with { Attempt = new Attempt("erasure.confirm", Object, by.Id, now) }
            : (Decision<ErasureConfirmed>)new ErasureConfirmed { Subject = Id, By = by.Id, At = now, AskedBy = AskedBy, Target = Target, Basis = Basis, Commitments = target!.Commitments, Pictures = target.Pictures });

    public Decision<ErasureDeclined> Decline(Actor by, DateTimeOffset now) => Refuse("erasure.decline", by, now) is { } refusal
        ? refusal
        : new ErasureDeclined { Subject = Id, By = by.Id, At = now };

    /// <summary>Why this person cannot decide on this request, or null where they can.</summary>
    public Refusal? Refuse(string act, Actor by, DateTimeOffset now) => this switch
    {
        { State: not ErasureState.Asked } => new Refusal("decided", "Somebody decided on this already."),
        _ when WhyNot(by) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt(act, Object, by.Id, now) },
        { AskedBy: var first } when first == by.Id => new Refusal("same-person", "Someone else must decide on what you asked for.") { Attempt = new Attempt(act, Object, by.Id, now) },
        _ => null,
    };
}

public sealed record ErasureAsked : DomainEvent
{
    public override string Act => "erasure.asked";

    public required Sealed Note { get; init; }

    public override IEnumerable<Sealed> Seals => [Note];
}

public sealed record ErasureConfirmed : DomainEvent
{
    public override string Act => "erasure.confirmed";

    public required Guid AskedBy { get; init; }

    public required string Target { get; init; }

    public required ErasureBasis Basis { get; init; }

    public required IReadOnlyCollection<string> Commitments { get; init; }

    /// <summary>Hashes of pictures whose bytes went too.</summary>
    public IReadOnlyCollection<string> Pictures { get; init; } = [];

    public override IReadOnlyCollection<string> Erases => Commitments;

    public override JsonObject Facts => new() { ["target"] = Target, ["basis"] = Basis.ToString(), ["askedBy"] = AskedBy.ToString(), ["confirmedBy"] = By.ToString(), ["pictures"] = new JsonArray([.. Pictures.Select(picture => (JsonNode)picture)]) };
}

public sealed record ErasureDeclined : DomainEvent
{
    public override string Act => "erasure.declined";
}

internal sealed class ErasureMapping : IEntityTypeConfiguration<Erasure>
{
    public void Configure(EntityTypeBuilder<Erasure> entity)
    {
        entity.ToTable("erasure").HasKey(erasure => erasure.Id);
        entity.Ignore(erasure => erasure.Object);
    }
}
