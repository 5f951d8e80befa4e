using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Standing;

public enum ReviewCause
{
    /// <summary>A policy took effect.</summary>
    Policy,

    /// <summary>A day has passed: facts that carry a date may have changed.</summary>
    Daily,
}

/// <summary>Everything that stands was screened again.</summary>
public sealed class StandingReview : IGoverned
{
    public required Guid Id { get; init; }

    public required ReviewCause Cause { get; init; }

    public required int Release { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Posts that were screened.</summary>
    public required int Posts { get; init; }

    /// <summary>Posts for which a withdrawal was asked for now.</summary>
    public required int Withdrawals { get; init; }

    public int Revision { get; set; }

    public string Object => $"review/{Id}";

    JsonObject IGoverned.State() => new()
    {
        ["cause"] = Cause.ToString(),
        ["release"] = Release,
        ["at"] = At.ToUnixTimeMilliseconds(),
        ["posts"] = Posts,
        ["withdrawals"] = Withdrawals,
    };
}

public sealed record ReviewDone : DomainEvent
{
    public override string Act => "review.done";
}
