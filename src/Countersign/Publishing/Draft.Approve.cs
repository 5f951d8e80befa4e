using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>The second pair of eyes says yes, to exactly what they were shown.</summary>
    /// <param name="seen">The digest that was on the approver's screen.</param>
    /// <param name="current">The digest of what would be published now.</param>
    /// <param name="unopened">Accounts, by title, whose rendering was not on the approver's screen.</param>
    /// <param name="role">The role the signature fills; null takes the one that is missing and held, and is refused where there are several.</param>
    public Decision<DraftApproved> Approve(string seen, string current, IReadOnlyList<string> unopened, Role? role, string? reason, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now)
    {
        if ((RefuseToDecide("draft.approve", by, now) ?? RefuseLong(reason)) is { } refusal)
            return refusal;
        if (seen != Seal || current != Seal)
            return new Refusal("text-changed", "What would be published changed while you were reading it. Read it again before you sign.") { Attempt = Tried("draft.approve", by, now) };
        if (Signatures.Any(signature => signature.PersonId == by.Id))
            return new Refusal("two-roles", "You signed in one role already. One person fills one role.") { Attempt = Tried("draft.approve", by, now) };
        if (unopened.Count > 0)
            return new Refusal("not-opened", $"Open {string.Join(" and ", unopened)} before you sign: your signature covers what each account will show.") { Attempt = Tried("draft.approve", by, now) };
        var open = Missing.Select(need => need.Role).ToList();
        if (role is { } chosen && !open.Contains(chosen))
            return new Refusal("not-needed", $"{chosen.Name()} has signed already, or is not asked for.");
        var held = open.Where(candidate => by.HoldsForAll(candidate, accounts)).ToList();
        if (held.Count == 0 || (role is { } wanted && !held.Contains(wanted)))
            return new Refusal("not-entitled", $"You do not hold {string.Join(" or ", (role is { } one ? [one] : open).Select(name => name.Name()))} for all of these accounts.") { Attempt = Tried("draft.approve", by, now) };
        if (role is null && held.Count > 1)
            return new Refusal("which-role", $"{string.Join(" and ", held.Select(name => name.Name()))} are missing, and you hold each of them. Say for which you sign.");
        return new DraftApproved
        {
            Subject = Id,
            By = by.Id,
            At = now,
            Seal = seen,
            Role = role ?? held[0],
            Reason = string.IsNullOrWhiteSpace(reason) ? null : Sealed.New("reason", reason.Trim()),
            IsComplete = Missing.Sum(need => need.Count) == 1,
            IsLate = now >= ApproveBy,
        };
    }

    public void Apply(DraftApproved approved)
    {
        Signatures = [.. Signatures, new Signature(approved.By, approved.Role, approved.At, approved.Seal, approved.Reason?.Content, approved.Reason?.Commitment, approved.Id)];
        if (!approved.IsComplete)
            return;
        Stage = approved.IsLate ? DraftStage.Held : DraftStage.Approved;
        HeldBecause = approved.IsLate ? "late" : null;
    }

    public Decision<DraftReturned> Return(string remark, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now)
    {
        if ((RefuseToDecide("draft.return", by, now) ?? RefuseStranger("draft.return", by, accounts, now) ?? RefuseLong(remark)) is { } refusal)
            return refusal;
        return string.IsNullOrWhiteSpace(remark)
            ? new Refusal("no-remark", "Say what has to change.")
            : new DraftReturned { Subject = Id, By = by.Id, At = now, Remark = Sealed.New("remark", remark.Trim()) };
    }

    public void Apply(DraftReturned returned)
    {
        Remarks = [.. Remarks, new Remark(returned.By, RemarkKind.Returned, Version, returned.At, returned.Remark.Content, returned.Remark.Commitment)];
        Stage = DraftStage.Returned;
        Void();
    }

    public Decision<DraftRefused> Refuse(string reason, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now)
    {
        if ((RefuseToDecide("draft.refuse", by, now) ?? RefuseStranger("draft.refuse", by, accounts, now) ?? RefuseLong(reason)) is { } refusal)
            return refusal;
        return string.IsNullOrWhiteSpace(reason)
            ? new Refusal("no-reason", "Say why: the reason is kept with the decision.")
            : new DraftRefused { Subject = Id, By = by.Id, At = now, Reason = Sealed.New("reason", reason.Trim()) };
    }

    public void Apply(DraftRefused refused)
    {
        Remarks = [.. Remarks, new Remark(refused.By, RemarkKind.Refused, Version, refused.At, refused.Reason.Content, refused.Reason.Commitment)];
        Stage = DraftStage.Refused;
        Void();
    }

    /// <summary>The author takes it back; possible until something has left.</summary>
    public Decision<DraftWithdrawn> Withdraw(bool onItsWay, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now) => this switch
    {
        { IsOpen: false } => new Refusal("closed", $"This draft is {Stage.ToString().ToLowerInvariant()} already."),
        _ when onItsWay => new Refusal("on-its-way", "This post is on its way or published."),
        _ when by.Id != AuthorId && !Editors.Contains(by.Id) && !by.HoldsForAll(Role.Comms, accounts) =>
            new Refusal("not-entitled", "Only its authors, or Comms for all of its accounts, withdraw a draft.") { Attempt = Tried("draft.withdraw", by, now) },
        _ => new DraftWithdrawn { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(DraftWithdrawn withdrawn)
    {
        Stage = DraftStage.Withdrawn;
        Void();
    }

    private Refusal? RefuseToDecide(string act, Actor by, DateTimeOffset now) => this switch
    {
        { Stage: not DraftStage.AwaitingApproval } => new Refusal("not-waiting", $"This draft is not waiting for approval: it is {Stage.ToString().ToLowerInvariant()}."),
        _ when by.Id == AuthorId => new Refusal("own-draft", "Someone else must decide on what you wrote.") { Attempt = Tried(act, by, now) },
        _ when by.Id == LastEditorId || Editors.Contains(by.Id) => new Refusal("own-edit", "Someone else must decide: you edited these words, or sent them.") { Attempt = Tried(act, by, now) },
        _ => null,
    };

    private Refusal? RefuseStranger(string act, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now) =>
        Requirements.Any(need => by.HoldsForAll(need.Role, accounts))
            ? null
            : new Refusal("not-entitled", $"Deciding here takes {string.Join(" or ", Requirements.Select(need => need.Role.Name()))} for all of these accounts.") { Attempt = Tried(act, by, now) };

    private static Refusal? RefuseLong(string? words) =>
        words?.Length > MaxNote ? new Refusal("long-reason", $"Say it in {MaxNote:N0} characters at most.") : null;

    private Attempt Tried(string act, Actor by, DateTimeOffset now) => new(act, Object, by.Id, now);
}

public sealed record DraftApproved : DomainEvent
{
    public override string Act => "draft.approved";

    public required string Seal { get; init; }

    public required Role Role { get; init; }

    public required Sealed? Reason { get; init; }

    /// <summary>No signature is missing after this one.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>The slot had passed: held, and somebody is asked.</summary>
    public required bool IsLate { get; init; }

    public override string? Why => IsComplete && IsLate ? "late" : null;

    public override IEnumerable<Sealed> Seals => Reason is null ? [] : [Reason];

    public override JsonObject Facts => new() { ["seal"] = Seal, ["role"] = Role.Name(), ["complete"] = IsComplete };
}

public sealed record DraftReturned : DomainEvent
{
    public override string Act => "draft.returned";

    public required Sealed Remark { get; init; }

    public override IEnumerable<Sealed> Seals => [Remark];
}

public sealed record DraftRefused : DomainEvent
{
    public override string Act => "draft.refused";

    public required Sealed Reason { get; init; }

    public override IEnumerable<Sealed> Seals => [Reason];
}

public sealed record DraftWithdrawn : DomainEvent
{
    public override string Act => "draft.withdrawn";
}
