using System.Text.Json.Nodes;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>Bluesky, or any server of the AT Protocol. The key of a delivery is the key of its record, so a repeat can be told from a second post.</summary>
public sealed class BlueskyChannel
    : IChannel, IMeasure, IRender, IValidate, IConnect, IAuthorise, ICheckAccount, IPrepare, IPublish, IFind, IRepost, IFindRepost, IEdit, IDelete, IListPosts, IReadPost, IFindPost, ICompare, IMintKeys, INamesItself, IPublishDocument, ICountResponses, IInbox, IRecheckInbox
{
    /// <summary>Pictures: 4 of at most 1,000,000 bytes. The lexicon app.bsky.embed.images says 2,000,000 since 2026 and said 1,000,000 before;
    /// servers of both ages are in use (PDS 0.4.217 refuses 1,000,001), so the stricter number holds.</summary>
    internal static readonly ChannelDescription Description = new(
        "bluesky", "Bluesky", IdempotencyMode.ClientKey, MaxMedia: 4, MaxMediaBytes: 1_000_000, "Bluesky PDS 0.4.217, as published on npm")
    {
        Takes = PostFeatures.Replies | PostFeatures.Quotes | PostFeatures.LinkPreview,
    };

    private readonly TidMint keys = new();
    private readonly BlueskyAccounts accounts;
    private readonly BlueskyAuthorise authorise;
    private readonly BlueskyPosts posts;
    private readonly BlueskyFinder finder;
    private readonly BlueskyTargets targets;
    private readonly BlueskyUpkeep upkeep;
    private readonly BlueskyReader reader;
    private readonly BlueskyViews views;
    private readonly BlueskyInbox inbox;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    /// <param name="saveSecret">Keeps what opens an account after its server renewed it.</param>
    /// <param name="takeTurn">Asked before that is renewed; null where nobody else would.</param>
    public BlueskyChannel(HttpClient http, TimeProvider clock, SaveSecret saveSecret, TakeTurn? takeTurn = null)
    {
        var wire = new Wire(http, clock);
        var calls = new DpopCalls(wire, clock);
        var xrpc = new Xrpc(wire, calls);
        authorise = new BlueskyAuthorise(wire, calls, clock);
        var sessions = new Sessions(xrpc, new OAuthTokens(clock, saveSecret, authorise.RenewAsync, takeTurn), clock);
        var writes = new BlueskyWrites(xrpc, sessions, new RateBudget(clock));
        targets = new BlueskyTargets(xrpc);
        accounts = new BlueskyAccounts(xrpc, clock);
        posts = new BlueskyPosts(xrpc, writes, targets);
        finder = new BlueskyFinder(xrpc);
        upkeep = new BlueskyUpkeep(writes, targets);
        reader = new BlueskyReader(xrpc, sessions);
        views = new BlueskyViews(xrpc, sessions);
        inbox = new BlueskyInbox(xrpc, sessions, clock);
    }

    public ChannelDescription Describe() => Description;

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => BlueskyText.Measure(text);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => BlueskyText.Render(content.Text);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => Objections.Against(content, Description, Measure(content.Text));

    public string Mint(DateTimeOffset at) => keys.Next(at);

    public int MostAtOnce => BlueskyViews.MostAtOnce;

    public Task<ResponsesReading> CountAsync(ConnectedAccount account, IReadOnlyList<string> ids, CancellationToken stop) => views.CountAsync(account, ids, stop);

    public IReadOnlyList<InboxKind> InboxKinds => BlueskyInbox.Kinds;

    public Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop) => inbox.ReadAsync(account, kind, cursor, stop);

    public int MostRecheckedAtOnce => BlueskyViews.MostAtOnce;

    public Task<InboxRecheck> RecheckAsync(ConnectedAccount account, IReadOnlyList<RemoteRef> messages, CancellationToken stop) => inbox.RecheckAsync(account, messages, stop);

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop) => accounts.ConnectAsync(request, stop);

    public Allowing Allowing => BlueskyAuthorise.Allowing;

    public bool WasAsked(string kept, string? issuer) => BlueskyAuthorise.WasAsked(kept, issuer);

    public JsonObject? DocumentFor(Uri back) => back.IsLoopback ? null : BlueskyClient.Document(back);

    public Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop) => authorise.BeginAsync(request, stop);

    public Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop) => authorise.CompleteAsync(kept, code, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => finder.FindAsync(delivery, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<Outcome> RepostAsync(Repost repost, CancellationToken stop) => upkeep.RepostAsync(repost, stop);

    public Task<FindResult> FindRepostAsync(Repost repost, CancellationToken stop) => finder.FindRepostAsync(repost, stop);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => reader.ReadAsync(account, standing, stop);

    public bool IsAddress(string address) => BlueskyTargets.Parse(address) is not null;

    public Task<FoundPost> FindPostAsync(ConnectedAccount account, string address, CancellationToken stop) => targets.FindAsync(account, address, stop);

    public Differences Compare(ListedPost shown, PostContent approved) => BlueskyReader.Compare(shown, approved);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => reader.CheckAsync(account, stop);
}
