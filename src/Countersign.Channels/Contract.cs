namespace Countersign.Channels;

/// <summary>What a network is and can do. Every other capability is an interface of its own, so that a page asks for the capability and never for the network's name.</summary>
public interface IChannel
{
    ChannelDescription Describe();
}

/// <summary>Counts text as the network counts it. Pure; the composer, the door and the connector use the same code.</summary>
public interface IMeasure
{
    /// <returns>One count per limit the network sets on the text; all of them must hold.</returns>
    IReadOnlyList<TextCount> Measure(string text);
}

/// <summary>Shows a post as the network will: where it folds, what becomes a link. Pure.</summary>
public interface IRender
{
    Rendering Render(PostContent content);
}

/// <summary>Refuses, before anybody is asked to approve it, what the network would refuse. Pure: no network.</summary>
public interface IValidate
{
    IReadOnlyList<Objection> Validate(PostContent content);
}

/// <summary>Connects an account, and proves that it may post.</summary>
public interface IConnect
{
    /// <summary>Signs in, reads the account back and says who it is. Writes nothing to the network.</summary>
    Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop);
}

/// <summary>Everything that must stand on the network before the post can be written: media uploads, a live session. Repeatable; what fails here was not sent.</summary>
public interface IPrepare
{
    Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop);
}

/// <summary>Hands one post to the network. Only the door may call it.</summary>
public interface IPublish
{
    /// <summary>Exactly one network write. Never retries, never follows a redirect.</summary>
    Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop);
}

/// <summary>Looks a post up by what we know of it, after an outcome that could not be known.</summary>
public interface IFind
{
    Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop);
}

/// <summary>Makes the key of a delivery in the form the network takes. Asked once, when the post is approved; a repeat carries the same key.</summary>
public interface IMintKeys
{
    string Mint(DateTimeOffset at);
}

/// <summary>How the network lets a repeated write be told from a second post.</summary>
public enum IdempotencyMode
{
    /// <summary>The key of the delivery is the key of the post: a repeat is the same post.</summary>
    ClientKey,

    /// <summary>Nothing but reading the account back can tell.</summary>
    LookupOnly,
}

/// <param name="Name">The key in addresses, settings and the ledger: lower case, no spaces ("bluesky").</param>
/// <param name="Title">The network's own name.</param>
/// <param name="MaxMedia">Images a post may carry.</param>
/// <param name="MaxMediaBytes">Bytes an image may have on this network.</param>
/// <param name="VerifiedAgainst">What the connector was proven on, in words for the accounts page.</param>
public sealed record ChannelDescription(
    string Name, string Title, IdempotencyMode Mode, int MaxMedia, int MaxMediaBytes, string VerifiedAgainst);

/// <param name="Unit">What is counted: "characters", "bytes".</param>
/// <param name="Used">How much of the limit the text uses.</param>
/// <param name="Limit">The most the network takes; null where it sets none.</param>
public sealed record TextCount(string Unit, int Used, int? Limit)
{
    public bool Over => Used > Limit;
}

/// <summary>A post as one network will show it.</summary>
/// <param name="Text">The text, unchanged: what was approved is what is sent.</param>
/// <param name="FoldAt">Index in <paramref name="Text"/> (UTF-16) where the network hides the rest behind "more"; null where it shows everything.</param>
/// <param name="Links">What becomes a link, in order, not overlapping.</param>
/// <param name="Counts">The text measured.</param>
public sealed record Rendering(string Text, int? FoldAt, IReadOnlyList<RenderedLink> Links, IReadOnlyList<TextCount> Counts);

/// <param name="Start">First character of the link in the text (UTF-16 index).</param>
/// <param name="End">The index after its last character.</param>
public sealed record RenderedLink(int Start, int End, string Target);

/// <summary>Why a network would refuse a post.</summary>
public sealed record Objection(RejectKind Kind, string Sentence);

/// <summary>What goes out: the approved words and pictures, nothing else.</summary>
public sealed record PostContent(string Text, IReadOnlyList<PostMedia> Media, string Language = "en-GB")
{
    public static readonly PostContent Empty = new("", []);
}

/// <param name="Sha256">Lower-case hex of the bytes: what the approval covers.</param>
/// <param name="Alt">What the picture shows, for those who cannot see it.</param>
public sealed record PostMedia(string Sha256, string ContentType, int Width, int Height, string Alt, ReadOnlyMemory<byte> Bytes);

