namespace Countersign.Channels.Shelf;

/// <summary>Where the posts of a network of our own stand. The host keeps it in its database; one shelf per network.</summary>
public interface IShelf
{
    /// <summary>Puts a post on the shelf, at most once per key. May throw when the store fails: whether the post stands is then unknown.</summary>
    Task<ShelfAnswer> PutAsync(ShelfPost post, CancellationToken stop);

    /// <returns>Null when nothing stands under the key.</returns>
    Task<ShelfPost?> FindAsync(string key, CancellationToken stop);

    /// <summary>What stands for an account, newest first.</summary>
    /// <param name="before">The key that the last page ended with; null for the newest.</param>
    Task<IReadOnlyList<ShelfPost>> ListAsync(string accountId, string? before, int most, CancellationToken stop);

    /// <summary>Takes a post off the shelf; one that is not there is off it.</summary>
    Task RemoveAsync(string key, CancellationToken stop);
}

/// <param name="Key">A UUID: the delivery's key.</param>
public sealed record ShelfPost(string Key, string AccountId, PostContent Content, DateTimeOffset CreatedAt)
{
    /// <summary>True when it is the same post of the same account: text, language, what it answers, and each picture with its description. Pictures are compared by hash.</summary>
    public bool IsSameAs(ShelfPost other) =>
        Key == other.Key && AccountId == other.AccountId
        && Content.Text == other.Content.Text && Content.Language == other.Content.Language && Content.ReplyTo?.Id == other.Content.ReplyTo?.Id
        && Content.Media.Select(Shown).SequenceEqual(other.Content.Media.Select(Shown));

    private static (string, string, string) Shown(PostMedia media) => (media.Sha256, media.ContentType, media.Alt);
}

public enum ShelfAnswer
{
    /// <summary>The post stands there, from now on or already.</summary>
    Stands,

    /// <summary>Another post stands under this key and was left as it is.</summary>
    Conflict,
}
