using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Storage;

/// <summary>One ledger entry as it is kept: the exact bytes that are hashed, and columns to search by, derived from them.</summary>
public sealed class LedgerEvent
{
    /// <summary>Given by the database in order of insertion; gaps are normal. Not the position in the log: see <see cref="LedgerRun"/>.</summary>
    public long Seq { get; init; }

    public required Guid Id { get; init; }

    public required byte[] Leaf { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid Actor { get; init; }

    public required string Act { get; init; }

    public required string Object { get; init; }

    public required bool Ok { get; init; }
}

/// <summary>
/// Entries that follow on each other both as they were inserted and in the log. All runs together give each entry its position, dense
/// from 0. Written by the sequencer alone.
/// </summary>
public sealed class LedgerRun
{
    /// <summary>Position of the first in the log.</summary>
    public required long FirstIndex { get; init; }

    public required long FirstSeq { get; init; }

    public required long Count { get; init; }

    /// <summary>The runs that these events make at the end of the log, the last one before them first where they go on with it.</summary>
    internal static List<LedgerRun> Of(LedgerRun? last, long size, IEnumerable<long> seqs)
    {
        var runs = new List<LedgerRun>();
        var (first, from, count) = last is null ? (size, 0L, 0L) : (last.FirstIndex, last.FirstSeq, last.Count);
        foreach (var seq in seqs)
        {
            if (count > 0 && seq == from + count)
            {
                count++;
                continue;
            }

            if (first + count > size)
                runs.Add(new LedgerRun { FirstIndex = first, FirstSeq = from, Count = count });
            (first, from, count) = (first + count, seq, 1);
        }

        runs.Add(new LedgerRun { FirstIndex = first, FirstSeq = from, Count = count });
        return runs;
    }
}

/// <summary>What an entry says of itself, to find it by: read from its bytes when it has its place. Written by <see cref="LogSearch"/> alone.</summary>
public sealed class LedgerLook
{
    /// <summary>What stands where the bytes are no entry.</summary>
    public const string UnreadableKind = "unreadable";

    public required long Index { get; init; }

    /// <summary>Milliseconds since 1970, as the entry counts.</summary>
    public required long At { get; init; }

    public required Guid Actor { get; init; }

    /// <summary>What its act begins with: "draft".</summary>
    public required string Kind { get; init; }

    public required string Act { get; init; }

    public required string Object { get; init; }

    public required bool Ok { get; init; }

    internal static LedgerLook Of(long index, EntryHead? head) => head is null
        ? new LedgerLook { Index = index, At = 0, Actor = Guid.Empty, Kind = UnreadableKind, Act = UnreadableKind, Object = "", Ok = false }
        : new LedgerLook { Index = index, At = head.At.ToUnixTimeMilliseconds(), Actor = head.Actor, Kind = EntryWords.KindOf(head.Act), Act = head.Act, Object = head.Object, Ok = head.Ok };

    /// <returns>The number of the first entry that has no row yet; all before it have theirs.</returns>
    internal static async Task<long> ReachAsync(IQueryable<LedgerLook> looks, CancellationToken cancellationToken) =>
        await looks.MaxAsync(look => (long?)look.Index, cancellationToken) + 1 ?? 0;

    /// <summary>True where the row still says what the bytes say.</summary>
    internal bool Agrees(EntryHead? head) => Of(Index, head) is var honest
        && (honest.At, honest.Actor, honest.Kind, honest.Act, honest.Object, honest.Ok) == (At, Actor, Kind, Act, Object, Ok);
}

/// <summary>Between which numbers the entries lie that state a time within one hour.</summary>
public sealed class LedgerHour
{
    /// <summary>Hours since 1970, UTC.</summary>
    public required long Hour { get; init; }

    public required long First { get; init; }

    public required long Last { get; init; }
}

/// <summary>
/// Personal content, encrypted, beside the salt that its commitment was made with. What was erased leaves its row without salt, key and
/// content: <see cref="ContentKeys"/> opens what is there.
/// </summary>
public sealed class VaultItem
{
    /// <summary>Lower-case hex; what entries carry.</summary>
    public required string Commitment { get; init; }

    public required string Item { get; init; }

    /// <summary>What it is: "text", "reason".</summary>
    public required string Name { get; init; }

    /// <summary>The object it belongs to: "draft/0192…".</summary>
    public required string Object { get; init; }

    public byte[]? Salt { get; set; }

    /// <summary>The key in <c>keys/content.keys</c> that wraps this item's own.</summary>
    public int? Master { get; set; }

    public byte[]? Wrapped { get; set; }

    public byte[]? Cipher { get; set; }

    /// <summary>Whose confirmation destroyed it; null while it is there.</summary>
    public Guid? Erasure { get; set; }

    internal void Erase(Guid erasure) => (Salt, Master, Wrapped, Cipher, Erasure) = (null, null, null, null, erasure);
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
    IEntityTypeConfiguration<LedgerRun>,
    IEntityTypeConfiguration<LedgerLook>,
    IEntityTypeConfiguration<LedgerHour>,
    IEntityTypeConfiguration<VaultItem>,
    IEntityTypeConfiguration<LedgerCheckpoint>,
    IEntityTypeConfiguration<LedgerTile>
{
    public void Configure(EntityTypeBuilder<LedgerEvent> entity)
    {
        entity.ToTable("ledger_event").HasKey(e => e.Seq);
        entity.Property(e => e.Seq).ValueGeneratedOnAdd();
    }

    public void Configure(EntityTypeBuilder<LedgerRun> entity)
    {
        entity.ToTable("ledger_run").HasKey(e => e.FirstIndex);
        entity.Property(e => e.FirstIndex).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<LedgerLook> entity)
    {
        entity.ToTable("ledger_look").HasKey(e => e.Index);
        entity.Property(e => e.Index).HasColumnName("idx").ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<LedgerHour> entity)
    {
        entity.ToTable("ledger_hour").HasKey(e => e.Hour);
        entity.Property(e => e.Hour).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<VaultItem> entity)
    {
        entity.ToTable("vault_item").HasKey(e => e.Commitment);

        // Gone when the item was erased: a key turned at the same moment leaves it alone.
        entity.Property(e => e.Master).IsConcurrencyToken();
    }

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
