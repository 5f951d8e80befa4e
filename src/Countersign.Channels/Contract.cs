using System.Text.Json.Nodes;

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
    /// <param name="limits">What the account's server said of itself; null for the network's own limits.</param>
    IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null);
}

/// <summary>Shows a post as the network will: where it folds, what becomes a link. Pure.</summary>
public interface IRender
{
    Rendering Render(PostContent content, ServerLimits? limits = null);
}

/// <summary>Refuses, before anybody is asked to approve it, what the network would refuse. Pure: no network.</summary>
public interface IValidate
{
    IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null);
}

/// <summary>Connects an account by what a person types, and proves that it may post.</summary>
public interface IConnect
{
    /// <summary>Signs in, reads the account back and says who it is. Writes nothing to the network.</summary>
    Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop);
}

/// <summary>Connects an account by asking its network: the person allows it there, and brings back a code.</summary>
public interface IAuthorise
{
    Allowing Allowing { get; }

    /// <summary>Makes this program known to the server. Nothing of the account is touched yet.</summary>
    Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop);

    /// <summary>Changes the code for what opens the account, reads the account back and says who it is.</summary>
    /// <param name="kept">What <see cref="BeginAsync"/> asked to keep.</param>
    Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop);
}

/// <summary>A network whose servers say, with the browser that comes back, who they are: the code is for that one alone (RFC 9207).</summary>
public interface INamesItself
{
    /// <param name="kept">What <see cref="IAuthorise.BeginAsync"/> asked to keep.</param>
    /// <param name="issuer">Who the browser says it comes from; null where it does not say.</param>
    bool WasAsked(string kept, string? issuer);
}

/// <summary>A network whose servers know this program by a document that it publishes about itself.</summary>
public interface IPublishDocument
{
    /// <param name="back">Our page that a server sends the browser to.</param>
    /// <returns>Null where nobody could fetch it, because the page is on a machine of one's own.</returns>
    JsonObject? DocumentFor(Uri back);
}

/// <summary>Takes one of several accounts that a person may connect: they look after more pages than one.</summary>
public interface IChooseAccount
{
    /// <param name="kept">What came with the choice.</param>
    /// <param name="remoteId">The account that was chosen; only one that was offered is taken.</param>
    Task<ConnectOutcome> ChooseAsync(string kept, string remoteId, CancellationToken stop);
}

/// <summary>Keeps what opens an account after its server changed it. The host locks it away; nobody logs it.</summary>
/// <param name="account">With the secret that is worth nothing any more: whoever keeps another by now was connected anew.</param>
public delegate Task SaveSecret(ConnectedAccount account, string secret, CancellationToken stop);

/// <summary>Asked before what opens an account is renewed: of several processes one may, and says so first, because a network may take what it renewed only once.</summary>
/// <param name="account">With the secret that would be renewed.</param>
public delegate Task<RenewalTurn> TakeTurn(ConnectedAccount account, CancellationToken stop);

public abstract record RenewalTurn
{
    private RenewalTurn()
    {
    }

    /// <summary>Nobody else renews it now.</summary>
    public sealed record Yours : RenewalTurn;

    /// <summary>Somebody has renewed it already.</summary>
    public sealed record Renewed(string Secret) : RenewalTurn
    {
        public override string ToString() => nameof(Renewed);
    }

    /// <summary>Somebody else is at it, or was cut off there; to be asked again after this time.</summary>
    public sealed record Wait(TimeSpan For) : RenewalTurn;
}

/// <summary>Says how an account is: whether it still opens, until when, and what may still be sent. Reads only.</summary>
public interface ICheckAccount
{
    Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop);
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

/// <summary>Shows a post once more under the account's name. Only the door may call it.</summary>
public interface IRepost
{
    /// <summary>One network write; a repeat is the same repost.</summary>
    Task<Outcome> RepostAsync(Repost repost, CancellationToken stop);
}

