namespace Countersign.Channels.Bluesky;

/// <summary>Bluesky, or any server of the AT Protocol. The key of a delivery is the key of its record, so a repeat can be told from a second post.</summary>
public sealed class BlueskyChannel : IChannel, IMeasure, IRender, IValidate, IConnect, IPrepare, IPublish, IFind, IMintKeys
{
    /// <summary>Pictures: 4 of at most 1,000,000 bytes. The lexicon app.bsky.embed.images says 2,000,000 since 2026 and said 1,000,000 before;
    /// servers of both ages are in use (PDS 0.4.217 refuses 1,000,001), so the stricter number holds.</summary>
    internal static readonly ChannelDescription Description = new(
        "bluesky", "Bluesky", IdempotencyMode.ClientKey, MaxMedia: 4, MaxMediaBytes: 1_000_000, "Bluesky PDS 0.4.217, as published on npm");

    private readonly TidMint keys = new();
    private readonly BlueskyAccounts accounts;
    private readonly BlueskyPosts posts;
    private readonly BlueskyFinder finder;

    /// <param name="http">Made over <see cref="NewHandler"/>: no redirects, no retries.</param>
    public BlueskyChannel(HttpClient http, TimeProvider clock)
    {
        var xrpc = new Xrpc(http, clock);
        accounts = new BlueskyAccounts(xrpc, clock);
        posts = new BlueskyPosts(xrpc, new Sessions(xrpc, clock));
        finder = new BlueskyFinder(xrpc);
    }

    /// <summary>A handler fit for writes: follows nothing, repeats nothing, and gives every call a connection of its own,
    /// because a kept one may be closed on the far side and a write into it could not be known.</summary>
    public static HttpMessageHandler NewHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.Zero,
    };

    public ChannelDescription Describe() => Description;

    public IReadOnlyList<TextCount> Measure(string text) => BlueskyText.Measure(text);

    public Rendering Render(PostContent content) => BlueskyText.Render(content.Text);

    public IReadOnlyList<Objection> Validate(PostContent content) => Objections.Against(content, Description, Measure(content.Text));

    public string Mint(DateTimeOffset at) => keys.Next(at);

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop) => accounts.ConnectAsync(request, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => finder.FindAsync(delivery, stop);
}
