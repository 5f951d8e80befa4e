using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>Any server that speaks Mastodon's API. Servers differ: limits are read from each, and only reading an account back tells whether a lost post stands.</summary>
public sealed class MastodonChannel
    : IChannel, IMeasure, IRender, IValidate, IAuthorise, ICheckAccount, IPrepare, IPublish, IFind, IRepost, IFindRepost, IEdit, IDelete, IListPosts, IReadPost, IFindPost, ICompare, IMintKeys, IInbox, IRecheckInbox
{
    /// <summary>Mastodon's own defaults, for a server that does not say (documentation of 4.5).</summary>
    internal static readonly ChannelDescription Description = new(
        "mastodon", "Mastodon", IdempotencyMode.LookupOnly, MaxMedia: 4, MaxMediaBytes: 16_777_216, "snac 2.75 from Debian; Mastodon itself only by its published description")
    {
        Takes = PostFeatures.Replies | PostFeatures.ContentWarning | PostFeatures.Visibility,
    };

    private readonly MastodonAuthorise authorise;
    private readonly MastodonPosts posts;
    private readonly MastodonReader reader;
    private readonly MastodonUpkeep upkeep;
    private readonly MastodonInbox inbox;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    /// <param name="saveSecret">Keeps what opens an account after the server changed it.</param>
    /// <param name="takeTurn">Asked before that is changed; null where nobody else would.</param>
    public MastodonChannel(HttpClient http, TimeProvider clock, SaveSecret saveSecret, TakeTurn? takeTurn = null)
    {
        var wire = new Wire(http, clock);
        var api = new MastodonApi(wire, new OAuthTokens(wire, clock, saveSecret, TokenPlace.InTheForm(account => account.Server is { } server ? new Uri(server, "/oauth/token") : null), takeTurn), new RateBudget(clock));
        authorise = new MastodonAuthorise(wire, clock);
        reader = new MastodonReader(api);
        posts = new MastodonPosts(api, reader, clock);
        upkeep = new MastodonUpkeep(api, reader);
        inbox = new MastodonInbox(api, clock);
    }

    public ChannelDescription Describe() => Description;

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => MastodonText.Measure(text, null, limits);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => MastodonText.Render(content, limits);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => MastodonText.Validate(content, limits);

    /// <summary>Sent along as Idempotency-Key, which Mastodon documents for one hour and other servers ignore (measured): so nothing relies on it.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Allowing Allowing { get; } = new(ComesBack: false, AsksServer: true, AsksApp: false);

    public Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop) => authorise.BeginAsync(request, stop);

    public Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop) => authorise.CompleteAsync(kept, code, stop);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => upkeep.CheckAsync(account, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => reader.FindAsync(delivery, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public IReadOnlyList<InboxKind> InboxKinds => MastodonInbox.Kinds;

    public Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop) => inbox.ReadAsync(account, kind, cursor, stop);

    public int MostRecheckedAtOnce => MastodonInbox.MostAtOnce;

    public Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop) => inbox.RecheckAsync(account, messages, stop);

    public Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop) => reader.FindRepostAsync(repost, stop);

    public Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => reader.ReadAsync(account, standing, stop);

    /// <summary>Any page may be a post of some server: the account's own server finds out.</summary>
    public bool IsAddress(string address) => Uri.TryCreate(address.Trim(), UriKind.Absolute, out var page) && Servers.MayBeTrusted(page);

    public Task<FoundPost> FindPostAsync(ConnectedAccount account, string address, CancellationToken stop) => reader.FindPostAsync(account, address, stop);

    public Differences Compare(ListedPost shown, PostContent approved) => Status.Compare(shown, approved);

    public Task<Outcome> RepostAsync(Repost repost, CancellationToken stop) => upkeep.RepostAsync(repost, stop);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);
}
