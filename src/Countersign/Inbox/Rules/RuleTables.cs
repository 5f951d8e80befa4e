using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Inbox.Rules;

internal sealed class RuleMapping : IEntityTypeConfiguration<InboxRule>, IEntityTypeConfiguration<InboxRuleVersion>
{
    public void Configure(EntityTypeBuilder<InboxRule> entity)
    {
        entity.ToTable("inbox_rule").HasKey(rule => rule.Id);
        entity.Ignore(rule => rule.Object);
    }

    public void Configure(EntityTypeBuilder<InboxRuleVersion> entity)
    {
        entity.ToTable("inbox_rule_version").HasKey(version => new { version.RuleId, version.Version });
        entity.HasOne<InboxRule>().WithMany().HasForeignKey(version => version.RuleId);
        entity.Property(version => version.Content).HasJson();
        entity.Property(version => version.Trial).HasJson();
        entity.Ignore(version => version.Object);
    }
}

public static class RuleTables
{
    extension(CountersignDb db)
    {
        public DbSet<InboxRule> InboxRules => db.Set<InboxRule>();

        public DbSet<InboxRuleVersion> InboxRuleVersions => db.Set<InboxRuleVersion>();
    }
}
