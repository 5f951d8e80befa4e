using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Countersign.Decisions;
using Countersign.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Countersign.Publishing;

public enum ImportState
{
    /// <summary>Brought here; nothing is saved of it.</summary>
    Uploaded,

    /// <summary>Its rows are becoming drafts.</summary>
    Saving,

    /// <summary>Every row is a draft.</summary>
    Saved,

    /// <summary>A row could not be saved, so those that had been were withdrawn.</summary>
    TakenBack,
}

/// <summary>A file of posts on its way to becoming drafts. Its bytes are kept until that is decided.</summary>
public sealed class DraftImport
{
    /// <summary>How long a file lies here that nobody decides on.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required string FileName { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Emptied once it is decided.</summary>
    public required byte[] Bytes { get; set; }

    public required DateTimeOffset UploadedAt { get; init; }

    /// <summary>Set once: of two who press at the same time, one is told that it is done already.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    public ImportState State { get; set; }

    /// <summary>Rows that are drafts.</summary>
    public int Saved { get; set; }

    public int Rows { get; set; }

    /// <summary>Why it was taken back, in a sentence.</summary>
    public string? Trouble { get; set; }

    /// <summary>The draft of a row: the same each time, so that a row saved twice is one draft.</summary>
    /// <param name="row">From 0.</param>
    public Guid DraftOf(int row)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> name = stackalloc byte[20];
        _ = Id.TryWriteBytes(name, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(name[16..], row);
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // RFC 9562, version 8: made our own way
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>An author lets the rows of a file become drafts.</summary>
public sealed record ImportConfirmed : DomainEvent
{
    public override string Act => "import.confirmed";

    /// <summary>Of the file, lower-case hex.</summary>
    public required string File { get; init; }

    public required int Rows { get; init; }

    public override JsonObject Facts => new() { ["file"] = File, ["rows"] = Rows };
}

internal sealed class DraftImportMapping : IEntityTypeConfiguration<DraftImport>
{
    public void Configure(EntityTypeBuilder<DraftImport> entity)
    {
        entity.ToTable("draft_import").HasKey(row => row.Id);
        entity.Property(row => row.ConfirmedAt).IsConcurrencyToken();
    }
}

public static class DraftImportTable
{
    extension(CountersignDb db)
    {
        public DbSet<DraftImport> DraftImports => db.Set<DraftImport>();
    }
}
