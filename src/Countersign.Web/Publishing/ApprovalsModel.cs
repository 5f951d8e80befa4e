using Countersign.Decisions;
using Countersign.Publishing;
using Countersign.Screening;
using Countersign.Web.Shared;
using Countersign.Web.Shared.Controls;
using Countersign.Web.Shared.Parts;
using Countersign.Web.Shared.Signing;
using Countersign.Web.Shared.Words;

namespace Countersign.Web.Publishing;

/// <summary>The queue beside the draft that is open.</summary>
/// <param name="All">Every draft that waits, not only those the reader can sign.</param>
/// <param name="Open">The draft that is shown; null where none is.</param>
public sealed record QueueModel(IReadOnlyList<WaitingDraft> Waiting, bool All, Guid? Open, DateTimeOffset Now)
{
    public int Mine => Waiting.Count(draft => draft.IsMine);

    public IReadOnlyList<QueueItem> Items => [.. Waiting.Where(draft => All || draft.IsMine).Select(Item)];

    /// <summary>The one to open where none was asked for.</summary>
    public Guid? First => Waiting.OrderByDescending(draft => draft.IsMine).FirstOrDefault(draft => All || draft.IsMine)?.Draft.Id;

    /// <summary>Neighbours in the list, for the arrows; null at its ends.</summary>
    public (string? Previous, string? Next) Neighbours
    {
        get
        {
            var items = Items;
            var at = items.ToList().FindIndex(item => item.Current);
            return at < 0 ? (null, null) : (at > 0 ? items[at - 1].Href : null, at + 1 < items.Count ? items[at + 1].Href : null);
        }
    }

    public string Address(Guid id) => All ? $"/approvals/{id}?show=all" : $"/approvals/{id}";

    private QueueItem Item(WaitingDraft waiting)
    {
        var draft = waiting.Draft;
        var assessment = AssessmentFacts.Read(draft.Assessment);
        var findings = assessment?.Findings ?? [];
        var clock = draft.ApproveBy is { } until && draft.SentAt is { } sent ? new TimeLeft(until - Now, until - sent) : null;
        return new QueueItem(Address(draft.Id), draft.Title, waiting.Author, [.. waiting.Accounts.Select(account => account.Network).Distinct()])
        {
            Time = waiting.IsOwn ? null : clock,
            Tag = waiting.IsOwn ? "Yours" : null,
            Severity = findings.Count > 0 ? (int)findings.Min(finding => finding.Severity) : null,
            Signed = [.. draft.Signatures.Select(signature => signature.Role.Name())],
            Note = NoteOf(draft, findings.Count, assessment?.Cleared.Count(finding => finding.Severity <= Severity.S2) ?? 0),
            Current = draft.Id == Open,
        };
    }

    /// <summary>Who is still asked for, where something was found; else that nothing was, or was suppressed.</summary>
    private static string? NoteOf(Draft draft, int findings, int suppressed) => (draft.Signatures.Count, findings, suppressed) switch
    {
        ( > 0, _, _) => null,
        (_, > 0, _) => $"For {English.List([.. draft.Missing.Select(need => need.Role.Name())])}",
        (_, _, > 0) => $"{suppressed} suppressed",
        _ => "No findings",
    };
}

/// <summary>What a person had typed when it was refused.</summary>
/// <param name="Act">"approve", "return" or "refuse".</param>
public sealed record TypedDecision(string Act, string? Words, Refusal Refusal)
{
    /// <summary>The refusal is about the words, so it stands beside them.</summary>
    public bool IsAboutWords => Refusal.Code is "no-remark" or "no-reason";
}

/// <summary>The page of one draft and its queue.</summary>
/// <param name="Review">Null where nothing is open.</param>
/// <param name="Done">What the reader has just done, as a code.</param>
public sealed record ApprovalsModel(QueueModel Queue, Review? Review, DateTimeOffset Now, string? Done = null, TypedDecision? Typed = null)
{
    /// <summary>A phone shows one pane at a time: the list, unless a draft was asked for or the list is empty.</summary>
    public bool ShowsList => Queue.Open is null && Review is not null;
}

