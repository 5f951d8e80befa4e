using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Mail;

/// <summary>A mail that is to go out, or went. Its words are the program's own: nothing that people wrote goes by mail.</summary>
public sealed class OutgoingMail
{
    public required Guid Id { get; init; }

    public required string Recipient { get; init; }

    public required string Subject { get; init; }

    /// <summary>Without the footer, which holds the checkpoint that is newest when it is sent.</summary>
    public required string Body { get; init; }

    public string? AttachmentName { get; init; }

    public string? Attachment { get; init; }

    /// <summary>When it is tried next; null once it is sent or given up.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Why the last attempt failed, in a sentence.</summary>
    public string? Trouble { get; set; }
}

/// <summary>Mail of this installation: a C# extension, so that storage knows of no module.</summary>
public static class MailTables
{
    extension(CountersignDb db)
    {
        public DbSet<OutgoingMail> Mail => db.Set<OutgoingMail>();
    }
}

internal sealed class OutgoingMailMapping : IEntityTypeConfiguration<OutgoingMail>
{
    public void Configure(EntityTypeBuilder<OutgoingMail> entity)
    {
        entity.ToTable("mail").HasKey(mail => mail.Id);

        // Two nodes that take the same mail at once: the second is refused.
        entity.Property(mail => mail.Attempts).IsConcurrencyToken();
    }
}
