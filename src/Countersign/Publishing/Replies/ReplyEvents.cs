using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing.Replies;

/// <summary>Somebody saved a version of a reply for the library.</summary>
public sealed record ReplyComposed : DomainEvent
{
    public override string Act => "template.composed";

    public required ReplyContent Content { get; init; }

    public required Sealed Words { get; init; }

    public required int Version { get; init; }

    public override IEnumerable<Sealed> Seals => [Words];

    public override JsonObject Facts => new() { ["version"] = Version };
}

/// <summary>A version waits for signatures.</summary>
public sealed record ReplySent : DomainEvent
{
    public override string Act => "template.sent";

    public required int Version { get; init; }

    public required string Assessment { get; init; }

    public required IReadOnlyList<Requirement> Requirements { get; init; }

    public override JsonObject Facts
    {
        get
        {
            var facts = AssessmentFacts.Of(Assessment) ?? [];
            facts["version"] = Version;
            return facts;
        }
    }
}

public sealed record ReplyApproved : DomainEvent
{
    public override string Act => "template.approved";

    public required int Version { get; init; }

    public required string Digest { get; init; }

    public required Role Role { get; init; }

    public required Sealed? Reason { get; init; }

    /// <summary>No signature is missing after this one: the version is in use.</summary>
    public required bool IsComplete { get; init; }

    public override IEnumerable<Sealed> Seals => Reason is null ? [] : [Reason];

    public override JsonObject Facts => new() { ["version"] = Version, ["digest"] = Digest, ["role"] = Role.Name(), ["complete"] = IsComplete };
}

public sealed record ReplyReturned : DomainEvent
{
    public override string Act => "template.returned";

    public required int Version { get; init; }

    public required Sealed Remark { get; init; }

    public override IEnumerable<Sealed> Seals => [Remark];

    public override JsonObject Facts => new() { ["version"] = Version };
}

/// <summary>Out of use at once; what went out with it before stands.</summary>
public sealed record ReplyWithdrawn : DomainEvent
{
    public override string Act => "template.withdrawn";
}

public sealed record ReplyGiven : DomainEvent
{
    public override string Act => "template.given";

    public required Guid Owner { get; init; }
}