/// <summary>One draft in the words of the page.</summary>
public sealed class ReviewView(Review review, DateTimeOffset now)
{
    public FindingViews Findings { get; } = WithSigned(FindingViews.Of(review.Assessment), review.Draft);

    public Draft Draft => review.Draft;

    public Face Author => new(review.Author.Name, review.Author.Title);

    /// <summary>"today, 11:00".</summary>
    public string At => Draft.Slot is { } slot ? LocalTime.Moment(slot.Instant, now, slot.Zone) : "as soon as it is signed";

    /// <summary>"today, 11:00, Europe/London".</summary>
    public string When => Draft.Slot is { } slot ? $"{At}, {slot.Zone}" : At;

    public IReadOnlyList<RenderView> Renders =>
        [.. review.Context.Renderings.Select(rendering => RenderViews.Of(rendering, Draft.Body, When, Findings))];

    public IReadOnlyList<(string Key, Guid Account, RenderView View)> Panels =>
        [.. review.Context.Renderings.Zip(Renders, (rendering, view) => ($"render-{rendering.AccountId}", rendering.AccountId, view))];

    /// <summary>One per account. Accounts that begin with the same word are told apart by what follows it: there is room for one row.</summary>
    public IReadOnlyList<TabItem> Tabs =>
        [.. Panels.Select(panel => new TabItem(panel.Key, English.Apart(panel.View.Account, [.. Panels.Select(other => other.View.Account)]), panel.View.Network))];

    public TimeLeft? Clock => Draft is { Stage: DraftStage.AwaitingApproval, ApproveBy: { } until, SentAt: { } sent } ? new TimeLeft(until - now, until - sent) : null;

    /// <summary>"Held, not sent, after 11:00".</summary>
    public string? LateRule => Draft.ApproveBy is { } until ? $"Held, not sent, after {ShortMoment(until)}" : null;

    public SlipView Slip => new(SlipWords.Heading(Draft), [.. review.Needs.Select(Line)])
    {
        Note = $"{SlipWords.Done(Draft)} {(review.Release is { } number ? $"Policy release {number}" : null)}".Trim(),
        Because = Draft.Stage == DraftStage.AwaitingApproval ? Findings.Because(review.Assessment) : [],
    };

    public IReadOnlyList<ReasonView> Reasons => [.. review.Reader.Reasons.Select(reason => new ReasonView(reason.Bearing switch { Bearing.For => ReasonKind.Ok, Bearing.Later => ReasonKind.Pending, _ => ReasonKind.No }, reason.Sentence))];

    public bool CanSign => review.Reader.CanSign.Count > 0;

    public bool CanDecide => review.Reader.CanDecide;

    /// <summary>"1 standing, 1 suppressed".</summary>
    public string FindingCounts => (Findings.Standing.Count, Findings.Suppressed.Count) switch
    {
        (0, 0) => "none",
        (var standing, 0) => $"{standing} standing",
        (var standing, var suppressed) => $"{standing} standing, {suppressed} suppressed",
    };

    /// <summary>Severe and serious findings that a safe harbour cleared are never hidden; of the others the number is enough.</summary>
    public IReadOnlyList<FindingView> SuppressedSevere => [.. Findings.Suppressed.Where(finding => finding.Severity <= 2)];

    public IReadOnlyList<FindingView> SuppressedMinor => [.. Findings.Suppressed.Where(finding => finding.Severity > 2)];

    public IReadOnlyList<RemarkView> Remarks => [.. review.Said.Select(said => new RemarkView(new Face(said.By.Name, said.By.Title), What(said), LocalTime.Moment(said.At, now), said.Text))];

    /// <summary>"returned by Eleanor Whitcombe yesterday, 16:20".</summary>
    public string? SinceNote => review.Before is { } before
        ? $"{before.Decision.Kind.ToString().ToLowerInvariant()} by {before.By.Name} {LocalTime.Moment(before.Decision.At, now)}"
        : null;

