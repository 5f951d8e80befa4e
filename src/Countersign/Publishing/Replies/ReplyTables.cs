using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing.Replies;

internal sealed class ReplyMapping : IEntityTypeConfiguration<ReplyTemplate>, IEntityTypeConfiguration<ReplyTemplateVersion>
{
    public void Configure(EntityTypeBuilder<ReplyTemplate> entity)
    {
        entity.ToTable("reply_template").HasKey(template => template.Id);
        entity.Property(template => template.Editors).HasJson();
        entity.Ignore(template => template.Object);
    }

    public void Configure(EntityTypeBuilder<ReplyTemplateVersion> entity)
    {
        entity.ToTable("reply_template_version").HasKey(version => new { version.TemplateId, version.Version });
        entity.HasOne<ReplyTemplate>().WithMany().HasForeignKey(version => version.TemplateId);
        entity.Property(version => version.Content).HasJson();
        entity.Property(version => version.Requirements).HasJson();
        entity.Property(version => version.Signatures).HasJson();
        entity.Property(version => version.Remarks).HasJson();
        entity.Ignore(version => version.Object).Ignore(version => version.Screened).Ignore(version => version.LastDay).Ignore(version => version.DigestHolds).Ignore(version => version.Missing);
    }
}

public static class ReplyTables
{
    extension(CountersignDb db)
    {
        public DbSet<ReplyTemplate> ReplyTemplates => db.Set<ReplyTemplate>();

        public DbSet<ReplyTemplateVersion> ReplyTemplateVersions => db.Set<ReplyTemplateVersion>();
    }
}
