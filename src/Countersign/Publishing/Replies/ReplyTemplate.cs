using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Screening;

namespace Countersign.Publishing.Replies;

/// <summary>A reply of the library, through all its versions.</summary>
public sealed class ReplyTemplate : IGoverned
{
    public required Guid Id { get; init; }

    /// <summary>Answers for it, and is warned before it expires.</summary>
    public required Guid OwnerId { get; set; }

    public required Guid CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The newest version, in whatever stage.</summary>
    public int Latest { get; set; }

    /// <summary>The version in use; null before the first was approved.</summary>
    public int? Live { get; set; }

    /// <summary>Everybody who ever saved words into it or sent it for approval: none of them signs it.</summary>
    public IReadOnlyList<Guid> Editors { get; set; } = [];

    public DateTimeOffset? WithdrawnAt { get; set; }

    public Guid? WithdrawnBy { get; set; }

    public int Revision { get; set; }

    public string Object => $"template/{Id}";

    JsonObject IGoverned.State() => new()
    {
        ["owner"] = OwnerId.ToString(),
        ["createdBy"] = CreatedBy.ToString(),
        ["createdAt"] = CreatedAt.ToUnixTimeMilliseconds(),
        ["latest"] = Latest,
        ["live"] = Live,
        ["editors"] = new JsonArray([.. Editors.Select(id => (JsonNode)id.ToString())]),
        ["withdrawnAt"] = WithdrawnAt?.ToUnixTimeMilliseconds(),
        ["withdrawnBy"] = WithdrawnBy?.ToString(),
    };

    /// <summary>Everybody who does anything here reads the library.</summary>
    public static bool MayRead(Actor reader) => reader.Grants.Count > 0;

    /// <summary>Saves words as a new version. What is in use stays in use until the new one is approved.</summary>
    /// <param name="seen">The newest version that was on the screen; 0 for a new reply.</param>
    /// <param name="accounts">Those that the words may be used on.</param>
    /// <param name="current">Those of the version in use: who changes it writes for them as well.</param>
    public Decision<ReplyComposed> Compose(ReplyContent content, int seen, IReadOnlyCollection<AccountRef> accounts, IReadOnlyCollection<AccountRef> current, DateOnly today, Actor by, DateTimeOffset now) => this switch
    {
        _ when !by.HoldsAnywhere(Role.Author) => Deny("compose", "Writing for the library takes the Author role.", by, now),
        { WithdrawnAt: not null } => withdrawn,
        _ when seen != Latest => new Refusal("version-changed", $"Somebody saved version {Latest} while you were writing. Your words are still here; compare before you save."),
        _ when content.Check(today) is { } wrong => wrong,
        _ when accounts.Count == 0 => new Refusal("no-account", "No account that is connected there can answer. Choose a site or an account that can."),
        _ when !by.HoldsForAll(Role.Author, [.. accounts.Concat(current).Distinct()]) => Deny("compose", "You do not write for one of these accounts. Untick it, or ask an administrator.", by, now),
        _ => new ReplyComposed { Subject = Id, By = by.Id, At = now, Content = content, Words = Sealed.New("words", content.Write()), Version = Latest + 1 },
    };

    public void Apply(ReplyComposed composed)
    {
        Latest = composed.Version;
        Stand(composed.By);
    }

