using System.Text.Json.Nodes;
using Countersign.Decisions;

namespace Countersign.Publishing;

public enum DraftStage
{
    Draft,
    AwaitingApproval,
    Returned,
    Refused,

    /// <summary>Every signature is there; its publications are on their way or have arrived.</summary>
    Approved,

    /// <summary>Kept, will not go out by itself: somebody has to choose.</summary>
    Held,
    Withdrawn,
}

/// <summary>A picture of a draft: bytes by their hash, and what they show.</summary>
public sealed record DraftPicture(string Sha256, string ContentType, int Width, int Height, string Alt)
{
    /// <summary>What stands for the alternative text in entries; null before the first save, and where there is none.</summary>
    public string? AltCommitment { get; init; }

    /// <summary>Why it needs no alternative text, where its author says so; null otherwise.</summary>
    public string? NoAlt { get; init; }

    /// <summary>What stands for that reason in entries.</summary>
    public string? NoAltCommitment { get; init; }

    /// <summary>The same picture saying the same: each save commits to the words anew.</summary>
    public bool Equals(DraftPicture? other) =>
        other is not null && (Sha256, ContentType, Width, Height, Alt, NoAlt) == (other.Sha256, other.ContentType, other.Width, other.Height, other.Alt, other.NoAlt);

    public override int GetHashCode() => HashCode.Combine(Sha256, Alt);

    internal static IReadOnlyList<DraftPicture> Erase(IReadOnlyList<DraftPicture> pictures) => [.. pictures.Select(picture => picture with { Alt = picture.Alt.Length == 0 ? "" : Erased.Marker, NoAlt = picture.NoAlt is null ? null : Erased.Marker })];

    internal string Describe() => $"{Sha256} {ContentType} {Width}x{Height} {AltCommitment}{(NoAltCommitment is null ? "" : $"without-alt {NoAltCommitment}")}".TrimEnd();

    internal IEnumerable<Spoken> Words =>
    [
        new("pictures", AltCommitment, Alt),
        .. NoAlt is null && NoAltCommitment is null ? Array.Empty<Spoken>() : [new("pictures", NoAltCommitment, NoAlt ?? "")],
    ];
}

/// <summary>When a post goes out: wall-clock time and zone as chosen, and the instant they mean.</summary>
/// <param name="Local">ISO 8601 local date and time to the minute: "2026-11-17T09:00".</param>
/// <param name="Zone">IANA name: "Europe/London".</param>
public sealed record Slot(string Local, string Zone, DateTimeOffset Instant)
{
    /// <summary>The version of the zones' rules under which the instant was found; null where an earlier version of the program found it.</summary>
    public string? Rules { get; init; }

    /// <summary>The same time, under whichever rules it was found.</summary>
    public bool Equals(Slot? other) => other is not null && (Local, Zone, Instant) == (other.Local, other.Zone, other.Instant);

    public override int GetHashCode() => HashCode.Combine(Local, Zone, Instant);
}

/// <summary>A named person's yes to the digest of exactly what they saw.</summary>
public sealed record Signature(Guid PersonId, Role Role, DateTimeOffset At, string Seal, string? Reason, string? ReasonCommitment, Guid EventId)
{
    internal string Describe() => $"{Role.Name()} {PersonId} {Seal} {At.ToUnixTimeMilliseconds()} {EventId} {ReasonCommitment}".TrimEnd();
}

public enum RemarkKind
{
    Returned,
    Refused,
}

/// <summary>A decision that was not a yes, with its words.</summary>
public sealed record Remark(Guid PersonId, RemarkKind Kind, int Version, DateTimeOffset At, string Text, string? Commitment)
{
    internal string Describe() => $"{Kind} {PersonId} {Version} {At.ToUnixTimeMilliseconds()} {Commitment}".TrimEnd();
}

/// <summary>Who must sign.</summary>
public sealed record Requirement(Role Role, int Count)
{
    /// <summary>What is still missing of what is asked, by role.</summary>
    internal static IReadOnlyList<Requirement> Missing(IEnumerable<Requirement> asked, IReadOnlyCollection<Signature> signatures) =>
        [.. asked
            .Select(need => need with { Count = need.Count - signatures.Count(signature => signature.Role == need.Role) })
            .Where(need => need.Count > 0)];
}

