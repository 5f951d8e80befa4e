using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>What the hub was told of one newsroom's feeds, or of those of all newsrooms together. Not governed: that it was told, or could not be, is an entry.</summary>
public sealed class HubTopic
{
    /// <summary>Also of its job. Follows from the newsroom, so that two nodes cannot make two.</summary>
    public required Guid Id { get; init; }

    /// <summary>Null for all newsrooms together.</summary>
    public required Guid? AccountId { get; init; }

    /// <summary>Digest of what stands there now.</summary>
    public required string Wanted { get; set; }

    /// <summary>Digest of what stood there when the hub was told; null where it never was.</summary>
    public string? Told { get; set; }

    public DateTimeOffset? ToldAt { get; set; }

    /// <summary>How often in a row the hub did not take it.</summary>
    public int Failures { get; set; }

    /// <summary>Why it did not, in a sentence; null where it did.</summary>
    public string? Trouble { get; set; }

    public static Guid IdOf(Guid? newsroom) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"hub topic {newsroom}")).AsSpan(0, 16));
}

/// <summary>The hub took that a newsroom has news. The subject is the newsroom, or the organisation where it is about all newsrooms together.</summary>
/// <param name="Hub">Where it is; the settings name it.</param>
/// <param name="Tries">How often it was told before it took it, that time included.</param>
public sealed record HubTold(Guid? Newsroom, string Hub, int Tries) : DomainEvent
{
    public override string Act => Newsroom is null ? "organisation.hub-told" : "account.hub-told";

    public override JsonObject Facts => new() { ["hub"] = Hub, ["tries"] = Tries };
}

/// <summary>The hub did not take that there is news. Recorded once for each piece of news; it is told again until it does.</summary>
public sealed record HubSilent(Guid? Newsroom, string Hub, string Code) : DomainEvent
{
    public override string Act => Newsroom is null ? "organisation.hub-silent" : "account.hub-silent";

    public override string Why => Code;

    public override JsonObject Facts => new() { ["hub"] = Hub };
}

internal sealed class HubTopicMapping : IEntityTypeConfiguration<HubTopic>
{
    public void Configure(EntityTypeBuilder<HubTopic> entity) => entity.ToTable("hub_topic").HasKey(topic => topic.Id);
}

public static class HubTopicTable
{
    extension(CountersignDb db)
    {
        public DbSet<HubTopic> HubTopics => db.Set<HubTopic>();
    }
}
