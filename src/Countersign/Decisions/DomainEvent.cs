using System.Text.Json.Nodes;

namespace Countersign.Decisions;

/// <summary>Something that happened. Committing it changes the tables and writes its ledger entry in one transaction.</summary>
public abstract record DomainEvent
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid Subject { get; init; }

    /// <summary>The person, or <see cref="Actor.Automation"/>.</summary>
    public required Guid By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What happened, as the ledger says it: "draft.approved".</summary>
    public abstract string Act { get; }

    /// <summary>A code that says why, where there is one.</summary>
    public virtual string? Why => null;

    /// <summary>The entry that led to this one.</summary>
    public Guid? Cause { get; init; }

    /// <summary>Personal content that belongs to this event.</summary>
    public virtual IEnumerable<Sealed> Seals => [];

    /// <summary>Commitments whose content this event destroys: salt, key and words.</summary>
    public virtual IReadOnlyCollection<string> Erases => [];

    /// <summary>Facts beyond the change of state: the digest that was seen, the role that was filled. Nothing personal.</summary>
    public virtual JsonObject? Facts => null;

    /// <summary>May be recorded while the database is older than what was signed: coming in, going out, and what ends that state.</summary>
    public virtual bool WhenReadOnly => false;

    /// <summary>What it happened to: "draft/0192…". Kind from the act.</summary>
    public string Object => $"{Act[..Act.IndexOf('.', StringComparison.Ordinal)]}/{Subject}";
}
