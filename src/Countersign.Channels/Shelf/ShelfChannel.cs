using System.Data.Common;
using Countersign.Channels.Text;

namespace Countersign.Channels.Shelf;

/// <summary>A network of our own: its posts stand on a shelf kept by the host, under the delivery's key.</summary>
public abstract class ShelfChannel : IChannel, IMeasure, IRender, IValidate, IConnect, IPublish, IFind, IDelete, IListPosts, IReadPost, ICompare, IMintKeys
{
    /// <summary>Characters in an account's name.</summary>
    private const int MaxNameCharacters = 60;

    /// <summary>Posts of one page of a list.</summary>
    private const int PageSize = 100;

    private const string Identifier = "urn:uuid:";

    /// <summary>First parts of addresses that are not an account's.</summary>
    private static readonly string[] reserved = ["posts", "media"];

    private readonly ChannelDescription description;
    private readonly int maxCharacters;
    private readonly int foldAt;
    private readonly IShelf shelf;
    private readonly Uri pages;

    /// <param name="maxCharacters">The longest text, in characters as a reader counts them.</param>
    /// <param name="foldAt">Characters shown before "more".</param>
    /// <param name="pages">The folder of the posts' pages, ending with a slash; a post's page is its key below it.</param>
    private protected ShelfChannel(ChannelDescription description, int maxCharacters, int foldAt, IShelf shelf, Uri pages)
    {
        if (!pages.IsAbsoluteUri || !pages.AbsolutePath.EndsWith('/'))
            throw new ArgumentException("Give the folder of the pages as an absolute address that ends with a slash.", nameof(pages));
        (this.description, this.maxCharacters, this.foldAt, this.shelf, this.pages) = (description, maxCharacters, foldAt, shelf, pages);
    }

    public ChannelDescription Describe() => description;

    public IReadOnlyList<TextCount> Measure(string text, ServerLimits? limits = null) => [new("characters", Graphemes.Count(text), maxCharacters)];

    public Rendering Render(PostContent content, ServerLimits? limits = null) =>
        new(content.Text, Graphemes.EndOf(content.Text, foldAt), Links.In(content.Text), Measure(content.Text));

    public IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits = null) => Objections.Against(content, description, Measure(content.Text));

    /// <summary>A UUID of version 7: in order of time, and good for an address as for a feed's permanent id.</summary>
    public string Mint(DateTimeOffset at) => Guid.CreateVersion7(at).ToString();

    /// <summary>Any name opens an account here: there is nobody else to ask. It stands in addresses, so capitals become small and only what every address takes is taken.</summary>
    public Task<ConnectOutcome> ConnectAsync(ConnectRequest request, CancellationToken stop)
    {
        var name = request.Handle.Trim().ToLowerInvariant();
        return Task.FromResult<ConnectOutcome>(IsGood(name)
            ? new ConnectOutcome.Connected($"{description.Name}:{name}", name, name)
            : new ConnectOutcome.Refused("bad-name", $"This name stands in addresses. Use letters from a to z, digits and hyphens, {MaxNameCharacters} at most, such as press-office; not {string.Join(" or ", reserved)}."));
    }

    public async Task<Outcome> PublishAsync(Delivery delivery, CancellationToken stop)
    {
        if (!Guid.TryParseExact(delivery.Key, "D", out _))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The delivery's key is no key of this network."));
        // A network refuses what breaks its rules even if nobody asked it before.
        if (Validate(delivery.Content) is [var objection, ..])
            return new Outcome.Rejected(objection.Kind, new(null, null, objection.Sentence));

        try
        {
            return await shelf.PutAsync(Post(delivery), stop) == ShelfAnswer.Stands
                ? new Outcome.Accepted(Reference(delivery.Key))
                : new Outcome.Unknown(new(null, "Conflict", "Another post stands under this post's key."));
        }
        catch (Exception e) when (IsFault(e))
        {
            return new Outcome.Unknown(new(null, e.GetType().Name, "The store failed before it said whether the post stands."));
        }
    }

    public async Task<FindResult> FindAsync(Delivery delivery, CancellationToken stop)
    {
        try
        {
            return await shelf.FindAsync(delivery.Key, stop) switch
            {
                null => new FindResult.NotFound(Conclusive: true),
                var standing when standing.IsSameAs(Post(delivery)) => new FindResult.Found(Reference(delivery.Key)),
                _ => new FindResult.Ambiguous("Under this post's key stands a post with other words or pictures than those approved."),
            };
        }
        catch (Exception e) when (IsFault(e))
        {
            return new FindResult.Unavailable(new(null, e.GetType().Name, "The store could not be read."));
        }
    }

    /// <summary>Repeatable: what is off the shelf already was taken down.</summary>
    public async Task<Outcome> DeleteAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        if (KeyOf(standing) is not { } key)
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The post's identifier is none of this network."));
        try
        {
            if (await shelf.FindAsync(key, stop) is { } post && post.AccountId != account.Id)
                return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "That is no post of this account."));
            await shelf.RemoveAsync(key, stop);
            return new Outcome.Accepted(standing);
        }
        catch (Exception e) when (IsFault(e))
        {
            return new Outcome.Unknown(new(null, e.GetType().Name, "The store failed before it said whether the post is gone."));
        }
    }

    public async Task<PostPage> ListAsync(ConnectedAccount account, string? cursor, CancellationToken stop)
    {
        try
        {
            var posts = await shelf.ListAsync(account.Id, cursor, PageSize, stop);
            return new PostPage.Read([.. posts.Select(Listed)], posts.Count == PageSize ? posts[^1].Key : null);
        }
        catch (Exception e) when (IsFault(e))
        {
            return new PostPage.Unavailable(new(null, e.GetType().Name, "The store could not be read."));
        }
    }

    public async Task<PostReading> ReadAsync(ConnectedAccount account, RemoteRef standing, CancellationToken stop)
    {
        try
        {
            return KeyOf(standing) is { } key && await shelf.FindAsync(key, stop) is { } post && post.AccountId == account.Id ? new PostReading.Stands(Listed(post)) : new PostReading.Gone();
        }
        catch (Exception e) when (IsFault(e))
        {
            return new PostReading.Unavailable(new(null, e.GetType().Name, "The store could not be read."));
        }
    }

    public Differences Compare(ListedPost shown, PostContent approved) =>
        Comparing.Words(shown.Text, approved.Text) | Comparing.Pictures(shown, approved, [.. approved.Media.Select(media => media.Sha256)])
        | (shown.ReplyTo == approved.ReplyTo?.Id ? Differences.None : Differences.ReplyTarget);

    private ListedPost Listed(ShelfPost post) => new(Reference(post.Key), post.Content.Text, [.. post.Content.Media.Select(media => media.Alt)], post.CreatedAt)
    {
        PictureIds = [.. post.Content.Media.Select(media => media.Sha256)],
        ReplyTo = post.Content.ReplyTo?.Id,
    };

    private static string? KeyOf(RemoteRef standing) => standing.Id.StartsWith(Identifier, StringComparison.Ordinal) ? standing.Id[Identifier.Length..] : null;

    private static bool IsGood(string name) =>
        name.Length is > 0 and <= MaxNameCharacters && name[0] != '-' && name[^1] != '-' && !reserved.Contains(name, StringComparer.Ordinal)
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static bool IsFault(Exception e) => e is DbException or IOException or TimeoutException or OperationCanceledException;

    private static ShelfPost Post(Delivery delivery) => new(delivery.Key, delivery.Account.Id, delivery.Content, delivery.CreatedAt);

    private RemoteRef Reference(string key) => new(Identifier + key, new Uri(pages, key).AbsoluteUri);
}
