using System.Text.Json.Nodes;
using Countersign.Channels;
using Countersign.Decisions;

namespace Countersign.Standing;

/// <summary>Where a post that stands on an account came from.</summary>
public enum PostOrigin
{
    /// <summary>It left through the door.</summary>
    Ours,

    /// <summary>It was published past Countersign.</summary>
    NotOurs,

    /// <summary>It stood there when the account was connected.</summary>
    History,
}

/// <summary>In what a post that stands differs from the approved one; the channel contract's own words, for pages that do not know it.</summary>
[Flags]
public enum Disparity
{
    None = Differences.None,
    Words = Differences.Words,
    Pictures = Differences.Pictures,
    Descriptions = Differences.Descriptions,
    ContentWarning = Differences.ContentWarning,
    Audience = Differences.Audience,
    ReplyTarget = Differences.ReplyTarget,
    Quote = Differences.Quote,
    Link = Differences.Link,
}

public enum StandingState
{
    Stands,

    /// <summary>A list that should have had it had not, and the network said of it that it is not there.</summary>
    Gone,
}

/// <summary>What a picture is said to show.</summary>
public sealed record StandingAlt(string Text, string? Commitment)
{
    internal StandingAlt Erase() => this with { Text = Text.Length == 0 ? "" : Erased.Marker };
}

