namespace Countersign.Ledger;

/// <summary>The result of verifying a folder.</summary>
public sealed record AuditReport
{
    /// <summary>What the log's key signed; null where no signed checkpoint was found, and then nothing else was looked at.</summary>
    public required Checkpoint? Checkpoint { get; init; }

    /// <summary>The keys that were given, and those that they handed over to in the log itself.</summary>
    public required IReadOnlyList<NoteVerifier> Keys { get; init; }

    /// <summary>Whether the entries were read to their end and give exactly what the checkpoint says.</summary>
    public required bool EntriesAreAsSigned { get; init; }

    /// <summary>How many earlier checkpoints were compared with the beginning of this log.</summary>
    public required int KeptCheckpoints { get; init; }

    /// <summary>How many pieces of content lie in the folder.</summary>
    public required int ContentsShown { get; init; }

    /// <summary>How many commitments the entries hold; null where no content was shown and so none were counted.</summary>
    public required long? ContentsCommitted { get; init; }

    /// <summary>The bytes of the last entry, for its date.</summary>
    public required byte[]? LastEntry { get; init; }

    /// <summary>Keys of which the log itself says that somebody else may have them.</summary>
    public required IReadOnlyList<CompromisedKey> Compromised { get; init; }

    /// <summary>Who outside has vouched for how much of the log, in order of size; of those relied on only.</summary>
    public required IReadOnlyList<Anchor> Anchors { get; init; }

    /// <summary>Time stamps in the folder that nobody could judge, because no authority's certificate was given.</summary>
    public required int StampsNotJudged { get; init; }

    /// <summary>At most 100; then the verifier stops looking.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>How many entries at the end nobody outside has vouched for: whoever holds the log's key and the database could still change those unseen.</summary>
    public long Exposed => (Checkpoint?.Size ?? 0) - (Anchors.Count == 0 ? 0 : Anchors[^1].Size);

    /// <summary>True if the entries are as signed and nothing in the folder is otherwise than it should be.</summary>
    public bool Passed => EntriesAreAsSigned && Findings.Count == 0;
}
