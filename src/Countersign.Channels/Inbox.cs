namespace Countersign.Channels;

/// <summary>What an inbox can hold. Each kind is read with a cursor of its own: one for all would hide what comes late.</summary>
public enum InboxKind
{
    Comment,
    Mention,
    Reply,
    Direct,
    Review,
}

/// <summary>Some of what others wrote to an account, oldest first.</summary>
public abstract record InboxPage
{
    private InboxPage()
    {
    }

    /// <param name="Items">May hold some that were read before: they are told apart by their identifier, and by their version where they changed.</param>
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
    /// <summary>By the network's identifier; null for somebody without an account there.</summary>
    public string? AuthorId { get; init; }

    /// <summary>As they call themselves. Nobody has checked it.</summary>
    public string AuthorName { get; init; } = "";

    /// <summary>True where the account itself wrote it, here or on the network's own page.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The post it is written under, by the network's identifier.</summary>
    public string? About { get; init; }

    /// <summary>What it answers, by the network's identifier.</summary>
    public string? ReplyTo { get; init; }

    public InboxState State { get; init; }
}

public enum InboxState
{
    Shown,

    /// <summary>The network shows it to nobody until somebody lets it through.</summary>
    Held,
    Spam,
    Removed,
}