/// <summary>
/// A post as it stands on a network: the archive copy. Kept when the post is edited or goes. Governed, all but what says
/// when it was last looked at and what the network happened to call it.
/// </summary>
public sealed class StandingPost : IGoverned
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>The network's lasting identifier: the same post keeps it whatever else changes.</summary>
    public required string RemoteId { get; init; }

    public string? Address { get; set; }

    /// <summary>Ours: the delivery that put it there.</summary>
    public Guid? PublicationId { get; set; }

    public PostOrigin Origin { get; set; }

    public StandingState State { get; set; }

    /// <summary>Counts what was shown in its place, from 1; earlier ones are <see cref="StandingVersion"/>s.</summary>
    public int Version { get; set; } = 1;

    public required string Text { get; set; }

    public string? TextCommitment { get; set; }

    public IReadOnlyList<StandingAlt> Alts { get; set; } = [];

    public string? Warning { get; set; }

    public string? WarningCommitment { get; set; }

    /// <summary>Who is shown it, in the network's word; null for everybody.</summary>
    public string? Audience { get; set; }

    public string? ReplyTo { get; set; }

    public string? Quotes { get; set; }

    public string? Link { get; set; }

    public IReadOnlyList<string> PictureIds { get; set; } = [];

    /// <summary>What the network calls this edition of it; null where it names none.</summary>
    public string? Edition { get; set; }

    /// <summary>By the network's or the writer's clock.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>In what it differs from what was approved; nothing for what nobody approved.</summary>
    public Disparity Differences { get; set; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public DateTimeOffset? GoneAt { get; set; }

    /// <summary>When the network last showed it, to within ten minutes.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Since when lists lack it though nothing says that it is gone.</summary>
    public DateTimeOffset? MissingSince { get; set; }

    /// <summary>Every identifier and version it was seen under, the newest last; some networks change them with each reaction.</summary>
    public IReadOnlyList<string> RemoteIds { get; set; } = [];

    public int Revision { get; set; }

    public string Object => $"standing/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(LastSeenAt), nameof(MissingSince), nameof(RemoteIds)];

    /// <summary>By what the network last called it.</summary>
    public RemoteRef Remote => new(RemoteId, Address, RemoteIds.Count > 0 ? RemoteIds[^1] : null);

    JsonObject IGoverned.State() => new()
    {
        ["account"] = AccountId.ToString(),
        ["remote"] = RemoteId,
        ["address"] = Address,
        ["publication"] = PublicationId?.ToString(),
        ["origin"] = Origin.ToString(),
        ["state"] = State.ToString(),
        ["version"] = Version,
        ["text"] = TextCommitment,
        ["alts"] = new JsonArray([.. Alts.Select(alt => (JsonNode?)(alt.Commitment ?? ""))]),
        ["warning"] = WarningCommitment,
        ["audience"] = Audience,
        ["replyTo"] = ReplyTo,
        ["quotes"] = Quotes,
        ["link"] = Fingerprint.Of(Link),
        ["pictures"] = new JsonArray([.. PictureIds.Select(id => (JsonNode?)id)]),
        ["edition"] = Edition,
        ["createdAt"] = CreatedAt?.ToUnixTimeMilliseconds(),
        ["editedAt"] = EditedAt?.ToUnixTimeMilliseconds(),
        ["differences"] = Differences.ToString(),
        ["firstSeenAt"] = FirstSeenAt.ToUnixTimeMilliseconds(),
        ["goneAt"] = GoneAt?.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => Spoken(TextCommitment, Text, Alts, WarningCommitment, Warning);

    internal static IEnumerable<Spoken> Spoken(string? textCommitment, string text, IReadOnlyList<StandingAlt> alts, string? warningCommitment, string? warning) =>
    [
        new("text", textCommitment, text),
        .. alts.Select(alt => new Spoken("alts", alt.Commitment, alt.Text)),
        .. warning is null ? [] : (Spoken[])[new("warning", warningCommitment, warning)],
    ];

    public IEnumerable<string> Commitments => new[] { TextCommitment, WarningCommitment }.Concat(Alts.Select(alt => alt.Commitment)).OfType<string>();

    /// <summary>The words are gone; where it stood, since when and until when stays.</summary>
    public void Erase()
    {
        Text = Text.Length == 0 ? "" : Erased.Marker;
        Alts = [.. Alts.Select(alt => alt.Erase())];
        Warning = Warning is null ? null : Erased.Marker;
    }

    /// <summary>True where the network shows something else than what is kept here. The identifier of the post that is answered changes on some networks by itself, so it only counts whether there is one.</summary>
    public bool IsChangedBy(ListedPost shown) =>
        !IsErased && (shown.Edition != Edition || shown.Text != Text || shown.ContentWarning != Warning || shown.Audience != Audience || shown.Quotes != Quotes || shown.Link != Link
        || shown.ReplyTo is null != ReplyTo is null || !shown.Alts.SequenceEqual(Alts.Select(alt => alt.Text)) || !shown.PictureIds.SequenceEqual(PictureIds));

    /// <summary>Words that were erased are not taken in again from the network.</summary>
    public bool IsErased => Text == Erased.Marker;

    /// <summary>Notes that it was seen now; nothing of this is an act of anybody.</summary>
    public void See(ListedPost shown, DateTimeOffset now)
    {
        if (now - LastSeenAt >= TimeSpan.FromMinutes(10))
            LastSeenAt = now;
        MissingSince = null;
        if (shown.Remote.Version is { } version && (RemoteIds.Count == 0 || RemoteIds[^1] != version))
            RemoteIds = [.. RemoteIds.Where(known => known != version).TakeLast(49), version];
    }

    /// <summary>What the network shows, with its words sealed.</summary>
    internal void Show(ListedPost shown, SealedWords words)
    {
        Text = shown.Text;
        TextCommitment = words.Text?.Commitment;
        Alts = [.. shown.Alts.Select((alt, at) => new StandingAlt(alt, words.Alts[at]?.Commitment))];
        (Warning, WarningCommitment) = (shown.ContentWarning, words.Warning?.Commitment);
        (Audience, ReplyTo, Quotes, Link, PictureIds, Edition, EditedAt) = (shown.Audience, shown.ReplyTo, shown.Quotes, shown.Link, shown.PictureIds, shown.Edition, shown.EditedAt);
    }
}

/// <summary>What stood in a post's place until it was edited on the network.</summary>
public sealed class StandingVersion : IGoverned
{
    public required Guid StandingId { get; init; }

    public required int Version { get; init; }

    public required string Text { get; set; }

    public string? TextCommitment { get; init; }

    public IReadOnlyList<StandingAlt> Alts { get; set; } = [];

    public string? Warning { get; set; }

    public string? WarningCommitment { get; init; }

    public string? Edition { get; init; }

    /// <summary>When another was first seen in its place.</summary>
    public required DateTimeOffset ReplacedAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"standingVersion/{StandingId}/{Version}";

    public IEnumerable<string> Commitments => new[] { TextCommitment, WarningCommitment }.Concat(Alts.Select(alt => alt.Commitment)).OfType<string>();

    public static StandingVersion Of(StandingPost post, DateTimeOffset now) => new()
    {
        StandingId = post.Id,
        Version = post.Version,
        Text = post.Text,
        TextCommitment = post.TextCommitment,
        Alts = post.Alts,
        Warning = post.Warning,
        WarningCommitment = post.WarningCommitment,
        Edition = post.Edition,
        ReplacedAt = now,
    };

    public void Erase()
    {
        Text = Text.Length == 0 ? "" : Erased.Marker;
        Alts = [.. Alts.Select(alt => alt.Erase())];
        Warning = Warning is null ? null : Erased.Marker;
    }

    JsonObject IGoverned.State() => new()
    {
        ["text"] = TextCommitment,
        ["alts"] = new JsonArray([.. Alts.Select(alt => (JsonNode?)(alt.Commitment ?? ""))]),
        ["warning"] = WarningCommitment,
        ["edition"] = Edition,
        ["replacedAt"] = ReplacedAt.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => StandingPost.Spoken(TextCommitment, Text, Alts, WarningCommitment, Warning);
}

/// <summary>The words of a post as the network shows it, each committed to by itself.</summary>
/// <param name="Alts">As many as there are pictures; null for a picture without a description.</param>
public sealed record SealedWords(Sealed? Text, IReadOnlyList<Sealed?> Alts, Sealed? Warning)
{
    public IEnumerable<Sealed> All => Alts.Append(Text).Append(Warning).OfType<Sealed>();

    /// <param name="mark">Tells posts apart whose words go into one entry.</param>
    public static SealedWords Of(ListedPost shown, string mark = "") => new(
        shown.Text.Length == 0 ? null : Sealed.New($"text{mark}", shown.Text),
        [.. shown.Alts.Select((alt, at) => alt.Length == 0 ? null : Sealed.New($"alt{at + 1}{mark}", alt))],
        shown.ContentWarning is { Length: > 0 } warning ? Sealed.New($"warning{mark}", warning) : null);
}

/// <summary>A post was seen on an account for the first time.</summary>
public sealed record StandingSeen : DomainEvent
{
    public override string Act => "standing.seen";

    public required PostOrigin Origin { get; init; }

    public required SealedWords Words { get; init; }

    public override string? Why => Origin == PostOrigin.Ours ? null : "not-ours";

    public override IEnumerable<Sealed> Seals => Words.All;
}

/// <summary>What stood on an account when it was connected was read, some posts at a time.</summary>
public sealed record HistoryRead : DomainEvent
{
    public override string Act => "account.history-read";

    public required int Posts { get; init; }

    public required IReadOnlyList<SealedWords> Words { get; init; }

    public override JsonObject Facts => new() { ["posts"] = Posts };

    public override IEnumerable<Sealed> Seals => Words.SelectMany(words => words.All);
}

/// <summary>Another edition of a post was seen on the network.</summary>
public sealed record StandingEdited : DomainEvent
{
    public override string Act => "standing.edited";

    public required SealedWords Words { get; init; }

    public override IEnumerable<Sealed> Seals => Words.All;
}

/// <summary>A post does not stand there any more.</summary>
/// <param name="TakenDown">We had asked for it.</param>
public sealed record StandingGone(bool TakenDown) : DomainEvent
{
    public override string Act => "standing.gone";

    public override string Why => TakenDown ? "taken-down" : "gone-on-the-network";
}

/// <summary>A post that was gone stands there again.</summary>
public sealed record StandingReturned : DomainEvent
{
    public override string Act => "standing.returned";
}
