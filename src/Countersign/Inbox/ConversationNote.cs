using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Inbox;

/// <summary>What people here tell each other about a conversation. Nobody outside sees it.</summary>
public sealed partial class ConversationNote : IGoverned
{
    /// <summary>UTF-16 units.</summary>
    public const int MaxText = 4_000;

    public required Guid Id { get; init; }

    public required Guid ConversationId { get; init; }

    public required Guid ById { get; init; }

    /// <summary>Whom the conversation was given to with it; null for a plain note.</summary>
    public Guid? ToId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Text { get; set; }

    public required string? TextCommitment { get; init; }

    public int Revision { get; set; }

    public string Object => $"note/{Id}";

    internal static readonly Refusal TooLong = new("long-note", $"A note has {MaxText:N0} characters at most. Nothing was cut.");

    internal static ConversationNote Of(Guid conversation, Sealed note, Guid by, Guid? to, DateTimeOffset at) =>
        new() { Id = Guid.CreateVersion7(at), ConversationId = conversation, ById = by, ToId = to, At = at, Text = note.Content, TextCommitment = note.Commitment };

    public void Erase() => Text = Erased.Marker;

    JsonObject IGoverned.State() => new()
    {
        ["conversation"] = ConversationId.ToString(),
        ["by"] = ById.ToString(),
        ["to"] = ToId?.ToString(),
        ["at"] = At.ToUnixTimeMilliseconds(),
        ["text"] = TextCommitment,
    };

    IEnumerable<Spoken> IGoverned.Words => [new("text", TextCommitment, Text)];
}

/// <summary>A draft that answers a message.</summary>
public sealed partial class ConversationReply : IGoverned
{
    public required Guid DraftId { get; init; }

    public required Guid ConversationId { get; init; }

    public required Guid MessageId { get; init; }

    public required Guid ById { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When its delivery was known to stand.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    public Guid? PublicationId { get; set; }

    /// <summary>When its draft went out as something else: in another place, or as no answer to the message.</summary>
    public DateTimeOffset? TurnedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"reply/{DraftId}";

    JsonObject IGoverned.State()
    {
        var state = new JsonObject
        {
            ["conversation"] = ConversationId.ToString(),
            ["message"] = MessageId.ToString(),
            ["by"] = ById.ToString(),
            ["at"] = At.ToUnixTimeMilliseconds(),
            ["answeredAt"] = AnsweredAt?.ToUnixTimeMilliseconds(),
            ["publication"] = PublicationId?.ToString(),
        };

        // Only where it was: what was written before this was recorded is in the log without it.
        if (TurnedAt is { } turned)
            state["turnedAt"] = turned.ToUnixTimeMilliseconds();
        return state;
    }
}
