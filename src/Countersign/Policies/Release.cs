using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Screening;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Policies;

/// <summary>One immutable set of packs as it took effect, kept whole so that any decision can be explained and replayed years later.</summary>
public sealed class Release : IGoverned
{
    /// <summary>From 1, without gaps.</summary>
    public required int Number { get; init; }

    /// <summary>SHA-256 over the rules, lower-case hex.</summary>
    public required string Digest { get; init; }

    public required DateTimeOffset EffectiveFrom { get; init; }

    public required Guid IssuedBy { get; init; }

    public required IReadOnlyList<PolicyFile> Files { get; init; }

    public int Revision { get; set; }

    public string Object => $"release/{Number}";

    public JsonObject State() => new()
    {
        ["number"] = Number,
        ["digest"] = Digest,
        ["from"] = EffectiveFrom.ToUnixTimeMilliseconds(),
        ["issuedBy"] = IssuedBy.ToString(),
        ["files"] = Fingerprint.Of(string.Concat(Files.Select(file => $"{file.Path}\n{Fingerprint.Of(file.Yaml)}\n"))),
    };
}

public sealed record ReleaseIssued : DomainEvent
{
    public override string Act => "release.issued";

    public required int Number { get; init; }

    public override JsonObject Facts => new() { ["number"] = Number };
}

internal sealed class ReleaseMapping : IEntityTypeConfiguration<Release>
{
    public void Configure(EntityTypeBuilder<Release> entity)
    {
        entity.ToTable("policy_release").HasKey(release => release.Number);
        entity.Property(release => release.Number).ValueGeneratedNever();
        entity.Property(release => release.Files).HasJson();
        entity.Ignore(release => release.Object);
    }
}

public static class PolicyTables
{
    extension(CountersignDb db)
    {
        public DbSet<Release> Releases => db.Set<Release>();
    }
}
