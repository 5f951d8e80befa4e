using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>The code of a draft whose time of the clock means another instant than the one that was signed.</summary>
    public const string RulesChanged = "zone-rules";

    /// <summary>
    /// The rules of its time zone have changed: what was chosen is a time of the clock, so that stays and the instant moves. Whoever
    /// signed has signed for the other instant, so nothing leaves before it was signed again.
    /// </summary>
    /// <param name="slot">What its time of the clock means now; null where the clocks jump over it.</param>
    public Decision<DraftRetimed> Retime(Slot? slot, DateTimeOffset now) => Slot is not { } old || slot?.Instant == old.Instant
        ? new Refusal("same-instant", "Its time means what it meant.")
        : new DraftRetimed { Subject = Id, By = Actor.Automation.Id, At = now, Was = old, Slot = slot };

    public void Apply(DraftRetimed retimed)
    {
        Slot = retimed.Slot ?? Slot;
        if (Stage is not (DraftStage.AwaitingApproval or DraftStage.Approved))
            return;
        Stage = DraftStage.Held;
        HeldBecause = RulesChanged;
        Void();
    }
}

public sealed record DraftRetimed : DomainEvent
{
    public override string Act => "draft.retimed";

    public override string? Why => Draft.RulesChanged;

    public required Slot Was { get; init; }

    /// <summary>Null where that time does not exist any more.</summary>
    public required Slot? Slot { get; init; }

    public override JsonObject Facts => new()
    {
        ["local"] = Was.Local,
        ["zone"] = Was.Zone,
        ["from"] = Was.Instant.ToUnixTimeMilliseconds(),
        ["to"] = Slot?.Instant.ToUnixTimeMilliseconds(),
        ["rules"] = Slot?.Rules,
    };
}
