using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>One ledger entry as it is kept: the exact bytes that are hashed, and columns to search by, derived from them.</summary>
public sealed class LedgerEvent
{
    /// <summary>Given by the database in order of insertion; gaps are normal. Not the position in the log: see <see cref="LedgerIndex"/>.</summary>
    public long Seq { get; init; }

    public required Guid Id { get; init; }

    public required byte[] Leaf { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid Actor { get; init; }

    public required string Act { get; init; }

    public required string Object { get; init; }

    public required bool Ok { get; init; }
}

/// <summary>The position of an event in the log, dense from 0. Written by the sequencer alone.</summary>
public sealed class LedgerIndex
{
    public required long Index { get; init; }

    public required long Seq { get; init; }
}

/// <summary>Personal content beside the salt that its commitment was made with.</summary>
public sealed class VaultItem
{
    /// <summary>Lower-case hex; what entries carry.</summary>
    public required string Commitment { get; init; }

    public required string Item { get; init; }

    /// <summary>What it is: "text", "reason".</summary>
    public required string Name { get; init; }

    /// <summary>The object it belongs to: "draft/0192…".</summary>
    public required string Object { get; init; }

    public required byte[] Salt { get; init; }

    public required string Content { get; init; }
}

/// <summary>A signed statement of the log up to a size.</summary>
public sealed class LedgerCheckpoint
{
    public required long Size { get; init; }

    /// <summary>The signed note, exactly as it is exported.</summary>
    public required string Note { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Hashes of the log's tree, as C2SP tlog-tiles stores them. Written by the sequencer alone.</summary>
public sealed class LedgerTile
{
    public required int Level { get; init; }

    public required long Index { get; init; }

    public required byte[] Hashes { get; init; }
}

internal sealed class LedgerMapping :
    IEntityTypeConfiguration<LedgerEvent>,
    IEntityTypeConfiguration<LedgerIndex>,
    IEntityTypeConfiguration<VaultItem>,
    IEntityTypeConfiguration<LedgerCheckpoint>,
    IEntityTypeConfiguration<LedgerTile>
{
    public void Configure(EntityTypeBuilder<LedgerEvent> entity)
    {
        entity.ToTable("ledger_event").HasKey(e => e.Seq);
        entity.Property(e => e.Seq).ValueGeneratedOnAdd();
    }

    public void Configure(EntityTypeBuilder<LedgerIndex> entity)
    {
        entity.ToTable("ledger_index").HasKey(e => e.Index);
        entity.Property(e => e.Index).HasColumnName("idx").ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<VaultItem> entity) => entity.ToTable("vault_item").HasKey(e => e.Commitment);

    public void Configure(EntityTypeBuilder<LedgerCheckpoint> entity)
    {
        entity.ToTable("ledger_checkpoint").HasKey(e => e.Size);
        entity.Property(e => e.Size).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<LedgerTile> entity)
    {
        entity.ToTable("ledger_tile").HasKey(e => new { e.Level, e.Index });
        entity.Property(e => e.Level).ValueGeneratedNever();
        entity.Property(e => e.Index).HasColumnName("idx").ValueGeneratedNever();
    }
}
