using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Standing;

internal sealed class StandingMapping :
    IEntityTypeConfiguration<StandingPost>,
    IEntityTypeConfiguration<StandingVersion>,
    IEntityTypeConfiguration<Incident>,
    IEntityTypeConfiguration<StandingReview>,
    IEntityTypeConfiguration<AccountWatch>,
    IEntityTypeConfiguration<PostResponses>
{
    public void Configure(EntityTypeBuilder<StandingPost> entity)
    {
        entity.ToTable("standing_post").HasKey(post => post.Id);
        entity.Property(post => post.Alts).HasJson();
        entity.Property(post => post.PictureIds).HasJson();
        entity.Property(post => post.RemoteIds).HasJson();
        entity.Ignore(post => post.Object).Ignore(post => post.Unrecorded).Ignore(post => post.Remote).Ignore(post => post.Commitments).Ignore(post => post.IsErased);
    }

    public void Configure(EntityTypeBuilder<StandingVersion> entity)
    {
        entity.ToTable("standing_version").HasKey(version => new { version.StandingId, version.Version });
        entity.Property(version => version.Alts).HasJson();
        entity.Ignore(version => version.Object).Ignore(version => version.Commitments);
    }

    public void Configure(EntityTypeBuilder<Incident> entity)
    {
        entity.ToTable("incident").HasKey(incident => incident.Id);
        entity.Property(incident => incident.Rules).HasJson();
        entity.Ignore(incident => incident.Object).Ignore(incident => incident.IsOpen).Ignore(incident => incident.TimeToTakeDown);
    }

    public void Configure(EntityTypeBuilder<StandingReview> entity)
    {
        entity.ToTable("standing_review").HasKey(review => review.Id);
        entity.Ignore(review => review.Object);
    }

    public void Configure(EntityTypeBuilder<AccountWatch> entity)
    {
        entity.ToTable("account_watch").HasKey(watch => watch.AccountId);
        entity.Property(watch => watch.Missing).HasJson();
    }

    public void Configure(EntityTypeBuilder<PostResponses> entity) => entity.ToTable("post_responses").HasKey(responses => responses.StandingId);
}

public static class StandingTables
{
    extension(CountersignDb db)
    {
        public DbSet<StandingPost> StandingPosts => db.Set<StandingPost>();

        public DbSet<StandingVersion> StandingVersions => db.Set<StandingVersion>();

        public DbSet<Incident> Incidents => db.Set<Incident>();

        public DbSet<StandingReview> Reviews => db.Set<StandingReview>();

        public DbSet<AccountWatch> Watches => db.Set<AccountWatch>();

        public DbSet<PostResponses> Responses => db.Set<PostResponses>();
    }
}
