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

    public LinkCard? Link { get; init; }

    /// <summary>What the network will do to the post that its author may not expect.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <param name="Alt">What it shows, or null where nobody has said so yet.</param>
public sealed record Picture(string Source, string? Alt);

public sealed record LinkCard(string Host, string Title);
