using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Inbox.Rules;

namespace Countersign.Inbox;

/// <summary>What reading a message led to.</summary>
/// <param name="Reason">Why it has this priority, in a sentence.</param>
/// <param name="Release">Null where it was not read: our own, or history.</param>
public sealed record Triage(IReadOnlyList<MessageLabel> Labels, Priority Priority, string Reason, int? Release)
{
    public static readonly Triage None = new([], Priority.P4, "Nobody has to answer it.", null);
}

/// <summary>A message was read on a network for the first time; with it its conversation begins, goes on or opens again.</summary>
public sealed record MessageReceived : DomainEvent
{
    public override string Act => "message.received";

    public required Sealed Source { get; init; }

    /// <summary>Null where it has no words.</summary>
    public required Sealed? Text { get; init; }

    public required Triage Triage { get; init; }

    /// <summary>It ended what was done with its conversation.</summary>
    public bool Reopens { get; init; }

    public override string? Why => Reopens ? "reopens" : null;

    public override IEnumerable<Sealed> Seals => Text is null ? [Source] : [Source, Text];

    public override JsonObject Facts => new() { ["priority"] = Triage.Priority.ToString(), ["labels"] = new JsonArray([.. Triage.Labels.Select(label => (JsonNode)$"{label.Name} {label.Rule}")]) };
}

/// <summary>Other words were seen in a message's place.</summary>
public sealed record MessageEdited : DomainEvent
{
    public override string Act => "message.edited";

    public required Sealed? Text { get; init; }

    public int? WholeLength { get; init; }

    public required Triage Triage { get; init; }

    /// <summary>Marks of the rules that matched it, before or now.</summary>
    public required IReadOnlyList<RuleMark> Rules { get; init; }

    /// <summary>It says more than before, and its conversation was not open.</summary>
    public bool Reopens { get; init; }

    public override string? Why => Reopens ? "reopens" : null;

    public override IEnumerable<Sealed> Seals => Text is null ? [] : [Text];
}

/// <summary>The network shows a message otherwise than before: held, as spam, not at all, or again.</summary>
public sealed record MessageMoved(MessageState To) : DomainEvent
{
    public override string Act => "message.moved";

    public override string Why => To switch { MessageState.Gone => "gone-on-the-network", MessageState.Shown => "shown", MessageState.Held => "held-on-the-network", _ => "spam-on-the-network" };
}

/// <summary>A person says what a message is about: kept as an example to learn from.</summary>
public sealed record MessageLabelled : DomainEvent
{
    public override string Act => "message.labelled";

    public required IReadOnlyList<MessageLabel> Labels { get; init; }

    public required Priority Priority { get; init; }

    public required string Reason { get; init; }

    public required string Label { get; init; }

    public required bool Stands { get; init; }

    public override string Why => Stands ? "label-added" : "label-removed";

    public override JsonObject Facts => new() { ["label"] = Label };
}
