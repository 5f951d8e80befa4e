using Countersign.Channels.Http;

namespace Countersign.Channels.WordPress;

/// <summary>
/// A WordPress site, through the REST interface every site has. A post is an article under the delivery's key as its slug, a reply is a comment.
/// The site keeps no key: a second write would be a second article, so the slug is read before anything is written, and again after a lost answer.
/// </summary>
public sealed class WordPressChannel
    : IChannel, IMeasure, IRender, IValidate, IConnect, ICheckAccount, IPrepare, IPublish, IFind, IEdit, IDelete, IListPosts, IReadPost, ICompare, IInbox, IMintKeys
{
    internal static readonly ChannelDescription Description = new(
        "wordpress", "WordPress", IdempotencyMode.LookupOnly, MaxMedia: 8, MaxMediaBytes: 5_000_000, "WordPress 6.1.9 from Debian")
    {
        Takes = PostFeatures.Replies,
    };

    private readonly WordPressConnect connect;
    private readonly WordPressInbox inbox;
    private readonly WordPressPosts posts;
    private readonly WordPressReader reader;
    private readonly WordPressUpkeep upkeep;

    /// <param name="http">Made over <see cref="Transport.NewHandler"/>: no redirects, no retries.</param>
    public WordPressChannel(HttpClient http, TimeProvider clock)
    {
        var site = new WordPressSite(new Wire(http, clock), new RateBudget(clock));
        connect = new WordPressConnect(site);
        reader = new WordPressReader(site);
        inbox = new WordPressInbox(site);
        posts = new WordPressPosts(site, reader);
        upkeep = new WordPressUpkeep(site, reader);
    }

    public ChannelDescription Describe() => Description;

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => WordPressText.Measure(text);

    public Rendering Render(PostContent content, ServerLimits? limits = null) => WordPressText.Render(content);

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => WordPressText.Validate(content);

    /// <summary>A UUID of version 7: its letters and digits are a slug as they stand.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop) => connect.ConnectAsync(request, stop);

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop) => upkeep.CheckAsync(account, stop);

    public Task<PrepareOutcome> PrepareAsync(Delivery delivery, CancellationToken stop) => posts.PrepareAsync(delivery, stop);

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop) => posts.PublishAsync(delivery, stop);

    public Task<Outcome> EditAsync(Delivery delivery, RemoteRef standing, CancellationToken stop) => posts.EditAsync(delivery, standing, stop);

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => reader.FindAsync(delivery, stop);

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop) => reader.ListAsync(account, cursor, stop);

    public Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => reader.ReadAsync(account, standing, stop);

    public Differences Compare(ListedPost shown, PostContent approved) => WordPressText.Compare(shown, approved);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop) => upkeep.DeleteAsync(account, standing, stop);

    public IReadOnlyList<InboxKind> InboxKinds => WordPressInbox.Kinds;

    public Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop) => inbox.ReadAsync(account, kind, cursor, stop);
}
