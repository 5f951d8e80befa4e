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
}

/// <summary>How an account is. What was not asked or not answered is null or empty.</summary>
/// <param name="EndsAt">When what opens it ends, where the network says so.</param>
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
