using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.People;
using Countersign.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

/// <summary>A private address at which a calendar program reads one person's view of the plan. Whoever has the address reads what that person may read, until it is taken back.</summary>
public sealed class CalendarFeed : IGoverned
{
    /// <summary>Feeds one person may have open.</summary>
    public const int MostOpen = 20;

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    /// <summary>SHA-256 of the token, lower-case hex. The token itself is shown once and kept nowhere.</summary>
    public required string TokenDigest { get; init; }

    /// <summary>The filters of the page it was made on, as a query string.</summary>
    public required string Filter { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Health, not governed: when it was last read.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    public int Revision { get; set; }

    public string Object => $"feed/{Id}";

    public IReadOnlyCollection<string> Unrecorded => [nameof(ReadAt)];

    JsonObject IGoverned.State() => new()
    {
        ["owner"] = PersonId.ToString(),
        ["token"] = Fingerprint.Of(TokenDigest),
        ["filter"] = Fingerprint.Of(Filter),
        ["createdAt"] = CreatedAt.ToUnixTimeMilliseconds(),
        ["revokedAt"] = RevokedAt?.ToUnixTimeMilliseconds(),
    };

    public static string DigestOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public Decision<FeedRevoked> Revoke(Actor by, DateTimeOffset now) => this switch
    {
        _ when by.Id != PersonId && !by.HoldsEverywhere(Role.Administrator) => new Refusal("not-entitled", "Only its owner or an administrator takes a private address back.") { Attempt = new Attempt("feed.revoke", Object, by.Id, now) },
        { RevokedAt: not null } => new Refusal("revoked", "It was taken back already."),
        _ => new FeedRevoked { Subject = Id, By = by.Id, At = now },
    };
}

/// <param name="Token">256 random bits; told to the person who asked and to nobody else.</param>
public sealed record FeedOpened(string Token) : DomainEvent
{
    public override string Act => "feed.opened";
}

public sealed record FeedRevoked : DomainEvent
{
    public override string Act => "feed.revoked";
}

/// <summary>Opens, reads and takes back private addresses of the calendar.</summary>
public sealed class SubscribeToCalendar(CountersignDb db, ILockedPeople locks, TimeProvider clock)
{
    private const int TokenBytes = 32;

    public async Task<Decision<FeedOpened>> OpenAsync(string filter, Actor by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.CalendarFeeds.CountAsync(feed => feed.PersonId == by.Id && feed.RevokedAt == null, cancellationToken) >= CalendarFeed.MostOpen)
            return new Refusal("too-many", $"You have {CalendarFeed.MostOpen} private addresses. Take one back first.");
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TokenBytes));
        return await db.CommitAsync<FeedOpened>(
            new FeedOpened(token) { Subject = Guid.CreateVersion7(now), By = by.Id, At = now },
            opened => db.CalendarFeeds.Add(new CalendarFeed { Id = opened.Subject, PersonId = by.Id, TokenDigest = CalendarFeed.DigestOf(token), Filter = filter, CreatedAt = now }),
            cancellationToken);
    }

    public async Task<Decision<FeedRevoked>> RevokeAsync(Guid id, Actor by, CancellationToken cancellationToken)
    {
        if (await db.CalendarFeeds.FindAsync([id], cancellationToken) is not { } feed)
            return new Refusal("no-feed", "That address is not here.");
        return await db.CommitAsync(feed.Revoke(by, clock.GetUtcNow()), revoked => feed.RevokedAt = revoked.At, cancellationToken);
    }

    /// <returns>The feed and whose eyes it reads with, as they are entitled now; null where the address is unknown or taken back, or its owner is locked or gone.</returns>
    public async Task<(CalendarFeed Feed, Actor Reader)?> FindAsync(string token, CancellationToken cancellationToken)
    {
        var digest = CalendarFeed.DigestOf(token);
        if (await db.CalendarFeeds.SingleOrDefaultAsync(row => row.TokenDigest == digest && row.RevokedAt == null, cancellationToken) is not { } feed)
            return null;
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(row => row.Id == feed.PersonId, cancellationToken) is not { PasswordHash: not null } person
            || await locks.WasLockedSinceAsync(person.Id, feed.CreatedAt, cancellationToken))
        {
            return null;
        }

        feed.ReadAt = clock.GetUtcNow();
        _ = await db.KeepAsync(cancellationToken);
        return (feed, new Actor(person.Id, person.Name, person.Grants));
    }
}

internal sealed class CalendarFeedMapping : IEntityTypeConfiguration<CalendarFeed>
{
    public void Configure(EntityTypeBuilder<CalendarFeed> entity)
    {
        entity.ToTable("calendar_feed").HasKey(feed => feed.Id);
        entity.Ignore(feed => feed.Object).Ignore(feed => feed.Unrecorded);
    }
}

public static class CalendarFeedTable
{
    extension(CountersignDb db)
    {
        public DbSet<CalendarFeed> CalendarFeeds => db.Set<CalendarFeed>();
    }
}