/// <summary>Words and pictures somebody proposes to publish. What it decides is in Draft.*.cs, one file per step.</summary>
public sealed partial class Draft : IGoverned
{
    /// <summary>UTF-16 units; the longest any network here takes. Longer text is refused, never cut.</summary>
    public const int MaxText = 20_000;

    public const int MaxPictures = 8;

    /// <summary>Accounts one post goes to; its publications fit into one entry of the log.</summary>
    public const int MaxAccounts = 80;

    /// <summary>Deliveries of one draft where posts follow one another, parts and comments of all accounts together: they fit into one entry of the log.</summary>
    public const int MaxDeliveries = 64;

    /// <summary>UTF-16 units of an alternative text, a remark or a reason.</summary>
    public const int MaxNote = 2_000;

    /// <summary>How late a post may leave after its slot before it counts as missed.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(30);

    /// <summary>How long a post without a time may wait for its signatures.</summary>
    public static readonly TimeSpan OpenWindow = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }

    public required Guid AuthorId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required Guid LastEditorId { get; set; }

    public required DateTimeOffset EditedAt { get; set; }

    /// <summary>Everybody who ever saved words into this draft or sent it for approval: none of them signs it.</summary>
    public IReadOnlyList<Guid> Editors { get; set; } = [];

    public int Version { get; set; }

    public string Text { get; set; } = "";

    public string? TextCommitment { get; set; }

    public IReadOnlyList<DraftPicture> Pictures { get; set; } = [];

    /// <summary>Null for one plain post.</summary>
    public PostShape? Shape { get; set; }

    public IReadOnlyList<Guid> AccountIds { get; set; } = [];

    /// <summary>Null: as soon as it is approved.</summary>
    public Slot? Slot { get; set; }

    /// <summary>What it serves; not part of what is signed.</summary>
    public Guid? CampaignId { get; set; }

    public DraftStage Stage { get; set; }

    /// <summary>What was screened, under which release, and what came of it; as JSON of <see cref="Screening.Assessment"/>.</summary>
    public string? Assessment { get; set; }

    public IReadOnlyList<Requirement> Requirements { get; set; } = [];

    /// <summary>Set when sent for approval: what signatures are bound to. Lower-case hex SHA-256.</summary>
    public string? Seal { get; set; }

    /// <summary>After this instant an approval comes too late.</summary>
    public DateTimeOffset? ApproveBy { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public Guid? SentBy { get; set; }

    public IReadOnlyList<Signature> Signatures { get; set; } = [];

    public IReadOnlyList<Remark> Remarks { get; set; } = [];

    public string? HeldBecause { get; set; }

    /// <summary>Set where the signatures of an approved text let it out in place of its own.</summary>
    public Clearance? Clearance { get; set; }

    /// <summary>The reply of the library that it was cleared by; null where it has signatures of its own.</summary>
    public Guid? TemplateId { get; set; }

    public int Revision { get; set; }

    public string Object => $"draft/{Id}";

    public Composition Body => new(Text, Pictures, Shape ?? PostShape.Plain);

    /// <summary>The first line, for lists. A repost has no words of its own.</summary>
    public string Title => Shape switch
    {
        { Kind: PostKind.Repost, Target: { } target } => $"Repost: {FirstLine(target.Text)}",
        { Variants: [{ Parts: [var first, ..] }, ..] } when string.IsNullOrWhiteSpace(Text) => FirstLine(first.Text),
        _ => FirstLine(Text),
    };

    public bool IsOpen => Stage is DraftStage.Draft or DraftStage.Returned or DraftStage.Held or DraftStage.AwaitingApproval or DraftStage.Approved;

    public JsonObject State()
    {
        var state = PlainState();

        // Only where there is one: what was written before drafts had shapes is in the log without it.
        if (Shape is not null)
            state["shape"] = Shape.State();
        if (Clearance is not null)
            (state["clearance"], state["template"]) = (Clearance.Describe(), TemplateId?.ToString());
        return state;
    }

    private JsonObject PlainState() => new()
    {
        ["author"] = AuthorId.ToString(),
        ["lastEditor"] = LastEditorId.ToString(),
        ["editors"] = new JsonArray([.. Editors.Select(id => (JsonNode)id.ToString())]),
        ["sentBy"] = SentBy?.ToString(),
        ["version"] = Version,
        ["createdAt"] = CreatedAt.ToUnixTimeMilliseconds(),
        ["editedAt"] = EditedAt.ToUnixTimeMilliseconds(),
        ["text"] = TextCommitment,
        ["pictures"] = new JsonArray([.. Pictures.Select(picture => (JsonNode)picture.Describe())]),
        ["accounts"] = new JsonArray([.. AccountIds.Select(id => (JsonNode)id.ToString())]),
        ["slot"] = Slot is null ? null : $"{Slot.Local} {Slot.Zone}",
        ["zoneRules"] = Slot?.Rules,
        ["due"] = Slot?.Instant.ToUnixTimeMilliseconds(),
        ["campaign"] = CampaignId?.ToString(),
        ["stage"] = Stage.ToString(),
        ["assessment"] = Fingerprint.Of(Assessment),
        ["seal"] = Seal,
        ["approveBy"] = ApproveBy?.ToUnixTimeMilliseconds(),
        ["sentAt"] = SentAt?.ToUnixTimeMilliseconds(),
        ["needs"] = new JsonArray([.. Requirements.Select(need => (JsonNode)$"{need.Count} {need.Role.Name()}")]),
        ["signatures"] = new JsonArray([.. Signatures.Select(signature => (JsonNode)signature.Describe())]),
        ["remarks"] = new JsonArray([.. Remarks.Select(remark => (JsonNode)remark.Describe())]),
        ["held"] = HeldBecause,
    };

    IEnumerable<Spoken> IGoverned.Words =>
    [
        new("text", TextCommitment, Text),
        .. Pictures.SelectMany(picture => picture.Words),
        .. Signatures.Select(signature => new Spoken("signatures", signature.ReasonCommitment, signature.Reason ?? "")),
        .. Remarks.Select(remark => new Spoken("remarks", remark.Commitment, remark.Text)),
        .. Shape?.Words ?? [],
        .. Clearance is null ? [] : (Spoken[])[new("clearance", Clearance.FilledCommitment, Clearance.Filled)],
    ];

    /// <summary>Words, alternative texts, reasons and remarks are gone; who decided what and when stays.</summary>
    public void Erase()
    {
        Text = Text.Length == 0 ? "" : Erased.Marker;
        Pictures = DraftPicture.Erase(Pictures);
        Shape = Shape?.Erase();
        Clearance = Clearance?.Erase();
        Signatures = [.. Signatures.Select(signature => signature with { Reason = signature.Reason is null ? null : Erased.Marker })];
        Remarks = [.. Remarks.Select(remark => remark with { Text = Erased.Marker })];
        Assessment = null;
    }

    /// <summary>Signatures still missing, by role.</summary>
    public IReadOnlyList<Requirement> Missing => Requirement.Missing(Requirements, Signatures);

    private static string FirstLine(string text) => text.AsSpan().Trim().IndexOfAny('\n', '\r') is var end and > 0 ? text.Trim()[..end] : text.Trim();
}

