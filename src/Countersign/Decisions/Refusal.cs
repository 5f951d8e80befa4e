namespace Countersign.Decisions;

/// <summary>A "no" with a code for machines and a sentence for the person who asked.</summary>
public sealed record Refusal(string Code, string Sentence)
{
    /// <summary>Set where the attempt itself matters to an auditor (approving one's own words): the refusal then becomes a ledger entry.</summary>
    public Attempt? Attempt { get; init; }
}

/// <summary>What somebody tried to do.</summary>
/// <param name="Act">As a ledger act: "draft.approve".</param>
/// <param name="Object">What it was tried on: "draft/0192…".</param>
public sealed record Attempt(string Act, string Object, Guid By, DateTimeOffset At);
