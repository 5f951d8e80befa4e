namespace Countersign.Standing;

/// <summary>What others did with a post that stands, as its network last counted it. A reading, not an act: not governed. Null for what the network does not count.</summary>
public sealed class PostResponses
{
    public required Guid StandingId { get; init; }

    public long? Likes { get; set; }

    public long? Reposts { get; set; }

    public long? Replies { get; set; }

    public long? Quotes { get; set; }

    /// <summary>When the network said so; it may lag behind what happened by some seconds or more.</summary>
    public DateTimeOffset CountedAt { get; set; }
}
