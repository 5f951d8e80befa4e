using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Inbox.Rules;

/// <summary>A rule of the inbox was written, or changed: a new version, which does nothing yet.</summary>
public sealed record RuleComposed : DomainEvent
{
    public override string Act => "rule.composed";

    public required int Version { get; init; }

    public required RuleContent Content { get; init; }

    public required Sealed Words { get; init; }

    public override IEnumerable<Sealed> Seals => [Words];

    public override JsonObject Facts => new() { ["version"] = Version };
}

/// <summary>It was held against what came in, and did nothing to it.</summary>
public sealed record RuleTried : DomainEvent
{
    public override string Act => "rule.tried";

    public required int Version { get; init; }

    public required RuleTrial Trial { get; init; }

    public override JsonObject Facts => new() { ["version"] = Version, ["read"] = Trial.Read, ["matched"] = Trial.Matched, ["against"] = Trial.Against };
}

public sealed record RulePutLive : DomainEvent
{
    public override string Act => "rule.put-live";

    public required int Version { get; init; }

    public override JsonObject Facts => new() { ["version"] = Version };
}

public sealed record RuleSwitchedOff : DomainEvent
{
    public override string Act => "rule.switched-off";
}

/// <summary>It changed places with the one before or behind it.</summary>
public sealed record RuleMoved : DomainEvent
{
    public override string Act => "rule.moved";
}

/// <summary>A person says that a rule was wrong about a message: what it said of the message is taken back.</summary>
public sealed record MessageRuleDenied : DomainEvent
{
    public override string Act => "message.rule-denied";

    public required Guid Rule { get; init; }

    public required IReadOnlyList<RuleMark> Marks { get; init; }

    public required IReadOnlyList<MessageLabel> Labels { get; init; }

    public required Priority Priority { get; init; }

    public override JsonObject Facts => new() { ["rule"] = Rule.ToString() };
}
