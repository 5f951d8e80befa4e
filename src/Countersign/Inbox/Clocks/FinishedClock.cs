using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Inbox.Clocks;

public enum ClockEnd
{
    Answered,

    /// <summary>It was resolved, and no answer of ours stands there.</summary>
    Unanswered,
    Resolved,
}

/// <summary>A clock that ran, and what came of it. Never changed: a conversation that is opened again and resolved later has one more.</summary>
public sealed class FinishedClock : IGoverned
{
    public required Guid Id { get; init; }

    public required Guid ConversationId { get; init; }

    public required Guid AccountId { get; init; }

    public required ServiceClock Clock { get; init; }

    /// <summary>When it ended.</summary>
    public required Priority Priority { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Null where it stood when it ended, and was not over.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What counted for its limit: without the time in which we waited for them, and, but for the most urgent, without hours in which the office was shut.</summary>
    public required long CountedMilliseconds { get; init; }

    public required ClockEnd How { get; init; }

    public int Revision { get; set; }

    public string Object => $"clock/{Id}";

    /// <summary>From the first moment to the last, with everything in between.</summary>
    public TimeSpan Elapsed => EndedAt > Since ? EndedAt - Since : TimeSpan.Zero;

    public TimeSpan Counted => TimeSpan.FromMilliseconds(CountedMilliseconds);

    /// <summary>Somebody who got no answer got none in time.</summary>
    public bool IsMet => How != ClockEnd.Unanswered && (DueAt is not { } due || EndedAt <= due);

    JsonObject IGoverned.State() => new()
    {
        ["conversation"] = ConversationId.ToString(),
        ["account"] = AccountId.ToString(),
        ["clock"] = Clock.ToString(),
        ["priority"] = Priority.ToString(),
        ["since"] = Since.ToUnixTimeMilliseconds(),
        ["endedAt"] = EndedAt.ToUnixTimeMilliseconds(),
        ["due"] = DueAt?.ToUnixTimeMilliseconds(),
        ["counted"] = CountedMilliseconds,
        ["how"] = How.ToString(),
    };
}
