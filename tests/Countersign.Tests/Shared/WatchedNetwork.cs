using System.Collections.Concurrent;
using Countersign.Accounts;
using Countersign.Channels;
using Microsoft.Extensions.DependencyInjection;

using NetworkEvidence = Countersign.Channels.Evidence;

namespace Countersign.Tests.Shared;

/// <summary>
/// A strict fake of a network whose posts can be listed, read back, taken down and meddled with: it stands in for the newsroom, refuses
/// what no real network takes (a list asked on with a cursor it never gave, a post of another account), and writes down every call.
/// What real networks say is tested in Countersign.Channels.Tests, and on a real Bluesky server and snac in this project's Standing.
/// </summary>
public sealed partial class WatchedNetwork(IdempotencyMode mode = IdempotencyMode.ClientKey, string name = "newsroom")
    : IChannel, IMeasure, IRender, IValidate, IConnect, IPublish, IFind, IMintKeys, IListPosts, IReadPost, ICompare, IDelete, ICheckAccount, ICountResponses, IInbox, IRecheckInbox
{
    /// <summary>Small, so that every test goes through pages.</summary>
    public int PageSize { get; set; } = 3;

    private readonly ConcurrentDictionary<string, string> cursors = new(StringComparer.Ordinal);
    private int edits;

    /// <summary>What stands, with the account it stands on. Identifiers are "urn:…".</summary>
    public List<(string Account, ListedPost Post)> Posts { get; } = [];

    /// <summary>Every call, in its order: "list", "read urn:1", "delete urn:1", "publish", "check".</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>What a post is turned into on its way to the page; nothing unless told.</summary>
    public Func<ListedPost, ListedPost> Twists { get; set; } = post => post;

    /// <summary>What a write is answered; taken unless told otherwise.</summary>
    public Func<Delivery, Outcome?> Answer { get; set; } = _ => null;

    /// <summary>What a deletion is answered; done unless told otherwise.</summary>
    public Func<RemoteRef, Outcome?> Deletes { get; set; } = _ => null;

    /// <summary>Posts that a list leaves out though they stand: reads that lag.</summary>
    public HashSet<string> Unlisted { get; } = [];

    /// <summary>Accounts whose list cannot be read.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>What others did with posts, by their identifiers; null where the network does not say.</summary>
    public Dictionary<string, Responses>? Counts { get; set; } = [];

    /// <summary>The posts of every call that asked what others did.</summary>
    public ConcurrentQueue<IReadOnlyList<string>> Counted { get; } = [];

    public int MostAtOnce => 2;

    public AccountCheck Check { get; set; } = new(AccountStanding.Open, null, [], null);

    public Action<IServiceCollection> Instead() => services => services.AddSingleton(new Networks([this, new RecordingNetwork("sandbox")]));

    /// <summary>Somebody posts with the network's own app.</summary>
    public ListedPost PostPast(Account account, string text, DateTimeOffset at, params string[] alts)
    {
        var post = new ListedPost(new RemoteRef($"urn:{Guid.NewGuid():N}", $"https://network.example/{Posts.Count}", "1"), text, alts, at) { Edition = "1" };
        Posts.Add((account.Id.ToString(), post));
        return post;
    }

    /// <summary>Somebody edits with the network's own app.</summary>
    public void EditPast(string id, Func<ListedPost, ListedPost> change)
    {
        var at = Posts.FindIndex(post => post.Post.Remote.Id == id);
        var edition = $"edit-{++edits}";
        Posts[at] = (Posts[at].Account, change(Posts[at].Post) with { Edition = edition, Remote = Posts[at].Post.Remote with { Version = edition } });
    }

    public void DeletePast(string id) => Posts.RemoveAll(post => post.Post.Remote.Id == id);

    /// <summary>As a network says that charges for reading.</summary>
    public TimeSpan? ReadEvery { get; set; }

    public ChannelDescription Describe() => new(name, name, mode, 4, 1_000_000, "Nothing: a fake for tests.") { ReadEvery = ReadEvery, Takes = Takes };

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => [new("characters", text.Length, 5_000)];

    public Rendering Render(PostContent content, ServerLimits? limits = null) => new(content.Text, null, [], Measure(content.Text));

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => [];

    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop) =>
        Task.FromResult<ConnectOutcome>(new ConnectOutcome.Connected($"{name}:{request.Handle}", request.Handle, null));

    public Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        Calls.Enqueue("publish");
        if (Answer(delivery) is { } told)
            return Task.FromResult(told);
        return Task.FromResult<Outcome>(new Outcome.Accepted(Take(delivery)));
    }

    /// <summary>The post stands, whatever is answered.</summary>
    public RemoteRef Take(Delivery delivery)
    {
        var id = mode == IdempotencyMode.ClientKey ? $"urn:{delivery.Key}" : $"urn:{Guid.NewGuid():N}";
        Assert.DoesNotContain(Posts, post => post.Post.Remote.Id == id);
        var post = Twists(new ListedPost(new RemoteRef(id, $"https://network.example/{Posts.Count}", "1"), delivery.Content.Text, [.. delivery.Content.Media.Select(media => media.Alt)], delivery.CreatedAt) { Edition = "1", ReplyTo = delivery.Content.ReplyTo?.Id });
        Posts.Add((delivery.Account.Id, post));
        return post.Remote;
    }

    public Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop) => Task.FromResult<FindResult>(
        Of(delivery.Account).FirstOrDefault(post => delivery.Standing is { } standing ? post.Remote.Id == standing.Id : post.Remote.Id.EndsWith(delivery.Key, StringComparison.Ordinal)) is { } found
            ? Compare(found, delivery.Content) == Differences.None ? new FindResult.Found(found.Remote) : new FindResult.Ambiguous("It shows something else.")
            : new FindResult.NotFound(mode == IdempotencyMode.ClientKey));

    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    public Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        Calls.Enqueue("list");
        Assert.True(cursor is null || cursors.TryRemove(cursor, out _), $"The cursor {cursor} was never given, or was used before.");
        if (Silent.Contains(account.Id))
            return Task.FromResult<PostPage>(new PostPage.Unavailable(new NetworkEvidence(503, null, "The network is down.")));
        var all = Of(account).Where(post => !Unlisted.Contains(post.Remote.Id)).OrderByDescending(post => post.CreatedAt).ToList();
        var from = cursor is null ? 0 : int.Parse(cursor.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
        var next = from + PageSize < all.Count ? $"{Guid.NewGuid():N}-{from + PageSize}" : null;
        if (next is not null)
            cursors[next] = account.Id;
        return Task.FromResult<PostPage>(new PostPage.Read([.. all.Skip(from).Take(PageSize)], next));
    }

    public Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        Calls.Enqueue($"read {standing.Id}");
        return Task.FromResult<PostReading>(
            Silent.Contains(account.Id) ? new PostReading.Unavailable(new NetworkEvidence(503, null, "The network is down."))
            : Of(account).FirstOrDefault(post => post.Remote.Id == standing.Id) is { } post ? new PostReading.Stands(post) : new PostReading.Gone());
    }

    public Differences Compare(ListedPost shown, PostContent approved) =>
        (shown.Audience is null ? Differences.None : Differences.Audience) | Comparing.Plain(shown, approved);

    public Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        Calls.Enqueue($"delete {standing.Id}");
        Assert.All(Posts.Where(post => post.Post.Remote.Id == standing.Id), post => Assert.Equal(account.Id, post.Account));
        if (Deletes(standing) is { } told)
            return Task.FromResult(told);
        DeletePast(standing.Id);
        return Task.FromResult<Outcome>(new Outcome.Accepted(standing));
    }

    public Task<ResponsesReading> CountAsync(ConnectedAccount account, IReadOnlyList<string> ids, CancellationToken stop)
    {
        Counted.Enqueue(ids);
        Assert.InRange(ids.Count, 1, MostAtOnce);
        return Task.FromResult<ResponsesReading>(Counts is { } counts
            ? new ResponsesReading.Read(counts.Where(count => ids.Contains(count.Key)).ToDictionary())
            : new ResponsesReading.Unavailable(new NetworkEvidence(503, null, "The network is down.")));
    }

    public Task<AccountCheck> CheckAsync(ConnectedAccount account, CancellationToken stop)
    {
        Calls.Enqueue("check");
        return Task.FromResult(Check);
    }

    private IEnumerable<ListedPost> Of(ConnectedAccount account) => Posts.Where(post => post.Account == account.Id).Select(post => post.Post);
}
