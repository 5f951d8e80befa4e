using Countersign.Inbox.Clocks;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Inbox;

internal sealed class InboxMapping :
    IEntityTypeConfiguration<InboxReading>,
    IEntityTypeConfiguration<Conversation>,
    IEntityTypeConfiguration<Message>,
    IEntityTypeConfiguration<MessageVersion>,
    IEntityTypeConfiguration<ConversationNote>,
    IEntityTypeConfiguration<ConversationReply>,
    IEntityTypeConfiguration<FinishedClock>
{
    public void Configure(EntityTypeBuilder<InboxReading> entity)
    {
        entity.ToTable("inbox_reading").HasKey(reading => reading.Id);
        entity.Property(reading => reading.Refused).HasJson();
        entity.Ignore(reading => reading.IsComplete);
    }

    public void Configure(EntityTypeBuilder<Conversation> entity)
    {
        entity.ToTable("conversation").HasKey(conversation => conversation.Id);
        entity.Property(conversation => conversation.Labels).HasJson();
        entity.Property(conversation => conversation.Resolution).HasJson();
        entity.Property(conversation => conversation.LimitsTold).HasJson();
        entity.Property(conversation => conversation.RuleTells).HasJson();
        entity.Property(conversation => conversation.Regulatory).HasJson();
        entity.Ignore(conversation => conversation.Object).Ignore(conversation => conversation.Unrecorded).Ignore(conversation => conversation.Limits).Ignore(conversation => conversation.Answering);
    }

    public void Configure(EntityTypeBuilder<Message> entity)
    {
        entity.ToTable("message").HasKey(message => message.Id);
        entity.HasOne<Conversation>().WithMany().HasForeignKey(message => message.ConversationId);
        entity.Property(message => message.Source).HasJson();
        entity.Property(message => message.Labels).HasJson();
        entity.Property(message => message.Rules).HasJson();
        entity.Ignore(message => message.Object).Ignore(message => message.Unrecorded).Ignore(message => message.IsErased).Ignore(message => message.Standing).Ignore(message => message.Judged).Ignore(message => message.Commitments);
    }

    public void Configure(EntityTypeBuilder<MessageVersion> entity)
    {
        entity.ToTable("message_version").HasKey(version => new { version.MessageId, version.Version });
        entity.Ignore(version => version.Object);
    }

    public void Configure(EntityTypeBuilder<ConversationNote> entity)
    {
        entity.ToTable("conversation_note").HasKey(note => note.Id);
        entity.Ignore(note => note.Object);
    }

    public void Configure(EntityTypeBuilder<ConversationReply> entity)
    {
        entity.ToTable("conversation_reply").HasKey(reply => reply.DraftId);
        entity.Ignore(reply => reply.Object);
    }

    public void Configure(EntityTypeBuilder<FinishedClock> entity)
    {
        entity.ToTable("finished_clock").HasKey(clock => clock.Id);
        entity.HasOne<Conversation>().WithMany().HasForeignKey(clock => clock.ConversationId);
        entity.Ignore(clock => clock.Object).Ignore(clock => clock.Elapsed).Ignore(clock => clock.Counted).Ignore(clock => clock.IsMet);
    }
}

public static class InboxTables
{
    extension(CountersignDb db)
    {
        public DbSet<InboxReading> InboxReadings => db.Set<InboxReading>();

        public DbSet<Conversation> Conversations => db.Set<Conversation>();

        public DbSet<Message> Messages => db.Set<Message>();

        public DbSet<MessageVersion> MessageVersions => db.Set<MessageVersion>();

        public DbSet<ConversationNote> ConversationNotes => db.Set<ConversationNote>();

        public DbSet<ConversationReply> ConversationReplies => db.Set<ConversationReply>();

        public DbSet<FinishedClock> FinishedClocks => db.Set<FinishedClock>();

        /// <summary>When the first message was written in a conversation that somebody has to answer and that was read after <paramref name="seen"/>.</summary>
        /// <param name="seen">Null for any.</param>
        /// <returns>Null where there is none.</returns>
        internal Task<DateTimeOffset?> FirstSeenAfterAsync(Guid conversation, DateTimeOffset? seen, CancellationToken cancellationToken) => db.Set<Message>().AsNoTracking()
            .Where(row => row.ConversationId == conversation && !row.IsOurs && row.Release != null && row.State != MessageState.Gone && row.State != MessageState.Spam && (seen == null || row.SeenAt > seen))
            .MinAsync(row => (DateTimeOffset?)row.WrittenAt, cancellationToken);
    }
}
