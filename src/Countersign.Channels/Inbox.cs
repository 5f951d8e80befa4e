namespace Countersign.Channels;

/// <summary>What an inbox can hold. Each kind is read with a cursor of its own: one for all would hide what comes late.</summary>
public enum InboxKind
{
    Comment,
    Mention,
    Reply,
    Direct,
    Review,

    /// <summary>Somebody shows a post of ours with words of their own, to their own readers.</summary>
    Quote,
}

/// <summary>Some of what others wrote to an account, oldest first. A network that lists from the newest gives what waits in several such pages, the newest page first.</summary>
public abstract record InboxPage
{
    private InboxPage()
    {
    }

    /// <param name="Items">May hold some that were read before: they are told apart by their identifier, and by their edition where they changed.</param>
    /// <param name="Cursor">For the next read; never null, because there is always a next time.</param>
    /// <param name="IsComplete">False where more is waiting to be read now.</param>
    public sealed record Read(IReadOnlyList<InboxItem> Items, string Cursor, bool IsComplete) : InboxPage;

    public sealed record Unavailable(Evidence Evidence) : InboxPage;
}

/// <summary>What somebody wrote to an account.</summary>
/// <param name="Text">As plain text; never to be shown as anything else.</param>
/// <param name="At">By the network's clock.</param>
public sealed record InboxItem(RemoteRef Remote, InboxKind Kind, string Text, DateTimeOffset? At)
{
    /// <summary>Changes when the message does, where the network has such a mark. Null where it has none: then only the words tell.</summary>
    public string? Edition { get; init; }

    /// <summary>By the network's identifier; null for somebody without an account there.</summary>
    public string? AuthorId { get; init; }

    /// <summary>As they call themselves. Nobody has checked it.</summary>
    public string AuthorName { get; init; } = "";

    /// <summary>How they are addressed there, without the @; null where the network has no such names. It may change hands: <see cref="AuthorId"/> does not.</summary>
    public string? AuthorHandle { get; init; }

    /// <summary>True where the account itself wrote it, here or on the network's own page.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The post it is written under, by the network's identifier.</summary>
    public string? About { get; init; }

    /// <summary>What it answers, by the network's identifier.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>As the writer or the network says, in the form of BCP 47; null where neither does.</summary>
    public string? Language { get; init; }

    /// <summary>Who else may read it, in the network's word; null where everybody may.</summary>
    public string? Audience { get; init; }

    /// <summary>Where its writer made words into links; the target may be quite another than the words say.</summary>
    public IReadOnlyList<RenderedLink> Links { get; init; } = [];

    public IReadOnlyList<InboxMedia> Media { get; init; } = [];

    public InboxState State { get; init; }
}

/// <summary>A picture, film or file that came with a message. Nothing of it has been fetched.</summary>
/// <param name="Address">Where the network says that it is: a stranger's word, to be fetched by <see cref="Web.SafeFetcher"/> alone. Null where it did not say.</param>
/// <param name="ContentType">As the network says; null where it does not.</param>
/// <param name="Alt">As its writer described it; empty where they did not.</param>
public sealed record InboxMedia(string? Address, string? ContentType, string Alt);

/// <summary>What reading some messages again gave.</summary>
public abstract record InboxRecheck
{
    private InboxRecheck()
    {
    }

    /// <param name="Shown">As they are now.</param>
    /// <param name="Gone">By the network's identifier: those that the account is not shown any more, because they were taken down, or their writer is gone or blocked.</param>
    public sealed record Read(IReadOnlyList<InboxItem> Shown, IReadOnlyList<string> Gone) : InboxRecheck;

    public sealed record Unavailable(Evidence Evidence) : InboxRecheck;
}

public enum InboxState
{
    Shown,

    /// <summary>The network shows it to nobody until somebody lets it through.</summary>
    Held,
    Spam,
    Removed,
}
