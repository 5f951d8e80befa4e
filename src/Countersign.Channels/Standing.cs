namespace Countersign.Channels;

/// <summary>One page of what stands on an account, newest first.</summary>
public abstract record PostPage
{
    private PostPage()
    {
    }

    /// <param name="Next">Gives the page of older posts; null where there is none.</param>
    public sealed record Read(IReadOnlyList<ListedPost> Posts, string? Next) : PostPage;

    public sealed record Unavailable(Evidence Evidence) : PostPage;
}

/// <summary>A post as the network shows it.</summary>
/// <param name="Alts">The description of each picture: as many as there are pictures.</param>
/// <param name="CreatedAt">By the network's or the writer's clock; null where it cannot be read.</param>
public sealed record ListedPost(RemoteRef Remote, string Text, IReadOnlyList<string> Alts, DateTimeOffset? CreatedAt)
{
    /// <summary>When it was last edited there; null where the network shows no edit. Where it keeps no such mark, an edit shows as another <see cref="RemoteRef.Version"/>.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>True where the network still lists a post that was taken down.</summary>
    public bool Deleted { get; init; }

    /// <summary>The post it answers, by the network's identifier.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Changes exactly when the post does, where the network has such a mark. Null where it has none: then only what is shown tells.</summary>
    public string? Edition { get; init; }

    /// <summary>What the network calls the pictures, where it names them by their bytes; empty where it does not.</summary>
    public IReadOnlyList<string> PictureIds { get; init; } = [];

    public string? ContentWarning { get; init; }

    /// <summary>Who is shown it, in the network's own word; null where everybody is.</summary>
    public string? Audience { get; init; }

    /// <summary>The post it shows inside itself, by the network's identifier.</summary>
    public string? Quotes { get; init; }

    /// <summary>Where its card leads.</summary>
    public string? Link { get; init; }
}

/// <summary>What reading one post gave.</summary>
public abstract record PostReading
{
    private PostReading()
    {
    }

    public sealed record Stands(ListedPost Post) : PostReading;

    /// <summary>The network says that it is not there. Reads lag writes: of a post just made that proves nothing.</summary>
    public sealed record Gone : PostReading;

    public sealed record Unavailable(Evidence Evidence) : PostReading;
}

/// <summary>What looking for a post by its address gave.</summary>
public abstract record FoundPost
{
    private FoundPost()
    {
    }

    /// <param name="Post">With the version that was read, where the network has versions.</param>
    /// <param name="Author">Handle of whoever wrote it.</param>
    public sealed record Stands(ListedPost Post, string Author) : FoundPost;

    /// <summary>The network shows this account no post there.</summary>
    public sealed record NotHere : FoundPost;

    public sealed record Unavailable(Evidence Evidence) : FoundPost;
}

/// <summary>In what a post that stands differs from the approved one.</summary>
[Flags]
public enum Differences
{
    None = 0,
    Words = 1,

    /// <summary>Other pictures, more or fewer.</summary>
    Pictures = 2,
    Descriptions = 4,
    ContentWarning = 8,
    Audience = 16,

    /// <summary>It answers another post, or none, or one where none was meant.</summary>
    ReplyTarget = 32,
    Quote = 64,
    Link = 128,
}

/// <summary>What every network compares alike.</summary>
public static class Comparing
{
    /// <summary>For a network that says nothing of its own: line ends and space around the text do not tell two posts apart.</summary>
    public static Differences Plain(ListedPost shown, PostContent approved) =>
        Words(Normal(shown.Text), Normal(approved.Text))
        | Pictures(shown, approved, [])
        | (shown.ReplyTo is null == approved.ReplyTo is null ? Differences.None : Differences.ReplyTarget);

    internal static Differences Words(string shown, string approved) => shown == approved ? Differences.None : Differences.Words;

    /// <param name="ids">What the network would call the approved pictures; empty where it does not name them by their bytes.</param>
    internal static Differences Pictures(ListedPost shown, PostContent approved, IReadOnlyList<string> ids) =>
        shown.Alts.Count != approved.Media.Count || !shown.PictureIds.SequenceEqual(ids) ? Differences.Pictures
        : shown.Alts.SequenceEqual(approved.Media.Select(media => media.Alt)) ? Differences.None
        : Differences.Descriptions;

    private static string Normal(string text) => text.ReplaceLineEndings("\n").Trim();
}

/// <summary>How an account is. What was not asked or not answered is null or empty.</summary>
/// <param name="EndsAt">When what opens it ends and somebody has to connect it again, where the network says so. What renews itself does not end.</param>
/// <param name="Missing">What it may not do any more, in the network's own words.</param>
/// <param name="Quota">What may still be sent, as far as the network says.</param>
public sealed record AccountCheck(AccountStanding Standing, DateTimeOffset? EndsAt, IReadOnlyList<string> Missing, RateLimit? Quota, Evidence? Evidence = null);

public enum AccountStanding
{
    Open,

    /// <summary>What opened it is worth nothing any more: somebody must connect it again.</summary>
    Closed,

    /// <summary>The network has restricted it, or it may not do what posting needs.</summary>
    Restricted,

    /// <summary>The network did not say.</summary>
    Unanswered,
}
