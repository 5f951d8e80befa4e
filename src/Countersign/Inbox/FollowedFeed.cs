using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Inbox;

public enum FeedState
{
    Followed,

    /// <summary>Its server says that there will be no more of it.</summary>
    Ended,

    /// <summary>Nobody here wants it any more.</summary>
    Left,
}

/// <summary>Somebody else's feed that is read here. Its address and title are public and so stand in the ledger as they are.</summary>
public sealed class FollowedFeed : IGoverned
{
    public required Guid Id { get; init; }

    public required string Address { get; set; }

    public required string Title { get; set; }

    /// <summary>What the people here follow it for: "Shipping". Empty where they did not say.</summary>
    public required string Theme { get; set; }

    public FeedState State { get; set; }

    public required DateTimeOffset FollowedAt { get; set; }

    public required Guid FollowedBy { get; set; }

    public int Revision { get; set; }

    /// <summary>The version that was read last, as its server calls it.</summary>
    public string? ETag { get; set; }

    public DateTimeOffset? ModifiedAt { get; set; }

    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>Why it could not be read the last time, in a sentence; null where it could.</summary>
    public string? Trouble { get; set; }

    /// <summary>How often in a row it could not be read.</summary>
    public int Failures { get; set; }

    public string Object => $"source/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(ETag), nameof(ModifiedAt), nameof(ReadAt), nameof(Trouble), nameof(Failures)];

    JsonObject IGoverned.State() => new()
    {
        ["address"] = Address,
        ["title"] = Title,
        ["theme"] = Theme,
        ["state"] = State.ToString(),
        ["followedAt"] = FollowedAt.ToUnixTimeMilliseconds(),
        ["followedBy"] = FollowedBy.ToString(),
    };
}

/// <summary>An item of a feed, as plain text. Not governed: it is what others wrote, and they may change it.</summary>
public sealed class FeedEntry
{
    public required Guid Id { get; init; }

    public required Guid FeedId { get; init; }

    /// <summary>What tells it from every other item of its feed.</summary>
    public required string Key { get; set; }

    public required string Title { get; set; }

    public required string Text { get; set; }

    public string? Author { get; set; }

    public string? Link { get; set; }

    /// <summary>When it appeared, by its feed; where that does not say, when it was first seen here.</summary>
    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When an edit of it was seen here; null where none was.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    public required string Hash { get; set; }
}

public sealed record FeedFollowed : DomainEvent
{
    public override string Act => "source.followed";
}

/// <summary>Its server says that it has another address for good.</summary>
public sealed record FeedMoved : DomainEvent
{
    public override string Act => "source.moved";
}

public sealed record FeedEnded : DomainEvent
{
    public override string Act => "source.ended";
}

public sealed record FeedLeft : DomainEvent
{
    public override string Act => "source.left";
}

internal sealed class FeedMapping : IEntityTypeConfiguration<FollowedFeed>, IEntityTypeConfiguration<FeedEntry>
{
    public void Configure(EntityTypeBuilder<FollowedFeed> entity)
    {
        entity.ToTable("followed_feed").HasKey(feed => feed.Id);
        entity.Property(feed => feed.ETag).HasColumnName("etag");
        entity.Ignore(feed => feed.Object).Ignore(feed => feed.Unrecorded);
    }

    public void Configure(EntityTypeBuilder<FeedEntry> entity)
    {
        entity.ToTable("feed_entry").HasKey(entry => entry.Id);
        entity.HasOne<FollowedFeed>().WithMany().HasForeignKey(entry => entry.FeedId);
    }
}

public static class FeedTables
{
    extension(CountersignDb db)
    {
        public DbSet<FollowedFeed> FollowedFeeds => db.Set<FollowedFeed>();

        public DbSet<FeedEntry> FeedEntries => db.Set<FeedEntry>();
    }
}
