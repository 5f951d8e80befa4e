using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>Gives the same words another time. What was signed was signed for the old one, so it no longer counts.</summary>
    /// <param name="seen">The version that was on the screen.</param>
    /// <param name="forbidden">Why nothing may be planned then; null where it may.</param>
    /// <param name="onItsWay">True when a publication of this draft has been claimed, sent or published.</param>
    public Decision<DraftRescheduled> Reschedule(int seen, Slot slot, Refusal? forbidden, IReadOnlyCollection<AccountRef> accounts, bool onItsWay, Actor by, DateTimeOffset now) => this switch
    {
        _ when !MayReschedule(by, accounts) => new Refusal("not-entitled", "Moving a post takes the Author role for all of its accounts.") { Attempt = Tried("draft.reschedule", by, now) },
        { IsOpen: false } => new Refusal("closed", $"This post is {Stage.ToString().ToLowerInvariant()}; it has no time to change."),
        _ when onItsWay => new Refusal("on-its-way", "This post is on its way or published. Its time cannot be changed any more."),
        _ when seen != Version => new Refusal("version-changed", $"Somebody changed this post meanwhile: it is at version {Version}. Look at it again before you move it."),
        _ when slot.Instant <= now => new Refusal("past", "That time has passed. Choose a later one."),
        _ when Slot is { } standing && (standing.Local, standing.Zone, standing.Instant) == (slot.Local, slot.Zone, slot.Instant) => new Refusal("no-change", "It stands at that time already."),
        _ when forbidden is not null => forbidden,
        _ => new DraftRescheduled { Subject = Id, By = by.Id, At = now, Slot = slot, SignaturesVoided = Signatures.Count },
    };

    /// <summary>An author of every account it is for; of one that has no account yet, whoever has a hand in it.</summary>
    public bool MayReschedule(Actor by, IReadOnlyCollection<AccountRef> accounts) =>
        accounts.Count > 0 ? by.HoldsForAll(Role.Author, accounts) : by.HoldsAnywhere(Role.Author) && (by.Id == AuthorId || Editors.Contains(by.Id));

    public void Apply(DraftRescheduled moved)
    {
        Slot = moved.Slot;
        LastEditorId = moved.By;
        // When a post goes out is part of what is signed: who chose it does not sign it.
        Editors = [.. Editors.Append(moved.By).Distinct()];
        EditedAt = moved.At;
        Version++;
        Stage = DraftStage.Draft;
        HeldBecause = null;
        Void();
    }
}

public sealed record DraftRescheduled : DomainEvent
{
    public override string Act => "draft.rescheduled";

    public required Slot Slot { get; init; }

    public required int SignaturesVoided { get; init; }

    public override JsonObject Facts => new() { ["voided"] = SignaturesVoided };
}
