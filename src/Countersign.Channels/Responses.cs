namespace Countersign.Channels;

/// <summary>What others did with a post, as its network counts it for readers. Null for what the network does not count: that is not none.</summary>
public sealed record Responses(long? Likes, long? Reposts, long? Replies, long? Quotes);

/// <summary>What counting gave.</summary>
public abstract record ResponsesReading
{
    private ResponsesReading()
    {
    }

    /// <param name="Posts">By the network's identifier. A post that its readers are not shown, or not yet, is left out.</param>
    public sealed record Read(IReadOnlyDictionary<string, Responses> Posts) : ResponsesReading;

    public sealed record Unavailable(Evidence Evidence) : ResponsesReading;
}

/// <summary>Counts what others did with posts that stand. Reads only.</summary>
public interface ICountResponses
{
    /// <summary>Posts of one call.</summary>
    int MostAtOnce { get; }

    /// <param name="ids">Of posts of the account, at most <see cref="MostAtOnce"/>.</param>
    Task<ResponsesReading> CountAsync(ConnectedAccount account, IReadOnlyList<string> ids, CancellationToken stop);
}