/// <summary>A version of a draft as it was saved; kept for the difference and for what was published.</summary>
public sealed class DraftVersion : IGoverned
{
    public required Guid DraftId { get; init; }

    public required int Version { get; init; }

    public required string Text { get; set; }

    public required string? TextCommitment { get; init; }

    public required IReadOnlyList<DraftPicture> Pictures { get; set; }

    public required PostShape? Shape { get; set; }

    public required IReadOnlyList<Guid> AccountIds { get; init; }

    public required Guid EditorId { get; init; }

    public required DateTimeOffset At { get; init; }

    public int Revision { get; set; }

    public string Object => $"version/{DraftId}/{Version}";

    public Composition Body => new(Text, Pictures, Shape ?? PostShape.Plain);

    public void Erase()
    {
        Text = Text.Length == 0 ? "" : Erased.Marker;
        Pictures = DraftPicture.Erase(Pictures);
        Shape = Shape?.Erase();
    }

    JsonObject IGoverned.State()
    {
        var state = new JsonObject
        {
            ["text"] = TextCommitment,
            ["pictures"] = new JsonArray([.. Pictures.Select(picture => (JsonNode)picture.Describe())]),
            ["accounts"] = new JsonArray([.. AccountIds.Select(id => (JsonNode)id.ToString())]),
            ["editor"] = EditorId.ToString(),
            ["at"] = At.ToUnixTimeMilliseconds(),
        };
        if (Shape is not null)
            state["shape"] = Shape.State();
        return state;
    }

    IEnumerable<Spoken> IGoverned.Words => [new("text", TextCommitment, Text), .. Pictures.SelectMany(picture => picture.Words), .. Shape?.Words ?? []];
}
