using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Notices;

/// <summary>What a person is told of. A new one goes to the end: rows carry the names.</summary>
public enum NoticeKind
{
    /// <summary>A post waits for a signature that this person could give.</summary>
    ApprovalWaits,

    /// <summary>A conversation was handed over to this person.</summary>
    HandedOver,

    /// <summary>This person's claim was over, and somebody still waits.</summary>
    ClaimLapsed,

    /// <summary>A conversation that this person may answer is close to its limit.</summary>
    NearLimit,

    /// <summary>A conversation is past its limit: for those who lead there, and whoever has it.</summary>
    PastLimit,

    /// <summary>A most urgent message came in.</summary>
    UrgentMessage,

    /// <summary>A network no longer takes what opens an account.</summary>
    ReconnectAccount,

    /// <summary>A post did not go out, and a person has to decide.</summary>
    PostStuck,

    /// <summary>A period of regulation is close to its end: for those who lead there, and whoever has the conversation.</summary>
    PeriodNear,

    /// <summary>A period of regulation is over: for the same.</summary>
    PeriodOver,

    /// <summary>A rule of the inbox says that this person is told of a conversation.</summary>
    ByRule,
}

/// <summary>How a kind of thing reaches a person. Each shows on the page of notifications, but for <see cref="None"/>.</summary>
public enum NoticeWay
{
    None,
    Page,

    /// <summary>In one e-mail in the person's morning.</summary>
    Digest,

    /// <summary>By e-mail at once.</summary>
    AtOnce,
}

/// <summary>That a person was told of something: which kind, which thing, which time of it. It never holds a word that somebody wrote.</summary>
public sealed class Notice
{
    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required NoticeKind Kind { get; init; }

    /// <summary>The conversation, the draft or the account.</summary>
    public required Guid Subject { get; init; }

    /// <summary>Which time of it: with person, kind and subject, unique. However many nodes look, a person is told once.</summary>
    public required string Occasion { get; init; }

    /// <summary>Null for a draft, which may go to several.</summary>
    public required Guid? AccountId { get; init; }

    /// <summary>Breaks through quiet hours.</summary>
    public required bool IsUrgent { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>Since when there is nothing to do about it any more.</summary>
    public DateTimeOffset? OverAt { get; set; }

    /// <summary>As this person had chosen then.</summary>
    public required NoticeWay Way { get; init; }

    /// <summary>When it is written into an e-mail; null once it was, and where it never is.</summary>
    public DateTimeOffset? MailAt { get; set; }

    public Guid? MailId { get; set; }

    /// <summary>What makes it the same as another.</summary>
    internal (Guid Person, NoticeKind Kind, Guid Subject, string Occasion) Key => (PersonId, Kind, Subject, Occasion);
}

internal sealed class NoticeMapping : IEntityTypeConfiguration<Notice>, IEntityTypeConfiguration<NoticeChoices>
{
    public void Configure(EntityTypeBuilder<Notice> entity)
    {
        entity.ToTable("notice").HasKey(notice => notice.Id);
        entity.Ignore(notice => notice.Key);

        // Two nodes that write it into an e-mail at once: the second is refused.
        entity.Property(notice => notice.MailAt).IsConcurrencyToken();
    }

    public void Configure(EntityTypeBuilder<NoticeChoices> entity)
    {
        entity.ToTable("notice_choice").HasKey(choices => choices.PersonId);
        entity.Property(choices => choices.Choice).HasJson();
        entity.Ignore(choices => choices.Object);
    }
}

/// <summary>What people are told: a C# extension, so that storage knows of no module.</summary>
public static class NoticeTables
{
    extension(CountersignDb db)
    {
        public DbSet<Notice> Notices => db.Set<Notice>();

        public DbSet<NoticeChoices> NoticeChoices => db.Set<NoticeChoices>();
    }
}
