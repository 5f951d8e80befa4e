using Countersign.Decisions;
using Countersign.Evidence;
using Countersign.Storage;
using Countersign.Web.Shared.Controls;

namespace Countersign.Web.Evidence;

/// <summary>One line of the list.</summary>
/// <param name="Name">What it was done to; null where the verb says it all.</param>
/// <param name="Why">For a refusal, and where an event carries a reason.</param>
/// <param name="IsReadable">False where the bytes are no entry.</param>
/// <param name="IsFoundAsSomethingElse">The columns it is found by say something else than its bytes.</param>
public sealed record AuditRow(EntryPlace Place, long? Index, DateTimeOffset At, string Actor, string Verb, string? Name, string? Why, bool Ok, bool IsReadable, bool IsFoundAsSomethingElse);

/// <param name="Size">Entries that are signed.</param>
/// <param name="Behind">Entries that have their place and cannot be searched for yet.</param>
/// <param name="Key">What an examiner verifies with.</param>
/// <param name="ExportOff">Why this person cannot export, or null.</param>
public sealed record AuditModel(
    AuditFilter Filter,
    IReadOnlyList<AuditRow> Rows,
    IReadOnlyList<Option> People,
    string? ObjectName,
    long Size,
    long Behind,
    Verified Verified,
    Reading? Reading,
    OutsideModel Outside,
    string Key,
    string? ExportOff,
    bool Checked = false,
    Refusal? Refusal = null)
{
    /// <summary>The page after this one: older entries.</summary>
    public AuditFilter? Older => Rows.Count == AuditTrail.PageSize ? Filter with { Before = Rows[^1].Place } : null;
}

/// <param name="Proof">Null while no checkpoint covers the entry.</param>
/// <param name="MayRead">The reader may see sealed words.</param>
/// <param name="MayErase">The reader may ask that its words be erased, or held.</param>
/// <param name="Raw">The exact bytes that are hashed.</param>
/// <param name="Pretty">The same, indented for reading.</param>
public sealed record EntryModel(AuditRow Row, EntryReading Reading, ProvenEntry? Proof, bool MayRead, string Raw, string Pretty, long Size, string Object, bool MayErase, string Key, OutsideModel Outside);
