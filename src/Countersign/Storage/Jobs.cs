using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>Something to be done at a time, by whichever worker claims it first. Added in the transaction that makes it necessary.</summary>
public sealed class Job
{
    /// <summary>Of the thing it is about: one job each.</summary>
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>What it shares a worker's room with: a network.</summary>
    public required string Pool { get; init; }

    /// <summary>What it must not overtake and not run beside: the other jobs of an account. Null once it does not matter any more.</summary>
    public Guid? Lane { get; set; }

    /// <summary>Where it stands in its lane: the instant it was first due, or is due again after it gave its place up.</summary>
    public required DateTimeOffset Place { get; set; }

    public required DateTimeOffset DueAt { get; set; }

    /// <summary>How often it was claimed; a claim is believed only with the number it was given.</summary>
    public int Claims { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    public string? LockedBy { get; set; }

    public DateTimeOffset? DoneAt { get; set; }
}

/// <summary>Jobs of a kind that share a worker's room.</summary>
/// <param name="Name">A network; of jobs that have no network, their kind.</param>
public readonly record struct JobPool(string Kind, string Name);

/// <summary>A job that is a worker's for as long as its lease lasts.</summary>
/// <param name="Number">Of the claim: a later one makes this one worthless, also to the same worker.</param>
public sealed record Claim(Guid Id, int Number);

/// <summary>What becomes of a job's place in its lane while it waits.</summary>
public enum LanePlace
{
    /// <summary>Those behind it wait as well.</summary>
    Keeps,

    /// <summary>It goes behind whatever is due by the time it is tried again.</summary>
    GivesUp,

    /// <summary>What is left to do (looking, reading back) needs no order.</summary>
    Leaves,
}

/// <summary>When a job is due again, and where it stands until then.</summary>
public sealed record NextStep(DateTimeOffset At, LanePlace Place);

/// <summary>No job of this lane is claimed before that. Kept, because a network that asks for a pause has not forgotten it after our restart.</summary>
public sealed class LanePause
{
    public required Guid Lane { get; init; }

    public required DateTimeOffset Until { get; set; }

    /// <summary>A code: "rate-limited".</summary>
    public required string Why { get; set; }
}

/// <summary>When workers of a kind last ran, on whichever node.</summary>
public sealed class WorkerBeat
{
    public required string Kind { get; init; }

    public required DateTimeOffset At { get; set; }
}

internal sealed class JobMapping : IEntityTypeConfiguration<Job>, IEntityTypeConfiguration<LanePause>, IEntityTypeConfiguration<WorkerBeat>
{
    public void Configure(EntityTypeBuilder<Job> entity) => entity.ToTable("job").HasKey(job => job.Id);

    public void Configure(EntityTypeBuilder<LanePause> entity) => entity.ToTable("lane_pause").HasKey(pause => pause.Lane);

    public void Configure(EntityTypeBuilder<WorkerBeat> entity) => entity.ToTable("worker_beat").HasKey(beat => beat.Kind);
}

public static class JobTable
{
    extension(CountersignDb db)
    {
        public DbSet<Job> Jobs => db.Set<Job>();

        public DbSet<LanePause> LanePauses => db.Set<LanePause>();

        public DbSet<WorkerBeat> WorkerBeats => db.Set<WorkerBeat>();
    }
}