    /// <summary>What changed besides the words.</summary>
    public IReadOnlyList<string> OtherChanges
    {
        get
        {
            if (review.Before is not { } before)
                return [];
            var changes = new List<string>();
            if (!before.Pictures.SequenceEqual(Draft.Pictures))
                changes.Add(before.Pictures.Select(picture => picture.Sha256).SequenceEqual(Draft.Pictures.Select(picture => picture.Sha256)) ? "An alternative text changed." : "The pictures changed.");
            if (!before.Shape.Equals(Draft.Body.Shape))
                changes.Add("The words of single accounts, the other post, the comment, the warning, the readers or the link preview changed.");
            if (!before.AccountIds.Order().SequenceEqual(Draft.AccountIds.Order()))
                changes.Add("The accounts changed.");
            return changes;
        }
    }

    /// <summary>"Covers text, 1 picture with its alternative text, 3 accounts, 11:00."</summary>
    public string Covers
    {
        get
        {
            var parts = new List<string> { Draft.Body.Shape.Kind switch { PostKind.Repost => "the other post", PostKind.Reply => "text, the post it answers", PostKind.Quote => "text, the post it quotes", _ => "text" } };
            if (review.Context.Renderings.Sum(rendering => rendering.Following.Count) is > 0 and var following)
                parts.Add($"{English.Count(following, "post that follows", "posts that follow")}");
            if (Draft.Pictures.Count > 0)
                parts.Add($"{English.Count(Draft.Pictures.Count, "picture", "pictures")}, alt text");
            parts.Add(English.Count(review.Context.Accounts.Count, "account", "accounts"));
            if (Draft.Slot is { } slot)
                parts.Add(LocalTime.TimeOfDay(slot.Instant, slot.Zone));
            return $"Covers {string.Join(", ", parts)}.";
        }
    }

    /// <summary>The first half of the seal in groups, as the signing box shows it.</summary>
    public string LongSeal => string.Join(' ', Draft.Seal!.Chunk(4).Take(8).Select(group => new string(group)));

    public IReadOnlyList<(string Term, string What)> SigningFacts =>
    [
        ("Post", $"{Draft.Title}, version {Draft.Version}"),
        ("Goes to", $"{English.List([.. review.Context.Accounts.Select(account => account.Title)])}, {When}"),
        ("Findings", English.Capital(FindingCounts)),
    ];

    public static string? DoneSentence(string? code) => code switch
    {
        "signed" => "Signed. It still waits for others.",
        "approved" => "Signed. Every signature is there.",
        "returned" => "Returned to its author with your remark.",
        "refused" => "Refused. It will not go out.",
        "late" => "Signed after its time: it is held and will not go out by itself.",
        _ => null,
    };

    /// <summary>Ticks what is signed; a suppressed finding asks for nothing.</summary>
    private static FindingViews WithSigned(FindingViews views, Draft draft) => views with
    {
        Standing = [.. views.Standing.Select(finding => finding with
        {
            LeadsTo = [.. finding.LeadsTo.Select(need => need with { Signed = draft.Signatures.Count(signature => signature.Role.Name() == need.Role) >= need.Count })],
        })],
        Suppressed = [.. views.Suppressed.Select(finding => finding with { Fix = null, LeadsTo = [], Blocks = false })],
    };

    private static string What(Said said) => said switch
    {
        { Signed: { } role } => $"signed version {said.Version} for {role.Name()}",
        { Kind: { } kind } => $"{kind.ToString().ToLowerInvariant()} version {said.Version}",
        _ => $"version {said.Version}",
    };

    private SignatureView Line(NeededSign need) => need switch
    {
        { Given: { } given, Who: { } who } => new SignatureView(need.Role.Name(), new Face(who.Name, who.Title), ShortMoment(given.At)),
        _ when review.Reader.CanSign.Contains(need.Role) => new SignatureView(need.Role.Name(), null, need.Could.Count == 0 ? "Only you" : $"Or {Some(need.Could)}", Yours: true),
        _ => new SignatureView(need.Role.Name(), null, need.Could.Count == 0 ? "Nobody can sign this now" : Some(need.Could)),
    };

    private string ShortMoment(DateTimeOffset instant) =>
        LocalTime.At(instant).Date == LocalTime.At(now).Date ? LocalTime.TimeOfDay(instant) : LocalTime.Moment(instant, now);

    private static string Some(IReadOnlyList<Named> people) => people.Count switch
    {
        1 => people[0].Name,
        2 => $"{people[0].Name} or {people[1].Name}",
        var count => $"{people[0].Name} or {count - 1} others",
    };
}