/// <summary>An account on a network with what opens it. Never logged: <see cref="ToString"/> leaves the secret out.</summary>
public sealed record ConnectedAccount(string Id, string Handle, Uri? Server, string? RemoteId, string? Secret)
{
    public override string ToString() => $"{Handle} ({Id})";
}

/// <summary>One approved post on its way to one account.</summary>
/// <param name="Key">Minted when the post is approved and never changed: on networks of mode <see cref="IdempotencyMode.ClientKey"/> it is the post's own key.</param>
/// <param name="CreatedAt">Fixed with the key, so that a repeat is the same bytes.</param>
/// <param name="Prepared">What <see cref="IPrepare"/> left on the network, in the connector's own words; null before.</param>
public sealed record Delivery(string Key, ConnectedAccount Account, PostContent Content, DateTimeOffset CreatedAt, string? Prepared = null);

/// <summary>Where a post stands on its network.</summary>
/// <param name="Id">The network's identifier, stable for the life of the post.</param>
/// <param name="Address">A page a person can open, if the network has one.</param>
/// <param name="Version">What the network calls this version of it (a content id, an etag), if anything.</param>
public sealed record RemoteRef(string Id, string? Address, string? Version = null);

/// <summary>What was seen that led to a verdict. Holds no token and no body.</summary>
/// <param name="Status">HTTP status, or null when none arrived.</param>
/// <param name="Code">The network's own error code.</param>
/// <param name="Note">One sentence a person can read.</param>
public sealed record Evidence(int? Status, string? Code, string Note);

/// <summary>What became of one network write. A connector throws only for programming errors; an exception is recorded as <see cref="Unknown"/>.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The network confirmed with an identifier.</summary>
    public sealed record Accepted(RemoteRef Remote) : Outcome;

    /// <summary>The network read it and said no. Never sent again by itself.</summary>
    public sealed record Rejected(RejectKind Kind, Evidence Evidence) : Outcome;

    /// <summary>Provably nothing was created. May be sent again, within bounds.</summary>
    /// <param name="RetryAfter">The network's own wish, from 0 to 24 h; null where it has none.</param>
    public sealed record NotSent(NotSentKind Kind, TimeSpan? RetryAfter, Evidence Evidence) : Outcome;

    /// <summary>Anything else. Looked up, then shown to a person; never sent again by itself.</summary>
    public sealed record Unknown(Evidence Evidence) : Outcome;
}

public enum RejectKind
{
    AuthExpired,
    AuthRevoked,
    PermissionMissing,
    AccountRestricted,
    TextTooLong,
    TextInvalid,
    MediaInvalid,
    AltInvalid,
    ContentPolicy,
    VersionConflict,
    Misconfigured,
}

public enum NotSentKind
{
    Unreachable,
    RateLimited,
    AuthNotRefreshed,
    MediaNotReady,
}

public abstract record PrepareOutcome
{
    private PrepareOutcome()
    {
    }

    public sealed record Ready(string? Prepared) : PrepareOutcome;

    /// <summary>Nothing was sent; <see cref="Outcome.NotSent"/> or <see cref="Outcome.Rejected"/>.</summary>
    public sealed record Stopped(Outcome Why) : PrepareOutcome;
}

public abstract record FindResult
{
    private FindResult()
    {
    }

    public sealed record Found(RemoteRef Remote) : FindResult;

    /// <param name="Conclusive">True when the network's answer proves absence (a read by key); still not before the settle time, because reads lag writes.</param>
    public sealed record NotFound(bool Conclusive) : FindResult;

    /// <summary>A post stands under our key with other words, or several could be it: a person decides.</summary>
    public sealed record Ambiguous(string Note) : FindResult;

    public sealed record Unavailable(Evidence Evidence) : FindResult;
}

/// <param name="Server">The server to connect to; a connector says in its refusal what it expects.</param>
/// <param name="Secret">What opens the account (an app password). Kept only if the connection is proven.</param>
public sealed record ConnectRequest(Uri? Server, string Handle, string? Secret)
{
    public override string ToString() => Handle;
}

public abstract record ConnectOutcome
{
    private ConnectOutcome()
    {
    }

    /// <param name="RemoteId">The network's identifier of the account (a DID), which survives a change of handle.</param>
    public sealed record Connected(string RemoteId, string Handle, string? DisplayName) : ConnectOutcome;

    /// <param name="Sentence">What went wrong and what to do, for the person connecting.</param>
    public sealed record Refused(string Code, string Sentence) : ConnectOutcome;
}
