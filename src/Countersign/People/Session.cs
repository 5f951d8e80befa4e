using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.People;

/// <summary>One sign-in of one person on one browser. Checked on every request, so ending it ends it at once.</summary>
public sealed class Session : IGoverned
{
    /// <summary>A session nobody uses ends after this.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(2);

    /// <summary>However busy, a session ends after this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Written at most once a minute, and not governed: reading a page is not an act.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public SessionEnd? Ended { get; set; }

    public int Revision { get; set; }

    public string Object => $"session/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(SeenAt)];

    public bool IsLive(DateTimeOffset now) => EndedAt is null && now < SeenAt + Idle && now < StartedAt + Longest;

    public JsonObject State() => new()
    {
        ["person"] = PersonId.ToString(),
        ["started"] = StartedAt.ToUnixTimeMilliseconds(),
        ["ended"] = Ended?.ToString(),
        ["endedAt"] = EndedAt?.ToUnixTimeMilliseconds(),
    };

    public void End(SessionEnd why, DateTimeOffset now)
    {
        EndedAt ??= now;
        Ended ??= why;
    }
}

public enum SessionEnd
{
    SignedOut,
    Locked,
}

public sealed record SignedIn : DomainEvent
{
    public override string Act => "session.started";

    public override bool WhenReadOnly => true;
}

public sealed record SignedOut : DomainEvent
{
    public override string Act => "session.ended";

    public override bool WhenReadOnly => true;
}

internal sealed class SessionMapping : IEntityTypeConfiguration<Session>
{
    public void Configure(EntityTypeBuilder<Session> entity)
    {
        entity.ToTable("session").HasKey(session => session.Id);
        entity.Ignore(session => session.Object).Ignore(session => session.Unrecorded);
    }
}

public static class SessionTable
{
    extension(CountersignDb db)
    {
        public DbSet<Session> Sessions => db.Set<Session>();
    }

    /// <summary>As <see cref="Session.IsLive"/>, in the database.</summary>
    public static IQueryable<Session> LiveOf(this IQueryable<Session> sessions, Guid person, DateTimeOffset now)
    {
        var (seenAfter, startedAfter) = (now - Session.Idle, now - Session.Longest);
        return sessions.Where(session => session.PersonId == person && session.EndedAt == null && session.SeenAt > seenAfter && session.StartedAt > startedAfter);
    }
}
