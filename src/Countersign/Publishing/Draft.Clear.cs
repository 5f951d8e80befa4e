using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Publishing.Replies;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>The signatures of an approved text stand for those of an answer that says nothing else.</summary>
    /// <param name="context">The draft as it would be published now.</param>
    /// <param name="locked">A lock in force keeps back what its writers publish there.</param>
    /// <param name="grave">Labels of what it answers that want a person.</param>
    public Decision<DraftCleared> Clear(KeptReply kept, Filling filling, DraftContext context, bool locked, IReadOnlyCollection<string> grave, Actor by, DateTimeOffset now)
    {
        if (Stage != DraftStage.AwaitingApproval)
            return new Refusal("not-waiting", $"This answer is not waiting for approval: it is {Stage.ToString().ToLowerInvariant()}.");
        if (by.Id != AuthorId || Editors.Any(editor => editor != by.Id) || !by.HoldsForAll(Role.Author, context.Refs))
            return new Refusal("not-entitled", "Only who wrote this answer, with the Author role for its account, sends it from the library.") { Attempt = Tried("draft.clear", by, now) };
        if (locked)
            return new Refusal("locked", "A lock is in force here, so nothing goes out at once. The answer waits for a signature, and leaves when the lock is released.");
        if (context.Seal != Seal || Slot is not null || now >= ApproveBy)
            return new Refusal("text-changed", "What would be published changed since it was sent. It takes the ordinary route.");
        if (context.Refs is not [var account])
            return new Refusal("no-account", "A reply of the library answers on one account.");
        if (kept.WhyNotUse(account) is { } unusable)
            return unusable with { Attempt = Tried("draft.clear", by, now) };
        var filled = kept.Content.Fill(filling.Values);
        if (!filled.IsTaken)
            return filled.Refusal;
        if (kept.WhyNotAtOnce(filled.Taken, Body, context.Assessment, account, [.. Editors.Append(AuthorId)], grave) is { } against)
            return against;
        return new DraftCleared
        {
            Subject = Id,
            By = by.Id,
            At = now,
            Seal = Seal,
            Template = kept.Template.Id,
            Version = kept.Version.Version,
            Digest = kept.Version.Digest!,
            Signers = [.. kept.Version.Signatures.Select(signature => new ClearedBy(signature.PersonId, signature.Role, signature.EventId))],
            Filled = Sealed.New("filled", Clearance.Write(kept.Content.Variables.ToDictionary(variable => variable.Name, variable => ReplyVariable.Clean(filling.Values[variable.Name])))),
        };
    }

    public void Apply(DraftCleared cleared)
    {
        Stage = DraftStage.Approved;
        TemplateId = cleared.Template;
        Clearance = new Clearance(cleared.Template, cleared.Version, cleared.Digest, cleared.Signers, cleared.Filled.Content, cleared.Filled.Commitment, cleared.At, cleared.Id);
    }
}

/// <summary>An answer goes at once: the text it is made of was approved, and it says nothing else.</summary>
public sealed record DraftCleared : DomainEvent
{
    public override string Act => "draft.cleared";

    public required string Seal { get; init; }

    public required Guid Template { get; init; }

    public required int Version { get; init; }

    /// <summary>Of the version, as its approvers signed it.</summary>
    public required string Digest { get; init; }

    public required IReadOnlyList<ClearedBy> Signers { get; init; }

    public required Sealed Filled { get; init; }

    public override IEnumerable<Sealed> Seals => [Filled];

    public override JsonObject Facts => new()
    {
        ["seal"] = Seal,
        ["template"] = Template.ToString(),
        ["version"] = Version,
        ["digest"] = Digest,
        ["approvers"] = new JsonArray([.. Signers.Select(signer => (JsonNode)new JsonObject { ["person"] = signer.PersonId.ToString(), ["role"] = signer.Role.Name(), ["entry"] = signer.Event.ToString() })]),
    };
}
