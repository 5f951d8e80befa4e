using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing;

/// <summary>What an author wants the draft to be, already resolved: accounts that exist, pictures that are stored, a slot that means an instant.</summary>
/// <param name="Seen">The version that was on the author's screen; 0 for a new draft.</param>
public sealed record DraftContent(int Seen, string Text, IReadOnlyList<DraftPicture> Pictures, IReadOnlyList<AccountRef> Accounts, Slot? Slot)
{
    public PostShape Shape { get; init; } = PostShape.Plain;

    public Guid? Campaign { get; init; }

    public Composition Body => new(Text, Pictures, Shape);
}

public sealed partial class Draft
{
    /// <summary>Saves words. Any change voids what was signed.</summary>
    /// <param name="onItsWay">True when a publication of this draft has been claimed, sent or published: its words can no longer be changed.</param>
    /// <param name="current">The accounts the draft has now: who is new to it must write for those as well.</param>
    public Decision<DraftComposed> Compose(DraftContent content, IReadOnlyCollection<AccountRef> current, Sealed text, string assessment, bool onItsWay, Actor by, DateTimeOffset now) => this switch
    {
        _ when by.Id != AuthorId && !Editors.Contains(by.Id) && !by.HoldsForAll(Role.Author, current) => new Refusal("not-entitled", "This is somebody else's draft, for accounts you do not write for.")
        {
            Attempt = new Attempt("draft.compose", Object, by.Id, now),
        },
        _ when !by.HoldsForAll(Role.Author, content.Accounts) && content.Accounts.Count > 0 => new Refusal("not-entitled", "You do not write for one of these accounts. Untick it, or ask an administrator.")
        {
            Attempt = new Attempt("draft.compose", Object, by.Id, now),
        },
        _ when !by.HoldsAnywhere(Role.Author) => new Refusal("not-entitled", "Writing takes the Author role.") { Attempt = new Attempt("draft.compose", Object, by.Id, now) },
        { IsOpen: false } => new Refusal("closed", $"This draft is {Stage.ToString().ToLowerInvariant()}; start a new one."),
        _ when onItsWay => new Refusal("on-its-way", "This post is on its way or published. What the network has cannot be changed here."),
        _ when content.Seen != Version => new Refusal("version-changed", $"Somebody saved version {Version} while you were writing. Your words are still here; compare before you save."),
        _ when content.Text.Length > MaxText => new Refusal("too-long", $"The text has {content.Text.Length:N0} characters; {MaxText:N0} is the most that is kept. Nothing was cut."),
        _ when content.Accounts.Count > MaxAccounts => new Refusal("too-many-accounts", $"A post goes to {MaxAccounts} accounts at most."),
        _ when content.Pictures.Any(picture => picture.Alt.Length > MaxNote) => new Refusal("long-alt", $"Describe a picture in {MaxNote:N0} characters at most."),
        _ when content.Pictures.Any(picture => picture.NoAlt?.Length > MaxNote) => new Refusal("long-alt", $"Say why a picture needs no description in {MaxNote:N0} characters at most."),
        _ when content.Pictures.Count > MaxPictures => new Refusal("too-many-pictures", $"A post has {MaxPictures} pictures at most."),
        _ when content.Slot is { } slot && slot.Instant <= now => new Refusal("past", "That time has passed. Choose a later one."),
        _ when string.IsNullOrWhiteSpace(content.Text) && content.Pictures.Count == 0 && content.Shape is { Kind: not PostKind.Repost, Variants: [] } => new Refusal("empty", "Write something first."),
        _ when RefuseShape(content) is { } refusal => refusal,
        _ => Composed(content, text, assessment, by, now),
    };

    private DraftComposed Composed(DraftContent content, Sealed text, string assessment, Actor by, DateTimeOffset now)
    {
        var (shape, words) = content.Shape.Close();
        return new DraftComposed
        {
            Subject = Id,
            By = by.Id,
            At = now,
            Content = content,
            Text = text,
            AltTexts = [.. content.Pictures.Where(picture => picture.Alt.Length > 0).Select((picture, at) => Sealed.New($"alt{at + 1}", picture.Alt))],
            Shape = shape.IsPlain ? null : shape,
            Words = words,
            NoAlts = [.. content.Pictures.Where(picture => picture.NoAlt is not null).Select((picture, at) => Sealed.New($"noAlt{at + 1}", picture.NoAlt!))],
            Assessment = assessment,
        };
    }

    public void Apply(DraftComposed composed)
    {
        Text = composed.Content.Text;
        TextCommitment = composed.Text.Commitment;
        var (alts, noAlts) = (new Queue<Sealed>(composed.AltTexts), new Queue<Sealed>(composed.NoAlts));
        Pictures = [.. composed.Content.Pictures.Select(picture => picture with { AltCommitment = picture.Alt.Length > 0 ? alts.Dequeue().Commitment : null, NoAltCommitment = picture.NoAlt is null ? null : noAlts.Dequeue().Commitment })];
        Shape = composed.Shape;
        CampaignId = composed.Content.Campaign;
        AccountIds = [.. composed.Content.Accounts.Select(account => account.Id).Order()];
        Slot = composed.Content.Slot;
        Assessment = composed.Assessment;
        LastEditorId = composed.By;
        Editors = [.. Editors.Append(composed.By).Distinct()];
        EditedAt = composed.At;
        Version++;
        Stage = DraftStage.Draft;
        HeldBecause = null;
        Void();
    }

    private void Void()
    {
        Seal = null;
        ApproveBy = null;
        SentAt = null;
        SentBy = null;
        Requirements = [];
        Signatures = [];
        (Clearance, TemplateId) = (null, null);
    }
}

public sealed record DraftComposed : DomainEvent
{
    public override string Act => "draft.composed";

    public required DraftContent Content { get; init; }

    public required Sealed Text { get; init; }

    public required IReadOnlyList<Sealed> AltTexts { get; init; }

    /// <summary>With what stands for its words; null for one plain post.</summary>
    public required PostShape? Shape { get; init; }

    public required IReadOnlyList<Sealed> Words { get; init; }

    /// <summary>Why pictures need no alternative text, one for each that has such a reason.</summary>
    public IReadOnlyList<Sealed> NoAlts { get; init; } = [];

    public required string Assessment { get; init; }

    public override IEnumerable<Sealed> Seals => [Text, .. AltTexts, .. NoAlts, .. Words];

    public override JsonObject? Facts => AssessmentFacts.Of(Assessment);
}
