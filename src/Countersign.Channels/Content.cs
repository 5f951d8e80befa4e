namespace Countersign.Channels;

/// <param name="Unit">What is counted: "characters", "bytes".</param>
/// <param name="Used">How much of the limit the text uses.</param>
/// <param name="Limit">The most the network takes; null where it sets none.</param>
public sealed record TextCount(string Unit, int Used, int? Limit)
{
    public bool Over => Used > Limit;
}

/// <summary>A post as one network will show it.</summary>
/// <param name="Text">The text, unchanged: what was approved is what is sent.</param>
/// <param name="FoldAt">Index in <paramref name="Text"/> (UTF-16) where the network hides the rest behind "more"; null where it shows everything.</param>
/// <param name="Links">What becomes a link, in order, not overlapping.</param>
/// <param name="Counts">The text measured.</param>
public sealed record Rendering(string Text, int? FoldAt, IReadOnlyList<RenderedLink> Links, IReadOnlyList<TextCount> Counts);

/// <param name="Start">First character of the link in the text (UTF-16 index).</param>
/// <param name="End">The index after its last character.</param>
public sealed record RenderedLink(int Start, int End, string Target);

/// <summary>Why a network would refuse a post.</summary>
public sealed record Objection(RejectKind Kind, string Sentence);

/// <summary>What goes out: the approved words and pictures, nothing else.</summary>
public sealed record PostContent(string Text, IReadOnlyList<PostMedia> Media, string Language = "en-GB")
{
    public static readonly PostContent Empty = new("", []);

    /// <summary>The post it answers; null for one that stands by itself. With a version, only that version is answered.</summary>
    public RemoteRef? ReplyTo { get; init; }

    /// <summary>Which part of a thread it is. Every part but the first answers the part before it.</summary>
    public ThreadPart? Part { get; init; }

    /// <summary>The post it shows inside itself. With a version, only that version: the words of others were part of what was approved.</summary>
    public RemoteRef? Quotes { get; init; }

    /// <summary>What readers see before they choose to see the post.</summary>
    public string? ContentWarning { get; init; }

    public Visibility Visibility { get; init; }

    /// <summary>The card of a link, as it was approved; the network is not asked to make one of its own.</summary>
    public LinkPreview? Preview { get; init; }
}

/// <param name="Number">From 1.</param>
public sealed record ThreadPart(int Number, int Of);

/// <summary>Who is shown a post.</summary>
public enum Visibility
{
    Everybody,

    /// <summary>Everybody who has the address, but in no public list.</summary>
    Unlisted,
    Followers,
}

public sealed record LinkPreview(Uri Target, string Title, string Description, PostMedia? Picture);

/// <param name="Sha256">Lower-case hex of the bytes: what the approval covers.</param>
/// <param name="Alt">What the picture shows, for those who cannot see it.</param>
public sealed record PostMedia(string Sha256, string ContentType, int Width, int Height, string Alt, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Somebody said why it needs no description, and somebody else signed that: its <see cref="Alt"/> may be empty.</summary>
    public bool AltWaived { get; init; }
}
