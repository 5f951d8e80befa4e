namespace Countersign.Web.Shared.Words;

/// <summary>One post as one account will show it.</summary>
/// <param name="Account">The account's name, as its readers see it.</param>
/// <param name="Line">What stands under the name: the handle, the time.</param>
public sealed record RenderView(string Network, string Account, string Line, string Text)
{
    public IReadOnlyList<MarkedSpan> Spans { get; init; } = [];

    /// <summary>Where the network folds the text behind "more", in UTF-16 units; null where it shows it whole.</summary>
    public int? FoldAt { get; init; }

    /// <summary>Where the text passes the network's limit, in UTF-16 units; null where it does not.</summary>
    public int? OverFrom { get; init; }

    /// <summary>Length and limit as this network counts, in its own unit.</summary>
    public int Count { get; init; }

    public int? Limit { get; init; }

    /// <summary>How it counts, where that needs saying: "a link counts as 23".</summary>
    public string? CountNote { get; init; }

    public IReadOnlyList<Picture> Pictures { get; init; } = [];

    public CardView? Link { get; init; }

    /// <summary>What readers see before they choose to see the post.</summary>
    public string? ContentWarning { get; init; }

    /// <summary>"Followers only"; null where everybody sees it.</summary>
    public string? Readers { get; init; }

    /// <summary>The other post: "Answers northgate.example", whose it is, its words.</summary>
    public OtherPost? Other { get; init; }

    /// <summary>The further parts of the thread, then the first comment.</summary>
    public IReadOnlyList<FollowingView> Following { get; init; } = [];

    /// <summary>"Part 1 of 3"; null of a post by itself.</summary>
    public string? Part { get; init; }

    /// <summary>What the network will do to the post that its author may not expect.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <param name="Alt">What it shows, or null where nobody has said so yet.</param>
/// <param name="NoAlt">Why it needs no words, where its author says so.</param>
public sealed record Picture(string Source, string? Alt, string? NoAlt = null);

public sealed record CardView(string Host, string Title)
{
    public string? Description { get; init; }

    /// <summary>Where the address leads, in full.</summary>
    public string? Address { get; init; }

    public Picture? Picture { get; init; }
}

/// <param name="Whole">The post is nothing but the other one.</param>
public sealed record OtherPost(string Heading, string Text, string? Address, bool Whole);

/// <summary>A post that follows another.</summary>
/// <param name="Name">"Part 2 of 3", "First comment".</param>
public sealed record FollowingView(string Name, string Text, IReadOnlyList<MarkedSpan> Spans, int Count, int? Limit);
