using System.Security.Cryptography.X509Certificates;

namespace Countersign.Ledger;

/// <summary>What whoever verifies a log brings along and relies on. Nothing in the folder can add to it.</summary>
/// <param name="Keys">The keys of the log; more than one if it has changed its key.</param>
public sealed record LogTrust(IReadOnlyList<NoteVerifier> Keys)
{
    /// <summary>Checkpoints of this log that were kept elsewhere, which the log must continue.</summary>
    public IReadOnlyList<SignedNote> Outside { get; init; } = [];

    /// <summary>Witnesses each of which must have cosigned this log at least once.</summary>
    public IReadOnlyList<CosignatureVerifier> Witnesses { get; init; } = [];

    /// <summary>Enough witnesses by this policy must have cosigned one checkpoint of this log.</summary>
    public TrustPolicy? Policy { get; init; }

    /// <summary>Certificates of time stamp authorities. Where there are none, time stamps in the folder are counted and not judged.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];
}

public enum AnchorKind
{
    /// <summary>A checkpoint that whoever verifies had kept.</summary>
    Kept,

    /// <summary>A witness cosigned it.</summary>
    Witness,

    /// <summary>A time stamp authority stamped it.</summary>
    TimeStamp,
}

/// <summary>Somebody outside who has vouched for the beginning of the log, so that it can no longer be changed unseen by whoever holds its key.</summary>
/// <param name="Size">In entries.</param>
/// <param name="By">The name of the witness or authority.</param>
/// <param name="At">By their clock; null for a checkpoint that was kept.</param>
public sealed record Anchor(AnchorKind Kind, long Size, string By, DateTimeOffset? At);
