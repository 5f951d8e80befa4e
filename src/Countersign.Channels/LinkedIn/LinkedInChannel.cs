using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>The page of an organisation on LinkedIn, through the organisation's own app. It knows no key of ours: only reading the page back tells whether a lost post stands.</summary>
public sealed class LinkedInChannel
    : IChannel, IMeasure, IRender, IValidate, IAuthorise, IChooseAccount, ICheckAccount, IPrepare, IPublish, IFind, IRepost, IEdit, IDelete, IListPosts, IMintKeys
{
    internal static readonly ChannelDescription Described = new(
        "linkedin", "LinkedIn pages", IdempotencyMode.LookupOnly, MaxMedia: 9, MaxMediaBytes: 8_000_000, "a strict fake of ours, written from LinkedIn’s documentation; unverified against the live service")
    {
        Takes = PostFeatures.Replies | PostFeatures.Quotes,
        IsUnverified = true,
    };

    private readonly LinkedInSettings settings;
    private readonly LinkedInAuthorise authorise;
    private readonly LinkedInPosts posts;
    private readonly LinkedInReader reader;
    private readonly LinkedInUpkeep upkeep;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    /// <param name="saveSecret">Keeps what opens an account after LinkedIn changed it.</param>
    /// <param name="takeTurn">Asked before that is changed; null where nobody else would.</param>
    public LinkedInChannel(HttpClient http, TimeProvider clock, SaveSecret saveSecret, LinkedInSettings settings, TakeTurn? takeTurn = null)
    {
        this.settings = settings;
        var wire = new Wire(http, clock);
        var place = TokenPlace.InTheForm(_ => TokenAddress(settings));

        // LinkedIn counts by the day, which ends at midnight UTC, and does not say so in its answers.
        var calls = new AccountCalls(wire, new OAuthTokens(wire, clock, saveSecret, place, takeTurn), new RateBudget(clock)) { WithoutWish = () => clock.GetUtcNow().UtcDateTime.Date.AddDays(1) - clock.GetUtcNow().UtcDateTime };
        var api = new LinkedInApi(calls, settings);
        authorise = new LinkedInAuthorise(wire, clock, settings, place);
        reader = new LinkedInReader(api);
        posts = new LinkedInPosts(api, reader, clock);
        upkeep = new LinkedInUpkeep(api, reader);
    }

    public Allowing Allowing => new(ComesBack: true, AsksServer: false, AsksApp: settings.Key is null);

    public ChannelDescription Describe() => Described with { Sunset = settings.Sunset };

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => LinkedInText.Measure(text);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => LinkedInText.Render(content);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => LinkedInText.Validate(content);

    /// <summary>LinkedIn has no place for it; it tells one delivery from another here.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Task<AuthoriseOutcome> BeginAsync(AuthoriseRequest request, CancellationToken stop) => Task.FromResult(authorise.Begin(request));

    public Task<ConnectOutcome> CompleteAsync(string kept, string code, CancellationToken stop) => authorise.CompleteAsync(kept, code, stop);

    public Task<ConnectOutcome> ChooseAsync(string kept, string remoteId, CancellationToken stop) => authorise.ChooseAsync(kept, remoteId, stop);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => upkeep.CheckAsync(account, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<Outcome> RepostAsync(Repost repost, CancellationToken stop) => posts.RepostAsync(repost, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => reader.FindAsync(delivery, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);

    internal static Uri TokenAddress(LinkedInSettings settings) => new(settings.SignIn, "/oauth/v2/accessToken");
}
