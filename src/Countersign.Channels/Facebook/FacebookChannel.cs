using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>A Facebook page, through the organisation's own app. It knows no key of ours: only reading the page back tells whether a lost post stands.</summary>
public sealed class FacebookChannel
    : IChannel, IMeasure, IRender, IValidate, IAuthorise, IChooseAccount, ICheckAccount, IPrepare, IPublish, IFind, IEdit, IDelete, IListPosts, IMintKeys
{
    internal static readonly ChannelDescription Description = new(
        "facebook", "Facebook Pages", IdempotencyMode.LookupOnly, MaxMedia: 10, MaxMediaBytes: 4_000_000, "a strict fake of ours, written from Facebook’s field descriptions; unverified against the live service")
    {
        Takes = PostFeatures.Replies,
        IsUnverified = true,
    };

    private readonly FacebookSettings settings;
    private readonly FacebookAuthorise authorise;
    private readonly FacebookPosts posts;
    private readonly FacebookReader reader;
    private readonly FacebookUpkeep upkeep;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    /// <param name="saveSecret">Never called: what opens a page is not renewed.</param>
    public FacebookChannel(HttpClient http, TimeProvider clock, SaveSecret saveSecret, FacebookSettings settings)
    {
        this.settings = settings;
        var wire = new Wire(http, clock);
        var api = new FacebookApi(new AccountCalls(wire, new OAuthTokens(wire, clock, saveSecret, TokenPlace.InTheForm(_ => null)), new RateBudget(clock)));
        authorise = new FacebookAuthorise(wire, settings);
        reader = new FacebookReader(api);
        posts = new FacebookPosts(api, reader);
        upkeep = new FacebookUpkeep(api, reader);
    }

    public Allowing Allowing => new(ComesBack: true, AsksServer: false, AsksApp: settings.Key is null);

    public ChannelDescription Describe() => Description;

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => FacebookText.Measure(text);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => FacebookText.Render(content);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => FacebookText.Validate(content);

    /// <summary>Facebook has no place for it; it tells one delivery from another here.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop) => Task.FromResult(authorise.Begin(request));

    public Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop) => authorise.CompleteAsync(kept, code, stop);

    public Task<ConnectOutcome> ChooseAsync(string kept, string remoteId, CancellationToken stop) => authorise.ChooseAsync(kept, remoteId, stop);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => upkeep.CheckAsync(account, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => reader.FindAsync(delivery, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);
}
