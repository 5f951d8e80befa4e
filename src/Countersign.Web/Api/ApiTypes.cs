using Countersign.Publishing;
using Countersign.Screening;

namespace Countersign.Web.Api;

/// <param name="Seen">The version the caller has; 0 for a new draft under an id of the caller's choice, so that a repeat makes no second draft.</param>
/// <param name="Date">ISO 8601 date in <paramref name="Zone"/> (IANA); without date and time the post goes out as soon as it is approved.</param>
public sealed record ComposeRequest(int Seen, string? Text, IReadOnlyList<PictureRequest?>? Pictures, IReadOnlyList<Guid>? Accounts, string? Date, string? Time, string? Zone)
{
    /// <summary>post, reply, quote or repost; a post where it is left out.</summary>
    public string? Kind { get; init; }

    /// <summary>The delivery that is answered, quoted or shown again; left out, the draft keeps the one it has.</summary>
    public Guid? Target { get; init; }

    /// <summary>Words of single accounts; several parts are a thread.</summary>
    public IReadOnlyList<WordsRequest?>? Words { get; init; }

    public string? FirstComment { get; init; }

    public string? ContentWarning { get; init; }

    /// <summary>everybody, unlisted or followers.</summary>
    public string? Audience { get; init; }

    public CardRequest? Preview { get; init; }

    public bool AllOrNone { get; init; }

    public Guid? Campaign { get; init; }
}

public sealed record WordsRequest(Guid Account, IReadOnlyList<string?>? Parts);

public sealed record CardRequest(string? Address, string? Title, string? Description, PictureRequest? Picture);

/// <param name="Sha256">Of a picture that was uploaded before, lower-case hex.</param>
public sealed record PictureRequest(string? Sha256, string? Alt, string? NoAlt = null);

public sealed record ScreenRequest(string? Text, IReadOnlyList<Guid>? Accounts);

public sealed record SendRequest(int Seen);

/// <param name="Seen">The digest ("seal") of what was read.</param>
/// <param name="Opened">The accounts whose rendering was read; each of the draft's, or the signature is refused.</param>
/// <param name="Role">The role to fill; may be left out where only one is open to the caller.</param>
public sealed record ApproveRequest(string? Seen, IReadOnlyList<Guid>? Opened, string? Role, string? Reason);

public sealed record ReasonRequest(string? Reason);

public sealed record MeAnswer(Guid Id, string Name, IReadOnlyList<GrantAnswer> Grants);

public sealed record GrantAnswer(string Role, Guid? Account, Guid? Site);

public sealed record AccountAnswer(Guid Id, string Network, string Handle, string Title, string State);

public sealed record ScreenAnswer(int Release, Assessment Assessment);

public sealed record DraftAnswer(Guid Id, int Version, string Stage, string Text, IReadOnlyList<PictureAnswer> Pictures, IReadOnlyList<Guid> Accounts, IReadOnlyList<RenderingAnswer> Renderings, Slot? Slot, string? Seal, Assessment Assessment, IReadOnlyList<RoleCount> Missing, IReadOnlyList<PublicationAnswer> Publications)
{
    public required string Kind { get; init; }

    public TargetAnswer? Target { get; init; }

    public IReadOnlyList<WordsAnswer> Words { get; init; } = [];

    public string? FirstComment { get; init; }

    public string? ContentWarning { get; init; }

    public required string Audience { get; init; }

    public CardAnswer? Preview { get; init; }

    public bool AllOrNone { get; init; }
}

/// <summary>The other post as it was read when it was chosen.</summary>
public sealed record TargetAnswer(string Network, string Author, string Text, string? Address, DateTimeOffset? At);

public sealed record WordsAnswer(Guid Account, IReadOnlyList<string> Parts);

public sealed record CardAnswer(string Address, string Title, string Description, PictureAnswer? Picture);

/// <param name="Address">Where its bytes are, on this site.</param>
public sealed record PictureAnswer(string Sha256, string ContentType, int Width, int Height, string Alt, string? NoAlt, string Address)
{
    public static PictureAnswer Of(DraftPicture picture) => new(picture.Sha256, picture.ContentType, picture.Width, picture.Height, picture.Alt, picture.NoAlt, $"/media/{picture.Sha256}");
}

/// <summary>What one account would show; a signature covers it.</summary>
/// <param name="FoldAt">UTF-16 index where the network hides the rest; null where it shows everything.</param>
/// <param name="Objections">Why the network would refuse it, in sentences.</param>
public sealed record RenderingAnswer(Guid Account, string Network, string Title, string Text, int? FoldAt, IReadOnlyList<RenderingLink> Links, IReadOnlyList<RenderingCount> Counts, IReadOnlyList<string> Objections)
{
    /// <summary>The further parts of the thread, then the first comment.</summary>
    public IReadOnlyList<PartRendering> Following { get; init; } = [];

    public static RenderingAnswer Of(AccountRendering shown) => new(shown.AccountId, shown.Network, shown.Title, shown.Text, shown.FoldAt, shown.Links, shown.Counts, shown.Objections) { Following = shown.Following };
}

/// <param name="Place">Post, or FirstComment.</param>
/// <param name="Differs">How what stands differs from what was agreed; null where it does not.</param>
public sealed record PublicationAnswer(Guid Id, Guid Account, string State, string? Address, string? Note, string Place, int Number, int Of, string? Differs);

public sealed record ComposedAnswer(Guid Id, int Version);

public sealed record SentAnswer(string Seal, DateTimeOffset ApproveBy, IReadOnlyList<RoleCount> Needs);

public sealed record ApprovedAnswer(string Role, bool Complete, bool Late);

public sealed record EventAnswer(string Happened);
