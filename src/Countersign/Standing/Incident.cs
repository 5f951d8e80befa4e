using System.Text.Json.Nodes;
using Countersign.Accounts;
using Countersign.Decisions;
using Countersign.Publishing;

namespace Countersign.Standing;

/// <summary>In what a network and the ledger disagree, or what must come down.</summary>
public enum IncidentKind
{
    /// <summary>A post was published past Countersign.</summary>
    NotOurs,

    /// <summary>A post was changed on the network.</summary>
    Edited,

    /// <summary>A post of ours was removed on the network.</summary>
    Deleted,

    /// <summary>A post of ours does not stand as it was approved.</summary>
    Differs,

    /// <summary>What stands may not stand there any longer.</summary>
    Withdraw,
}

public enum IncidentOutcome
{
    /// <summary>Taken down from here, and read back as gone.</summary>
    TakenDown,

    /// <summary>It went on the network.</summary>
    Gone,

    /// <summary>Somebody answers for leaving it as it is.</summary>
    Accepted,

    /// <summary>It turned out to be a delivery of ours.</summary>
    Ours,
}

/// <summary>Something on a network that a person has to decide about. Open until a decision, or until the post is gone.</summary>
public sealed class Incident : IGoverned
{
    /// <summary>UTF-16 units of a reason.</summary>
    public const int MaxReason = 2_000;

    public required Guid Id { get; init; }

    public required IncidentKind Kind { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The post it is about, in its archive copy.</summary>
    public required Guid StandingId { get; init; }

    /// <summary>The version of the post that stood when it was opened.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Countersign itself, or the person who asks for a withdrawal.</summary>
    public required Guid OpenedBy { get; init; }

    public Disparity Differences { get; init; }

    /// <summary>Rules that block these words.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The release under which they were found.</summary>
    public int? Release { get; init; }

    /// <summary>The order to take it down, once there is one; the last of them.</summary>
    public Guid? TakeDownId { get; set; }

    public IncidentOutcome? Outcome { get; set; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public string? Reason { get; set; }

    public string? ReasonCommitment { get; set; }

    public int Revision { get; set; }

    public string Object => $"incident/{Id}";

    public bool IsOpen => Outcome is null;

    /// <summary>From the task to the moment the network was read and had it no more; null where it did not end so.</summary>
    public TimeSpan? TimeToTakeDown => Outcome is IncidentOutcome.TakenDown or IncidentOutcome.Gone ? ClosedAt - OpenedAt : null;

    JsonObject IGoverned.State() => new()
    {
        ["kind"] = Kind.ToString(),
        ["account"] = AccountId.ToString(),
        ["standing"] = StandingId.ToString(),
        ["version"] = Version,
        ["openedAt"] = OpenedAt.ToUnixTimeMilliseconds(),
        ["openedBy"] = OpenedBy.ToString(),
        ["differences"] = Differences.ToString(),
        ["rules"] = new JsonArray([.. Rules.Select(rule => (JsonNode?)rule)]),
        ["release"] = Release,
        ["takeDown"] = TakeDownId?.ToString(),
        ["outcome"] = Outcome?.ToString(),
        ["decidedBy"] = DecidedBy?.ToString(),
        ["closedAt"] = ClosedAt?.ToUnixTimeMilliseconds(),
        ["reason"] = ReasonCommitment,
    };

    IEnumerable<Spoken> IGoverned.Words => Reason is null ? [] : [new("reason", ReasonCommitment, Reason)];

    /// <summary>Why this person cannot decide here; null where they can.</summary>
    public static string? WhyNot(Actor by, AccountRef account) =>
        by.Holds(Role.Comms, account) || by.Holds(Role.Administrator, account) ? null : "Deciding on what stands there takes the Comms or Administrator role for the account.";

    /// <summary>Somebody answers for leaving it as it is.</summary>
    public Decision<IncidentAccepted> Accept(string reason, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when WhyNot(by, account) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("incident.accept", Object, by.Id, now) },
        { IsOpen: false } => closed,
        _ when Judge(reason) is { } refusal => refusal,
        _ => new IncidentAccepted { Subject = Id, By = by.Id, At = now, Reason = Sealed.New("reason", reason.Trim()) },
    };

    /// <summary>Orders that the post come down. Repeatable: an order that failed gives way to the next.</summary>
    /// <param name="before">The order that there was before, if any.</param>
    public Decision<TakeDownOrdered> TakeDown(StandingPost post, TakeDown? before, string reason, Actor by, Account account, DateTimeOffset now) => this switch
    {
        _ when Publishing.TakeDown.WhyNot(by, account.Ref) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("incident.take-down", Object, by.Id, now) },
        { IsOpen: false } => closed,
        _ when post.State == StandingState.Gone => new Refusal("gone", "It does not stand there any more."),
        _ when before is { IsUnderWay: true } => new Refusal("under-way", "It is being taken down already."),
        _ when account.State != AccountState.Connected => new Refusal("account-not-connected", $"{account.Title} has to be connected again first. Until then, take it down on the network’s own page."),
        _ when Judge(reason) is { } refusal => refusal,
        _ => new TakeDownOrdered { Subject = Guid.CreateVersion7(now), By = by.Id, At = now, Incident = Id, Reason = Sealed.New("reason", reason.Trim()) },
    };

