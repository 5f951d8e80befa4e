using System.Collections.Concurrent;
using Countersign.Channels.Shelf;

namespace Countersign.Channels.Tests.Shelf;

/// <summary>A shelf that lasts as long as the test.</summary>
internal sealed class MemoryShelf : IShelf
{
    private readonly ConcurrentDictionary<string, ShelfPost> posts = new();

    public IEnumerable<ShelfPost> Posts => posts.Values;

    /// <summary>True for a store that keeps the post and fails before it says so.</summary>
    public bool LosesAnswers { get; init; }

    public Task<ShelfAnswer> PutAsync(ShelfPost post, CancellationToken stop)
    {
        var standing = posts.GetOrAdd(post.Key, post);
        return LosesAnswers ? throw new TimeoutException("The store went away.")
            : Task.FromResult(standing.IsSameAs(post) ? ShelfAnswer.Stands : ShelfAnswer.Conflict);
    }

    public Task<ShelfPost?> FindAsync(string key, CancellationToken stop) => Task.FromResult(posts.GetValueOrDefault(key));

    public Task<IReadOnlyList<ShelfPost>> ListAsync(string accountId, string? before, int most, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<ShelfPost>>([.. posts.Values
            .Where(post => post.AccountId == accountId && (before is null || string.CompareOrdinal(post.Key, before) < 0))
            .OrderByDescending(post => post.Key, StringComparer.Ordinal).Take(most)]);

    public Task RemoveAsync(string key, CancellationToken stop)
    {
        posts.TryRemove(key, out _);
        return Task.CompletedTask;
    }
}
