using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>X, by version 2 of its interface and the organisation's own app. It knows no key of ours: only reading the account back tells whether a lost post stands.</summary>
public sealed class XChannel
    : IChannel, IMeasure, IRender, IValidate, IAuthorise, ICheckAccount, IPrepare, IPublish, IFind, IRepost, IEdit, IDelete, IListPosts, IReadPost, ICompare, IMintKeys
{
    internal const string TokenPath = "/2/oauth2/token";

    internal static readonly ChannelDescription Description = new(
        "x", "X", IdempotencyMode.LookupOnly, MaxMedia: 4, MaxMediaBytes: 5_000_000, "a strict fake of ours and a contract written from X’s documentation; unverified against the live service")
    {
        Takes = PostFeatures.Replies | PostFeatures.Quotes,
        IsUnverified = true,
    };

    private readonly XSettings settings;
    private readonly XAuthorise authorise;
    private readonly XPosts posts;
    private readonly XReader reader;
    private readonly XUpkeep upkeep;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    /// <param name="saveSecret">Keeps what opens an account after X changed it.</param>
    /// <param name="takeTurn">Asked before that is changed; null where nobody else would.</param>
    public XChannel(HttpClient http, TimeProvider clock, SaveSecret saveSecret, XSettings settings, TakeTurn? takeTurn = null)
    {
        this.settings = settings;
        var wire = new Wire(http, clock);
        var place = TokenPlace.InTheHeader(account => account.Server is { } api ? new Uri(api, TokenPath) : null);
        var api = new XApi(new AccountCalls(wire, new OAuthTokens(wire, clock, saveSecret, place, takeTurn), new RateBudget(clock)));
        authorise = new XAuthorise(wire, clock, settings, place);
        reader = new XReader(api);
        posts = new XPosts(api, reader, clock);
        upkeep = new XUpkeep(api, reader);
    }

    public Allowing Allowing => new(ComesBack: true, AsksServer: false, AsksApp: settings.Key is null);

    public ChannelDescription Describe() => Description with { ReadEvery = settings.ReadEvery };

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => XText.Measure(text);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => XText.Render(content);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => XText.Validate(content);

    /// <summary>X has no place for it; it tells one delivery from another here.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop) => Task.FromResult(authorise.Begin(request));

    public Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop) => authorise.CompleteAsync(kept, code, stop);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => upkeep.CheckAsync(account, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => reader.FindAsync(delivery, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => reader.ReadAsync(account, standing, stop);

    public Differences Compare(ListedPost shown, PostContent approved) => XPost.Compare(shown, approved);

    public Task<Outcome> RepostAsync(Repost repost, CancellationToken stop) => upkeep.RepostAsync(repost, stop);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);
}