/// <summary>Looks a repost up, after an outcome that could not be known. Every network that shows posts again has it.</summary>
public interface IFindRepost
{
    Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop);
}

/// <summary>Puts other words or pictures in the place of what stands. Only the door may call it.</summary>
public interface IEdit
{
    /// <summary>One network write that carries the whole post, its pictures too: a network may drop what an edit leaves out.</summary>
    /// <param name="delivery">The delivery as it was, with the new content, prepared.</param>
    /// <param name="standing">The version that is replaced. Where the network knows versions, another one standing there is a <see cref="RejectKind.VersionConflict"/>.</param>
    Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop);
}

/// <summary>Takes a post down. Only the door may call it.</summary>
public interface IDelete
{
    /// <summary>One network write, repeatable: accepted means that it does not stand there any more, whoever took it down.</summary>
    Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop);
}

/// <summary>Lists what stands on an account, whoever posted it.</summary>
public interface IListPosts
{
    /// <param name="cursor">Null for the newest; then what the page before gave.</param>
    Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop);
}

/// <summary>Reads what others wrote to an account. Reads only.</summary>
public interface IInbox
{
    IReadOnlyList<InboxKind> InboxKinds { get; }

    /// <param name="cursor">Null from the beginning; then what the read before gave, one for each account and kind.</param>
    Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop);
}

/// <summary>Reads messages again that were read before: an edit or a removal may show itself in no list. Reads only.</summary>
public interface IRecheckInbox
{
    /// <summary>Messages of one call.</summary>
    int MostRecheckedAtOnce { get; }

    /// <param name="messages">At most <see cref="MostRecheckedAtOnce"/>, as they were read.</param>
    Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop);
}

/// <summary>Reads one post of the account by where it stands: what it shows now, or that it is gone. Reads only.</summary>
public interface IReadPost
{
    Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop);
}

/// <summary>Reads a post, whoever wrote it, by the address that people know it by, so that it can be answered, quoted or shown again. Reads only.</summary>
public interface IFindPost
{
    /// <summary>Whether this can be an address of this network's posts. Pure: no network.</summary>
    bool IsAddress(string address);

    /// <param name="account">Whoever asks: another account may be shown other posts.</param>
    Task<FoundPost> FindPostAsync(ConnectedAccount account, string address, CancellationToken stop);
}

/// <summary>Says how a post, as its network shows it, differs from what was approved, past what the network does to every text. Pure: no network.</summary>
public interface ICompare
{
    Differences Compare(ListedPost shown, PostContent approved);
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
    string Name, string Title, IdempotencyMode Mode, int MaxMedia, int MaxMediaBytes, string VerifiedAgainst)
{
    /// <summary>True where it was never tried on the network itself; people are told so wherever the network is shown.</summary>
    public bool IsUnverified { get; init; }

    /// <summary>When the network may stop answering the version of its interface that is asked for; null where it names no versions.</summary>
    public DateOnly? Sunset { get; init; }

    /// <summary>What a post may be here besides words and pictures; anything else is refused beforehand.</summary>
    public PostFeatures Takes { get; init; }

    /// <summary>What stands there is read no more often than this, because the network charges for reading; null where it does not.</summary>
    public TimeSpan? ReadEvery { get; init; }

    /// <summary>What the network's rate limits count together: when it asks one to wait, all of these wait.</summary>
    public CountedTogether Counts { get; init; }
}

/// <summary>Whose calls a network counts as one.</summary>
public enum CountedTogether
{
    /// <summary>Those of an account.</summary>
    Account,

    /// <summary>Those of all our accounts on one server.</summary>
    Server,

    /// <summary>Those of the program, whatever the account.</summary>
    Network,
}

/// <summary>What a post may be besides words and pictures.</summary>
[Flags]
public enum PostFeatures
{
    None = 0,
    Replies = 1,
    Quotes = 2,
    ContentWarning = 4,
    Visibility = 8,
    LinkPreview = 16,
}
