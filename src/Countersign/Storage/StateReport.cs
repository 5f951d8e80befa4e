namespace Countersign.Storage;

/// <summary>Something in the database that the log does not bear out.</summary>
/// <param name="Table">As the database calls it.</param>
/// <param name="Object">As entries call it: "draft/0192…"; for what is sealed, its commitment.</param>
/// <param name="Code">"changed", "no-entry", "gone", "unreadable", "entry-missing", "words-changed", "content-changed", "content-gone", "content-unknown", "bytes-changed", "bytes-gone", "bytes-returned", "no-place".</param>
/// <param name="Fields">Which fields differ, as <see cref="Decisions.IGoverned.State"/> calls them; empty where that cannot be said.</param>
/// <param name="Since">The last entry that bears the row out; null where none ever did, or where it has no place in the log yet.</param>
public sealed record Deviation(string Table, string Object, string Code, IReadOnlyList<string> Fields, long? Since, string Sentence);

/// <summary>What came of comparing the database with the log.</summary>
/// <param name="Entries">Entries replayed, those included that have no place yet.</param>
/// <param name="Rows">Governed rows compared.</param>
/// <param name="Contents">Pieces of sealed content compared with their commitments.</param>
/// <param name="Deviations">At most <see cref="Most"/>.</param>
public sealed record StateReport(long Entries, long Rows, long Contents, IReadOnlyList<Deviation> Deviations)
{
    /// <summary>Deviations told; beyond these the rest goes unread.</summary>
    public const int Most = 1_000;

    public bool Fits => Deviations.Count == 0;

    public bool IsCut => Deviations.Count >= Most;
}
