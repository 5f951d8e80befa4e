using System.Text.Json.Nodes;

namespace Countersign.Inbox.Clocks;

public enum RegulatoryEnd
{
    /// <summary>Somebody said what was done.</summary>
    Done,

    /// <summary>What was done about another period left nothing to do.</summary>
    NotNeeded,

    /// <summary>Somebody said, with a reason, that it does not apply.</summary>
    DoesNotApply,

    /// <summary>No message has its label any more.</summary>
    LabelRemoved,
}

/// <summary>A period of regulation that runs in a conversation, or ran.</summary>
/// <param name="By">Who ended it; null where it runs, or the label went.</param>
public sealed record RegulatoryRun(RegulatoryClock Clock, DateTimeOffset Since, DateTimeOffset Warn, DateTimeOffset Due, DateTimeOffset? EndedAt = null, RegulatoryEnd? How = null, Guid? By = null)
{
    public static RegulatoryRun Begin(RegulatoryClock clock, DateTimeOffset since, ResponseTargets targets)
    {
        var due = targets.Regulation.DueAt(clock, since);
        return new RegulatoryRun(clock, since, since + ((due - since) * ResponseTargets.Close), due);
    }

    internal JsonObject Describe() => new()
    {
        ["clock"] = Clock.ToString(),
        ["since"] = Since.ToUnixTimeMilliseconds(),
        ["warn"] = Warn.ToUnixTimeMilliseconds(),
        ["due"] = Due.ToUnixTimeMilliseconds(),
        ["endedAt"] = EndedAt?.ToUnixTimeMilliseconds(),
        ["how"] = How?.ToString(),
        ["by"] = By?.ToString(),
    };
}
