using System.Data.Common;
using Countersign.Channels.Text;

namespace Countersign.Channels.Shelf;

/// <summary>A network of our own: its posts stand on a shelf kept by the host, under the delivery's key.</summary>
public abstract class ShelfChannel : IChannel, IMeasure, IRender, IValidate, IConnect, IPublish, IFind, IMintKeys
{
    /// <summary>Characters in an account's name.</summary>
    private const int MaxNameCharacters = 60;

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
                ? new Outcome.Accepted(Reference(delivery))
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
                var standing when standing.IsSameAs(Post(delivery)) => new FindResult.Found(Reference(delivery)),
                _ => new FindResult.Ambiguous("Under this post's key stands a post with other words or pictures than those approved."),
            };
        }
        catch (Exception e) when (IsFault(e))
        {
            return new FindResult.Unavailable(new(null, e.GetType().Name, "The store could not be read."));
        }
    }

    private static bool IsGood(string name) =>
        name.Length is > 0 and <= MaxNameCharacters && name[0] != '-' && name[^1] != '-' && !reserved.Contains(name, StringComparer.Ordinal)
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static bool IsFault(Exception e) => e is DbException or IOException or TimeoutException or OperationCanceledException;

    private static ShelfPost Post(Delivery delivery) => new(delivery.Key, delivery.Account.Id, delivery.Content, delivery.CreatedAt);

    private RemoteRef Reference(Delivery delivery) => new("urn:uuid:" + delivery.Key, new Uri(pages, delivery.Key).AbsoluteUri);
}