    /// <summary>It is a delivery of ours whose outcome was not known.</summary>
    public Decision<IncidentLinked> Link(Publication publication, Actor by, AccountRef account, DateTimeOffset now) => this switch
    {
        _ when WhyNot(by, account) is { } why => new Refusal("not-entitled", why) { Attempt = new Attempt("incident.link", Object, by.Id, now) },
        { IsOpen: false } => closed,
        { Kind: not IncidentKind.NotOurs } => new Refusal("ours", "This post is linked to its delivery already."),
        _ when publication.AccountId != AccountId => new Refusal("other-account", "That delivery was for another account."),
        _ when publication.RemoteId is not null => new Refusal("linked", "That delivery stands as another post already."),
        _ when publication.Attempts == 0 => new Refusal("never-sent", "That post was never handed to the network, so this is not it."),
        _ => new IncidentLinked(publication.Id) { Subject = Id, By = by.Id, At = now },
    };

    /// <summary>The network was read, and the post is gone.</summary>
    public IncidentClosed Close(bool takenDown, DateTimeOffset now) =>
        new(takenDown ? IncidentOutcome.TakenDown : IncidentOutcome.Gone) { Subject = Id, By = Actor.Automation.Id, At = now };

    public void Apply(IncidentAccepted accepted) =>
        (Outcome, DecidedBy, ClosedAt, Reason, ReasonCommitment) = (IncidentOutcome.Accepted, accepted.By, accepted.At, accepted.Reason.Content, accepted.Reason.Commitment);

    public void Apply(TakeDownOrdered ordered) =>
        (TakeDownId, DecidedBy, Reason, ReasonCommitment) = (ordered.Subject, ordered.By, ordered.Reason.Content, ordered.Reason.Commitment);

    public void Apply(IncidentLinked linked) => (Outcome, DecidedBy, ClosedAt) = (IncidentOutcome.Ours, linked.By, linked.At);

    public void Apply(IncidentClosed gone) => (Outcome, ClosedAt) = (gone.Outcome, gone.At);

    private static readonly Refusal closed = new("closed", "This was decided already.");

    private static Refusal? Judge(string reason) => reason.Trim().Length is 0 or > MaxReason
        ? new Refusal("no-reason", $"Say why, in {MaxReason:N0} characters at most. It stands in the audit trail.")
        : null;
}

public sealed record IncidentOpened : DomainEvent
{
    public override string Act => "incident.opened";

    public required IncidentKind Kind { get; init; }

    public override string Why => Kind switch
    {
        IncidentKind.NotOurs => "not-ours",
        IncidentKind.Edited => "edited-on-the-network",
        IncidentKind.Deleted => "deleted-on-the-network",
        IncidentKind.Differs => "differs",
        _ => "must-come-down",
    };
}

public sealed record IncidentAccepted : DomainEvent
{
    public override string Act => "incident.accepted";

    public required Sealed Reason { get; init; }

    public override IEnumerable<Sealed> Seals => [Reason];
}

/// <param name="Publication">The delivery that it is.</param>
public sealed record IncidentLinked(Guid Publication) : DomainEvent
{
    public override string Act => "incident.linked";
}

public sealed record IncidentClosed(IncidentOutcome Outcome) : DomainEvent
{
    public override string Act => "incident.closed";

    public override string Why => Outcome == IncidentOutcome.TakenDown ? "taken-down" : "gone-on-the-network";
}
