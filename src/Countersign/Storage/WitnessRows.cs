using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>How far somebody else's log had come when this installation last cosigned it. Written by <see cref="WitnessBook"/> alone.</summary>
public sealed class WitnessedLogRow
{
    /// <summary>The name of the log.</summary>
    public required string Origin { get; init; }

    public required long Size { get; init; }

    /// <summary>The checkpoint as the log signed it; empty before the first.</summary>
    public required string Note { get; init; }

    public DateTimeOffset? At { get; init; }
}

/// <summary>A witness's line under a checkpoint of our own log.</summary>
public sealed class Cosignature
{
    public required long Size { get; init; }

    /// <summary>The name of the witness's key.</summary>
    public required string Witness { get; init; }

    /// <summary>As it stands under the note.</summary>
    public required string Line { get; init; }

    /// <summary>By the witness's clock.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A time stamp authority's token over a checkpoint of our own log.</summary>
public sealed class CheckpointStamp
{
    public required long Size { get; init; }

    public required string Authority { get; init; }

    public required byte[] Token { get; init; }

    /// <summary>By the authority's clock.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Two checkpoints of one log that could not be shown to belong together, both kept as they were signed.</summary>
public sealed class WitnessAlarm
{
    public required Guid Id { get; init; }

    /// <summary>A witness refused our log; otherwise we refused one that we witness. Two logs may have one name.</summary>
    public required bool AboutUs { get; init; }

    /// <summary>The log they speak of.</summary>
    public required string Origin { get; init; }

    /// <summary>Who refused.</summary>
    public required string Witness { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What does not fit, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>The note that was cosigned before; empty where it is not here.</summary>
    public required string Held { get; init; }

    /// <summary>The note that was refused.</summary>
    public required string Offered { get; init; }

    /// <summary>Lower-case hex SHA-256 of witness and both notes: the same two raise one alarm.</summary>
    public required string Digest { get; init; }

    /// <summary>When the same witness cosigned the same log again.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class WitnessMapping :
    IEntityTypeConfiguration<WitnessedLogRow>,
    IEntityTypeConfiguration<Cosignature>,
    IEntityTypeConfiguration<CheckpointStamp>,
    IEntityTypeConfiguration<WitnessAlarm>
{
    public void Configure(EntityTypeBuilder<WitnessedLogRow> entity) => entity.ToTable("witnessed_log").HasKey(e => e.Origin);

    public void Configure(EntityTypeBuilder<Cosignature> entity) => entity.ToTable("ledger_cosignature").HasKey(e => new { e.Size, e.Witness });

    public void Configure(EntityTypeBuilder<CheckpointStamp> entity)
    {
        entity.ToTable("ledger_stamp").HasKey(e => e.Size);
        entity.Property(e => e.Size).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<WitnessAlarm> entity) => entity.ToTable("witness_alarm").HasKey(e => e.Id);
}
