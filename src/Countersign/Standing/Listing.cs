using Countersign.Channels;

namespace Countersign.Standing;

/// <summary>What one reading of an account gave, newest first.</summary>
/// <param name="ToTheEnd">Nothing older stands there than what was read.</param>
/// <param name="Reached">Read as far back as was asked, or to the end.</param>
/// <param name="Why">What kept the reading from going on; null where nothing did.</param>
public sealed record Listing(IReadOnlyList<ListedPost> Posts, bool ToTheEnd, bool Reached, string? Why)
{
    public DateTimeOffset? Oldest => Posts.Select(post => post.CreatedAt).Min();

    public DateTimeOffset? Newest => Posts.Select(post => post.CreatedAt).Max();

    /// <summary>True where a post of this time would have been among those read: they are the newest without a gap, however far they go.</summary>
    public bool Covers(DateTimeOffset? createdAt) => ToTheEnd || createdAt > Oldest;

    /// <param name="since">How far back; null for everything.</param>
    public static async Task<Listing> ReadAsync(IListPosts network, ConnectedAccount account, DateTimeOffset? since, int pages, CancellationToken stop)
    {
        List<ListedPost> posts = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var page = 0; page < pages; page++)
        {
            var answer = await network.ListAsync(account, cursor, stop);
            if (answer is not PostPage.Read read)
                return new Listing(posts, false, false, (answer as PostPage.Unavailable)?.Evidence.Note ?? "The network did not list the account’s posts.");
            posts.AddRange(read.Posts.Where(post => seen.Add(post.Remote.Id)));
            if (read.Next is null)
                return new Listing(posts, true, true, null);
            if (since is { } until && read.Posts.Count > 0 && read.Posts.All(post => post.CreatedAt < until))
                return new Listing(posts, false, true, null);
            cursor = read.Next;
        }

        return new Listing(posts, false, false, null);
    }
}
