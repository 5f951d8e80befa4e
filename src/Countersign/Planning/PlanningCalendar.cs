using System.Globalization;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Planning;

/// <summary>What holds for when posts are planned: plans, blackouts that are not over, days that are not like others.</summary>
public sealed record PlanningCalendar(IReadOnlyDictionary<Guid, PostingPlan> Plans, IReadOnlyList<Blackout> Blackouts, IReadOnlyList<ExtraDay> ExtraDays)
{
    /// <summary>Blackouts that a post on these accounts at this instant falls into, those that refuse first.</summary>
    public IReadOnlyList<Blackout> BlackoutsAt(DateTimeOffset instant, IReadOnlyCollection<AccountRef> accounts) =>
        [.. Blackouts.Where(blackout => accounts.Any(account => blackout.Covers(instant, account))).OrderByDescending(blackout => blackout.Force)];

    /// <summary>The blackout that forbids planning a post there then, as a sentence; null where none does.</summary>
    /// <param name="zone">Of the clock the sentence is told in.</param>
    public Refusal? Forbids(DateTimeOffset instant, IReadOnlyCollection<AccountRef> accounts, string zone) =>
        BlackoutsAt(instant, accounts).FirstOrDefault(blackout => blackout.Force == BlackoutForce.Refuse) is { } stops
            ? new Refusal("blackout", $"Nothing is planned there until {Tell(stops.Until, zone)}: {stops.Reason.TrimEnd('.')}. Choose a later time.")
            : null;

    /// <summary>What day off it is for those who keep this nation's holidays; null for a day like any other.</summary>
    public string? DayOff(DateOnly day, Nation nation)
    {
        var own = ExtraDays.Where(extra => extra.Day == day && extra.IsFor(nation)).ToList();
        return own.Exists(extra => !extra.IsOff)
            ? null
            : own.FirstOrDefault()?.Name ?? BankHolidays.Of(day.Year, nation).FirstOrDefault(holiday => holiday.Day == day)?.Name;
    }

    internal static string Tell(DateTimeOffset instant, string zone) =>
        NodaTime.Instant.FromDateTimeOffset(instant).InZone(NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? NodaTime.DateTimeZone.Utc).LocalDateTime.ToString(zone == "UTC" ? "d MMMM uuuu, HH:mm 'UTC'" : "d MMMM uuuu, HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>Reads what holds for when posts are planned.</summary>
public sealed class PlanningReader(CountersignDb db, TimeProvider clock)
{
    public async Task<PlanningCalendar> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return new PlanningCalendar(
            await db.PostingPlans.AsNoTracking().ToDictionaryAsync(plan => plan.AccountId, cancellationToken),
            await db.Blackouts.AsNoTracking().Where(blackout => blackout.LiftedAt == null && blackout.Until > now).OrderBy(blackout => blackout.From).ToListAsync(cancellationToken),
            await db.ExtraDays.AsNoTracking().OrderBy(day => day.Day).ToListAsync(cancellationToken));
    }
}

internal sealed class PlanningMapping : IEntityTypeConfiguration<PostingPlan>, IEntityTypeConfiguration<Blackout>, IEntityTypeConfiguration<ExtraDay>
{
    public void Configure(EntityTypeBuilder<PostingPlan> entity)
    {
        entity.ToTable("posting_plan").HasKey(plan => plan.AccountId);
        entity.Property(plan => plan.AccountId).ValueGeneratedNever();
        entity.Property(plan => plan.Days).HasJson();
        entity.Property(plan => plan.Times).HasJson();
        entity.Ignore(plan => plan.Object).Ignore(plan => plan.Terms);
    }

    public void Configure(EntityTypeBuilder<Blackout> entity)
    {
        entity.ToTable("blackout").HasKey(blackout => blackout.Id);
        entity.Property(blackout => blackout.From).HasColumnName("begins_at");
        entity.Property(blackout => blackout.Until).HasColumnName("ends_at");
        entity.Ignore(blackout => blackout.Object).Ignore(blackout => blackout.InForce);
    }

    public void Configure(EntityTypeBuilder<ExtraDay> entity)
    {
        entity.ToTable("extra_day").HasKey(day => day.Id);
        // ISO 8601 text orders like the days do, on both databases.
        entity.Property(day => day.Day).HasConversion(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), text => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        entity.Ignore(day => day.Object);
    }
}

public static class PlanningTables
{
    extension(CountersignDb db)
    {
        public DbSet<PostingPlan> PostingPlans => db.Set<PostingPlan>();

        public DbSet<Blackout> Blackouts => db.Set<Blackout>();

        public DbSet<ExtraDay> ExtraDays => db.Set<ExtraDay>();
    }
}
