using System.Text.Json;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>What a campaign is called and what it is for; sealed as one.</summary>
public sealed record CampaignDetails(string Name, string Objective)
{
    internal string Write() => JsonSerializer.Serialize(this, JsonColumn.Options);
}

/// <summary>What somebody says of a campaign.</summary>
/// <param name="Begins">First day, "2026-11-12"; null where it has none.</param>
/// <param name="Sites">Where it runs; none for the whole organisation.</param>
public sealed record CampaignPlan(CampaignDetails Details, string? Begins, string? Ends, UtmTags Tags, IReadOnlyList<Guid> Sites, Guid Owner);

/// <summary>Posts that serve one purpose in one time, and the tags by which visits from their links are told.</summary>
public sealed class Campaign : IGoverned
{
    public const int MaxName = 120;

    private static readonly Role[] planners = [Role.Author, Role.Brand, Role.Comms];

    public required Guid Id { get; init; }

    public required CampaignDetails Details { get; set; }

    public required string DetailsCommitment { get; set; }

    public string? Begins { get; set; }

    public string? Ends { get; set; }

    public required string UtmSource { get; set; }

    public required string UtmMedium { get; set; }

    public required string UtmCampaign { get; set; }

    public IReadOnlyList<Guid> SiteIds { get; set; } = [];

    public required Guid OwnerId { get; set; }

    /// <summary>No new post joins it.</summary>
    public bool Closed { get; set; }

    public required Guid AddedBy { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    public required Guid ChangedBy { get; set; }

    public required DateTimeOffset ChangedAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"campaign/{Id}";

    public UtmTags Tags => new(UtmSource, UtmMedium, UtmCampaign);

    public CampaignPlan Plan => new(Details, Begins, Ends, Tags, SiteIds, OwnerId);

    JsonObject IGoverned.State() => new()
    {
        ["details"] = DetailsCommitment,
        ["begins"] = Begins,
        ["ends"] = Ends,
        ["utmSource"] = UtmSource,
        ["utmMedium"] = UtmMedium,
        ["utmCampaign"] = UtmCampaign,
        ["sites"] = new JsonArray([.. SiteIds.Select(id => (JsonNode)id.ToString())]),
        ["owner"] = OwnerId.ToString(),
        ["closed"] = Closed,
        ["addedBy"] = AddedBy.ToString(),
        ["addedAt"] = AddedAt.ToUnixTimeMilliseconds(),
        ["changedBy"] = ChangedBy.ToString(),
        ["changedAt"] = ChangedAt.ToUnixTimeMilliseconds(),
    };

    IEnumerable<Spoken> IGoverned.Words => [new("details", DetailsCommitment, Details.Write())];

    public static bool Plans(Actor by) => planners.Any(by.HoldsAnywhere);

    /// <summary>What is wrong with a plan, whoever makes it; null where nothing is.</summary>
    public static Refusal? Check(CampaignPlan plan) => plan switch
    {
        { Details.Name: var name } when string.IsNullOrWhiteSpace(name) => new Refusal("no-name", "Give the campaign a name."),
        { Details: var details } when details.Name.Length > MaxName || details.Objective.Length > Draft.MaxNote => new Refusal("long-words", $"A name has {MaxName} characters at most, an objective {Draft.MaxNote:N0}."),
        { Begins: { } begins } when LibraryPicture.Day(begins) is null => new Refusal("bad-begin", "Give the first day as a date, or leave it empty."),
        { Ends: { } ends } when LibraryPicture.Day(ends) is null => new Refusal("bad-end", "Give the last day as a date, or leave it empty."),
        { Begins: { } begins, Ends: { } ends } when string.CompareOrdinal(begins, ends) > 0 => new Refusal("bad-end", "The last day is before the first."),
        { Tags: var tags } when tags.Mistake is { } mistake => mistake,
        _ => null,
    };

    /// <param name="seen">The revision that was on the screen.</param>
    public Decision<CampaignPlanned> Change(CampaignPlan plan, int seen, Actor by, DateTimeOffset now) => this switch
    {
        _ when !Plans(by) => new Refusal("not-entitled", "Planning campaigns takes the Author, Brand or Comms role.") { Attempt = new Attempt("campaign.plan", Object, by.Id, now) },
        _ when seen != Revision => new Refusal("version-changed", "Somebody changed this campaign while you were writing. What you typed is below."),
        _ when Check(plan) is { } wrong => wrong,
        _ => new CampaignPlanned { Subject = Id, By = by.Id, At = now, Plan = plan, Details = Sealed.New("details", plan.Details.Write()) },
    };

    public void Apply(CampaignPlanned planned)
    {
        (Details, DetailsCommitment) = (planned.Plan.Details, planned.Details.Commitment);
        (Begins, Ends, SiteIds, OwnerId) = (planned.Plan.Begins, planned.Plan.Ends, planned.Plan.Sites, planned.Plan.Owner);
        (UtmSource, UtmMedium, UtmCampaign) = (planned.Plan.Tags.Source, planned.Plan.Tags.Medium, planned.Plan.Tags.Campaign);
        (ChangedBy, ChangedAt) = (planned.By, planned.At);
    }

    public Decision<CampaignClosed> Close(Actor by, DateTimeOffset now) => this switch
    {
        _ when !Plans(by) => new Refusal("not-entitled", "Planning campaigns takes the Author, Brand or Comms role.") { Attempt = new Attempt("campaign.close", Object, by.Id, now) },
        { Closed: true } => new Refusal("closed", "It is closed already."),
        _ => new CampaignClosed { Subject = Id, By = by.Id, At = now },
    };
}

public sealed record CampaignPlanned : DomainEvent
{
    public override string Act => "campaign.planned";

    public required CampaignPlan Plan { get; init; }

    public required Sealed Details { get; init; }

    public override IEnumerable<Sealed> Seals => [Details];
}

public sealed record CampaignClosed : DomainEvent
{
    public override string Act => "campaign.closed";
}

internal sealed class CampaignMapping : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> entity)
    {
        entity.ToTable("campaign").HasKey(campaign => campaign.Id);
        entity.Property(campaign => campaign.Details).HasJson();
        entity.Property(campaign => campaign.SiteIds).HasJson();
        entity.Ignore(campaign => campaign.Object).Ignore(campaign => campaign.Tags).Ignore(campaign => campaign.Plan);
    }
}

public static class CampaignTable
{
    extension(CountersignDb db)
    {
        public DbSet<Campaign> Campaigns => db.Set<Campaign>();
    }
}
