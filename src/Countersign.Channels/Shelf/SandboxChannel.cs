namespace Countersign.Channels.Shelf;

/// <summary>A network for training, drills and self-tests. It behaves like a short-post network, nobody outside can read it, and everybody who writes to it is invented.</summary>
/// <param name="pages">The folder of its posts, ending with a slash, such as https://countersign.example.org/sandbox/.</param>
public sealed class SandboxChannel(IShelf shelf, Uri pages, TimeProvider clock) : ShelfChannel(sandbox, MaxCharacters, FoldAt, shelf, pages), IInbox
{
    /// <summary>The default of Mastodon servers, the most common limit among short-post networks.</summary>
    private const int MaxCharacters = 500;

    /// <summary>Short enough that a trainee meets the fold in an ordinary post.</summary>
    private const int FoldAt = 210;

    private static readonly ChannelDescription sandbox = new(
        "sandbox", "Sandbox (training, not a real network)", IdempotencyMode.ClientKey, MaxMedia: 4, MaxMediaBytes: 5_000_000, "Countersign's own pages; everybody who writes to it is invented")
    { Takes = PostFeatures.Replies };

    /// <summary>What drills and tests let people write, besides the invented customers who write by themselves.</summary>
    public SandboxPostbag Postbag { get; } = new(clock);

    public IReadOnlyList<InboxKind> InboxKinds => SandboxInbox.Kinds;

    public Task<InboxPage> ReadInboxAsync(ConnectedAccount account, InboxKind kind, string? cursor, CancellationToken stop) =>
        new SandboxInbox(this, Postbag, clock).ReadAsync(account, kind, cursor, stop);
}
