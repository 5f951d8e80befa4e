using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Inbox.Clocks;

namespace Countersign.Inbox;

public sealed record ConversationClaimed : DomainEvent
{
    public override string Act => "conversation.claimed";

    public required Guid Owner { get; init; }

    public required DateTimeOffset Until { get; init; }
}

public sealed record ConversationReleased : DomainEvent
{
    public override string Act => "conversation.released";
}

/// <summary>A claim was over before its owner did anything about it.</summary>
public sealed record ConversationLapsed : DomainEvent
{
    public override string Act => "conversation.lapsed";
}

public sealed record ConversationHandedOver : DomainEvent
{
    public override string Act => "conversation.handed-over";

    public required Guid To { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>Null where nothing was said.</summary>
    public required Sealed? Note { get; init; }

    public override IEnumerable<Sealed> Seals => Note is null ? [] : [Note];
}

/// <summary>Somebody wrote a note that stays inside.</summary>
public sealed record ConversationNoted : DomainEvent
{
    public override string Act => "conversation.noted";

    public required Sealed Note { get; init; }

    public required DateTimeOffset? Until { get; init; }

    public override IEnumerable<Sealed> Seals => [Note];
}

public sealed record ConversationResolved : DomainEvent
{
    public override string Act => "conversation.resolved";

    public required ConversationOutcome Outcome { get; init; }

    public override string Why => Outcome switch { ConversationOutcome.Settled => "settled", ConversationOutcome.NoAnswerNeeded => "no-answer-needed", ConversationOutcome.Spam => "spam", ConversationOutcome.Abuse => "abuse", ConversationOutcome.PassedOn => "passed-on", _ => "history" };
}

public sealed record ConversationReopened : DomainEvent
{
    public override string Act => "conversation.reopened";
}

public sealed record ConversationSnoozed : DomainEvent
{
    public override string Act => "conversation.snoozed";

    public required DateTimeOffset Until { get; init; }
}

/// <summary>The time it was put off to has come.</summary>
public sealed record ConversationWoken : DomainEvent
{
    public override string Act => "conversation.woken";
}

/// <summary>An answer was written; it is a draft, and goes the way of every draft.</summary>
public sealed record ReplyWritten : DomainEvent
{
    public override string Act => "conversation.reply-written";

    public required Guid Draft { get; init; }

    public required Guid Message { get; init; }

    public required DateTimeOffset Until { get; init; }

    public override JsonObject Facts => new() { ["draft"] = Draft.ToString(), ["message"] = Message.ToString() };
}

/// <summary>What was written as an answer was made into something else before it went out, so it answers nothing here.</summary>
public sealed record ReplyTurned : DomainEvent
{
    public override string Act => "conversation.reply-turned";

    public required Guid Draft { get; init; }

    public override JsonObject Facts => new() { ["draft"] = Draft.ToString() };
}

/// <summary>An answer of ours stands on the network, by an entry of its delivery.</summary>
public sealed record ConversationAnswered : DomainEvent
{
    public override string Act => "conversation.answered";

    public required Guid Publication { get; init; }

    public override JsonObject Facts => new() { ["publication"] = Publication.ToString() };
}

/// <summary>What a period of regulation asks for was done, somebody says.</summary>
public sealed record PeriodKept : DomainEvent
{
    public override string Act => "conversation.period-kept";

    public required RegulatoryClock Clock { get; init; }

    public override JsonObject Facts => new() { ["period"] = Clock.ToString() };
}

/// <summary>A period of regulation does not apply, somebody says; why stands as a note.</summary>
public sealed record PeriodDenied : DomainEvent
{
    public override string Act => "conversation.period-denied";

    public required RegulatoryClock Clock { get; init; }

    public required Sealed Reason { get; init; }

    public override JsonObject Facts => new() { ["period"] = Clock.ToString() };

    public override IEnumerable<Sealed> Seals => [Reason];
}

/// <summary>A period that somebody had ended runs on.</summary>
public sealed record PeriodResumed : DomainEvent
{
    public override string Act => "conversation.period-resumed";

    public required RegulatoryClock Clock { get; init; }

    public override JsonObject Facts => new() { ["period"] = Clock.ToString() };
}

/// <summary>People were told of it: that it is urgent, that its limit is close, or over.</summary>
public sealed record ConversationTold(ConversationWord Word) : DomainEvent
{
    /// <summary>More than these are counted, not named: an entry has a bound.</summary>
    private const int MostNamed = 200;

    public override string Act => Word switch { ConversationWord.Urgent => "conversation.urgent-told", ConversationWord.NearLimit => "conversation.warned", ConversationWord.NearPeriod => "conversation.period-warned", ConversationWord.PastPeriod => "conversation.period-escalated", _ => "conversation.escalated" };

    /// <summary>Nobody, where no one here may answer.</summary>
    public required IReadOnlyCollection<Guid> People { get; init; }

    /// <summary>Which clock's limit; null where it is about none.</summary>
    public string? Clock { get; init; }

    public override string? Why => People.Count == 0 ? "nobody-to-tell" : null;

    public override JsonObject Facts
    {
        get
        {
            var facts = new JsonObject { ["toldCount"] = People.Count, ["told"] = new JsonArray([.. People.Take(MostNamed).Select(person => (JsonNode)person.ToString())]) };
            if (Clock is not null)
                facts["clock"] = Clock;
            return facts;
        }
    }
}