    /// <summary>Asks others to sign the newest version. Freezes what signatures will be bound to.</summary>
    /// <param name="version">The newest.</param>
    /// <param name="assessment">Of its words with the examples, under the rules in force.</param>
    /// <param name="objections">What the networks would refuse, in sentences.</param>
    /// <param name="unfillable">Roles that nobody else can fill for these accounts.</param>
    public Decision<ReplySent> Send(ReplyTemplateVersion version, int seen, Assessment assessment, IReadOnlyList<string> objections, IReadOnlyList<Role> unfillable, IReadOnlyCollection<AccountRef> accounts, DateOnly today, Actor by, DateTimeOffset now) => this switch
    {
        { WithdrawnAt: not null } => withdrawn,
        _ when seen != Latest => new Refusal("version-changed", $"Somebody saved version {Latest} meanwhile. Read it before you send it."),
        _ when version.Stage is not (TemplateStage.Draft or TemplateStage.Returned) => new Refusal("not-a-draft", version.Stage == TemplateStage.InReview ? "It is waiting for signatures already." : "This version was decided. Change it to send it again."),
        _ when accounts.Count == 0 => new Refusal("no-account", "No account that is connected there can answer. Choose a site or an account that can."),
        _ when !by.HoldsForAll(Role.Author, accounts) => Deny("send", "You do not write for one of these accounts.", by, now),
        _ when version.Content.Check(today) is { } wrong => wrong,
        _ when objections.Count > 0 => new Refusal("network-refuses", string.Join(" ", objections)),
        _ when assessment.Failed.Count > 0 => new Refusal("held", $"{string.Join(", ", assessment.Failed)} could not judge these words, so nobody can be asked to sign them. An administrator has to look at the policy first."),
        _ when assessment.Route.Strength >= Strength.Hold => new Refusal("blocked", $"{string.Join(", ", assessment.Findings.Where(finding => finding.Decision >= Strength.Hold).Select(finding => finding.Rule).Distinct(StringComparer.Ordinal))} {(assessment.Route.Strength == Strength.Block ? "blocks" : "holds")} these words. Change them first.") { Attempt = new Attempt("template.send", Object, by.Id, now) },
        _ when unfillable.Count > 0 => new Refusal("nobody-can-sign", $"There are not enough other people to sign for {string.Join(" and ", unfillable.Select(role => role.Name()))} on all of these accounts. An administrator can change that."),
        _ => new ReplySent { Subject = Id, By = by.Id, At = now, Version = Latest, Assessment = AssessmentFacts.Write(assessment), Requirements = ReplySigning.Asked(assessment, version.Content.Labels) },
    };

    public void Apply(ReplySent sent) => Stand(sent.By);

    /// <summary>Somebody signs exactly what they were shown. The last signature puts the version into use.</summary>
    /// <param name="seen">The digest that was on the signer's screen.</param>
    /// <param name="release">The digest of the policy in force: what was screened under another is screened again.</param>
    /// <param name="role">The role to fill; null where only one is open.</param>
    public Decision<ReplyApproved> Approve(ReplyTemplateVersion version, string seen, string release, Role? role, string? reason, IReadOnlyCollection<AccountRef> accounts, DateOnly today, Actor by, DateTimeOffset now)
    {
        if (RefuseToDecide("approve", version, by, now) is { } refusal)
            return refusal;
        if (reason?.Length > Draft.MaxNote)
            return new Refusal("long-reason", $"Say it in {Draft.MaxNote:N0} characters at most.");
        if (seen != version.Digest || !version.DigestHolds)
            return new Refusal("text-changed", "The words are no longer those that were on your screen, or those that were sent. Read them again before you sign.") { Attempt = new Attempt("template.approve", Object, by.Id, now) };
        if (version.Screened?.Release != release)
            return new Refusal("policy-changed", "The policy changed after this was sent. Return it, so that it is sent anew.");
        if (version.Content.Check(today) is { } wrong)
            return wrong;
        if (version.Signatures.Any(signature => signature.PersonId == by.Id))
            return Deny("approve", "You signed in one role already. One person fills one role.", by, now, "two-roles");
        var open = version.Missing.Select(need => need.Role).ToList();
        var held = open.Where(candidate => (role is null || candidate == role) && by.HoldsForAll(candidate, accounts)).ToList();
        if (held.Count == 0)
            return Deny("approve", $"You do not hold {string.Join(" or ", (role is { } one ? [one] : open).Select(name => name.Name()))} for all of these accounts.", by, now);
        if (held.Count > 1)
            return new Refusal("which-role", $"{string.Join(" and ", held.Select(name => name.Name()))} are missing, and you hold each of them. Say for which you sign.");
        return new ReplyApproved
        {
            Subject = Id,
            By = by.Id,
            At = now,
            Version = version.Version,
            Digest = seen,
            Role = held[0],
            Reason = string.IsNullOrWhiteSpace(reason) ? null : Sealed.New("reason", reason.Trim()),
            IsComplete = version.Missing.Sum(need => need.Count) == 1,
        };
    }

    public void Apply(ReplyApproved approved)
    {
        if (approved.IsComplete)
            Live = approved.Version;
    }

    /// <summary>Somebody who could sign says what has to change.</summary>
    public Decision<ReplyReturned> Return(ReplyTemplateVersion version, string remark, IReadOnlyCollection<AccountRef> accounts, Actor by, DateTimeOffset now) => this switch
    {
        _ when RefuseToDecide("return", version, by, now) is { } refusal => refusal,
        _ when !version.Requirements.Any(need => by.HoldsForAll(need.Role, accounts)) => Deny("return", $"Deciding here takes {string.Join(" or ", version.Requirements.Select(need => need.Role.Name()))} for all of these accounts.", by, now),
        _ when string.IsNullOrWhiteSpace(remark) => new Refusal("no-remark", "Say what has to change."),
        _ when remark.Length > Draft.MaxNote => new Refusal("long-reason", $"Say it in {Draft.MaxNote:N0} characters at most."),
        _ => new ReplyReturned { Subject = Id, By = by.Id, At = now, Version = version.Version, Remark = Sealed.New("remark", remark.Trim()) },
    };

