using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.People;

/// <summary>Whose installation this is; one row.</summary>
public sealed class Organisation : IGoverned
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Invented people and posts, to look around in; every page says so.</summary>
    public required bool IsDemo { get; init; }

    /// <summary>IANA name: "Europe/London". Pages show times in it, and a new post begins with it.</summary>
    public required string Zone { get; set; }

    public required DateTimeOffset SetUpAt { get; init; }

    public int Revision { get; set; }

    public string Object => $"organisation/{Id}";

    public JsonObject State() => new() { ["name"] = Name, ["zone"] = Zone, ["demo"] = IsDemo, ["setUp"] = SetUpAt.ToUnixTimeMilliseconds() };
}

public sealed record OrganisationSetUp : DomainEvent
{
    public override string Act => "organisation.set-up";

    public required Sealed Administrator { get; init; }

    /// <summary>The first administrator, who set it up.</summary>
    public required Guid AdministratorId { get; init; }

    public override IEnumerable<Sealed> Seals => [Administrator];
}

internal sealed class OrganisationMapping : IEntityTypeConfiguration<Organisation>
{
    public void Configure(EntityTypeBuilder<Organisation> entity)
    {
        entity.ToTable("organisation").HasKey(organisation => organisation.Id);
        entity.Ignore(organisation => organisation.Object);
    }
}

public static class OrganisationTable
{
    extension(CountersignDb db)
    {
        public DbSet<Organisation> Organisations => db.Set<Organisation>();
    }
}
