using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Screening;

namespace Countersign.Publishing;

public sealed partial class Draft
{
    /// <summary>The author says: this is it. Freezes what signatures will be bound to.</summary>
    /// <param name="objections">What the networks would refuse, in sentences.</param>
    /// <param name="against">Why pictures may not be shown when it goes out.</param>
    /// <param name="unfillable">Roles that nobody else can fill for these accounts.</param>
    public Decision<DraftSent> Send(int seen, string seal, Assessment assessment, IReadOnlyList<string> objections, IReadOnlyList<Role> unfillable, Actor by, IReadOnlyCollection<AccountRef> accounts, DateTimeOffset now, IReadOnlyList<PictureObstacle>? against = null) => this switch
    {
        { Stage: not (DraftStage.Draft or DraftStage.Returned) } => new Refusal("not-a-draft", Stage == DraftStage.AwaitingApproval ? "It is waiting for approval already." : $"This draft is {Stage.ToString().ToLowerInvariant()}. Save it anew before you send it."),
        _ when seen != Version => new Refusal("version-changed", $"Somebody saved version {Version} meanwhile. Read it before you send it."),
        _ when accounts.Count == 0 => new Refusal("no-account", "Choose where it goes first."),
        _ when !by.HoldsForAll(Role.Author, accounts) => new Refusal("not-entitled", "You do not write for one of these accounts.") { Attempt = new Attempt("draft.send", Object, by.Id, now) },
        { Slot: { } slot } when slot.Instant <= now => new Refusal("past", "Its time has passed. Choose a later one."),
        _ when objections.Count > 0 => new Refusal("network-refuses", string.Join(" ", objections)),
        _ when Pictures.Any(picture => picture.Alt.Length == 0 && picture.NoAlt is null) => new Refusal("no-alt", "Say what each picture shows, or why it needs no description."),
        _ when against is { Count: > 0 } => new Refusal(against[0].Code, string.Join(" ", against.Select(obstacle => obstacle.Sentence))),
        _ when assessment.Route.Strength == Strength.Block => new Refusal("blocked", $"{Blockers(assessment)} to fix before sending.") { Attempt = new Attempt("draft.send", Object, by.Id, now) },
        _ when assessment.Failed.Count > 0 => new Refusal("held", $"{string.Join(", ", assessment.Failed)} could not judge these words, so nobody can be asked to sign them. An administrator has to look at the policy first.") { Attempt = new Attempt("draft.send", Object, by.Id, now) },
        _ when assessment.Route.Strength == Strength.Hold => new Refusal("held", $"Held by {string.Join(", ", assessment.Findings.Where(finding => finding.Decision == Strength.Hold).Select(finding => finding.Rule))}: it cannot be sent until that is settled.") { Attempt = new Attempt("draft.send", Object, by.Id, now) },
        _ when unfillable.Count > 0 => new Refusal("nobody-can-sign", $"There are not enough other people to sign for {string.Join(" and ", unfillable.Select(role => role.Name()))} on all of these accounts. An administrator can change that."),
        _ => new DraftSent
        {
            Subject = Id,
            By = by.Id,
            At = now,
            Seal = seal,
            Requirements = [.. assessment.Route.Approvals.Select(need => new Requirement(ParseRole(need.Role), need.Count))],
            ApproveBy = Slot?.Instant ?? now + OpenWindow,
        },
    };

    public void Apply(DraftSent sent)
    {
        Stage = DraftStage.AwaitingApproval;
        Seal = sent.Seal;
        Requirements = sent.Requirements;
        ApproveBy = sent.ApproveBy;
        SentAt = sent.At;
        Signatures = [];
        SentBy = sent.By;

        // Who sends words stands behind them, like who wrote them: none of them signs.
        Editors = [.. Editors.Append(sent.By).Distinct()];
    }

    public static Role ParseRole(string name) =>
        RoleNames.TryParse(name, out var role) ? role : throw new InvalidOperationException($"A pack asks for the role \"{name}\", which does not exist here.");

    private static string Blockers(Assessment assessment) =>
        assessment.Findings.Count(finding => finding.Decision == Strength.Block) is var count && count == 1 ? "1 thing" : $"{count} things";
}

public sealed record DraftSent : DomainEvent
{
    public override string Act => "draft.sent";

    public required string Seal { get; init; }

    public required IReadOnlyList<Requirement> Requirements { get; init; }

    public required DateTimeOffset ApproveBy { get; init; }

    public override JsonObject Facts => new() { ["seal"] = Seal, ["approveBy"] = ApproveBy.ToUnixTimeMilliseconds() };
}