    /// <summary>Stops its use at once and for good. Whoever sees that it is wrong need not look for its owner.</summary>
    /// <param name="accounts">Those it may be used on.</param>
    public Decision<ReplyWithdrawn> Withdraw(IReadOnlyCollection<AccountRef> accounts, Actor by, DateTimeOffset now) => this switch
    {
        { WithdrawnAt: not null } => new Refusal("withdrawn", "It was withdrawn already."),
        _ when !MayStop(by, accounts) => Deny("withdraw", "Its owner, its writers and those who sign or lead there take it out of use.", by, now),
        _ => new ReplyWithdrawn { Subject = Id, By = by.Id, At = now },
    };

    public void Apply(ReplyWithdrawn gone) => (WithdrawnAt, WithdrawnBy) = (gone.At, gone.By);

    public bool MayStop(Actor by, IReadOnlyCollection<AccountRef> accounts) =>
        by.Id == OwnerId || Editors.Contains(by.Id) || accounts.Any(account => Enum.GetValues<Role>().Any(role => role.Signs() && by.Holds(role, account)));

    /// <summary>Somebody else answers for it from now on.</summary>
    public Decision<ReplyGiven> Give(Actor to, IReadOnlyCollection<AccountRef> accounts, Actor by, DateTimeOffset now) => this switch
    {
        { WithdrawnAt: not null } => withdrawn,
        _ when to.Id == OwnerId => new Refusal("theirs", $"{to.Name} answers for it already."),
        _ when !MayGive(by, accounts) => Deny("give", "Its owner, a Care lead or Comms says who answers for it.", by, now),
        _ when !accounts.Any(to.HoldsAny) => new Refusal("no-role", $"{to.Name} holds no role where it is used."),
        _ => new ReplyGiven { Subject = Id, By = by.Id, At = now, Owner = to.Id },
    };

    public bool MayGive(Actor by, IReadOnlyCollection<AccountRef> accounts) =>
        by.Id == OwnerId || accounts.Any(account => by.Holds(Role.CareLead, account) || by.Holds(Role.Comms, account));

    public void Apply(ReplyGiven given) => OwnerId = given.Owner;

    private static readonly Refusal withdrawn = new("withdrawn", "It was withdrawn. Write a new one.");

    private void Stand(Guid person) => Editors = [.. Editors.Append(person).Distinct()];

    private Refusal? RefuseToDecide(string act, ReplyTemplateVersion version, Actor by, DateTimeOffset now) => this switch
    {
        { WithdrawnAt: not null } => withdrawn,
        _ when version.Stage != TemplateStage.InReview || version.Version != Latest => new Refusal("not-waiting", "This version is not waiting for signatures."),
        _ when Editors.Contains(by.Id) => Deny(act, "Someone else must decide on what you wrote, changed or sent.", by, now, "own-words"),
        _ => null,
    };

    private Refusal Deny(string act, string sentence, Actor by, DateTimeOffset now, string code = "not-entitled") =>
        new(code, sentence) { Attempt = new Attempt($"template.{act}", Object, by.Id, now) };
}

/// <summary>Who has to sign a reply that goes out without being read again.</summary>
public static class ReplySigning
{
    /// <summary>What the rules ask, and always two people besides its writers: Compliance answers for what leaves unread, and whoever the label is theirs.</summary>
    public static IReadOnlyList<Requirement> Asked(Assessment assessment, IReadOnlyList<string> labels)
    {
        var asked = assessment.Route.Approvals.ToDictionary(need => Draft.ParseRole(need.Role), need => need.Count);
        asked.TryAdd(Role.Compliance, 1);
        if (labels.Contains("legal-threat"))
            asked.TryAdd(Role.Legal, 1);
        if (labels.Contains("data-breach"))
            asked.TryAdd(Role.Privacy, 1);
        if (asked.Values.Sum() < 2)
            asked[Role.Compliance] = 2;
        return [.. asked.OrderBy(need => need.Key).Select(need => new Requirement(need.Key, need.Value))];
    }
}
