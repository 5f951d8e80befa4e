namespace Countersign.Storage;

/// <summary>Where the guard of the log is kept, if not in the data folder. Section "Ledger:Guard" of the settings.</summary>
public sealed class LedgerGuardSettings
{
    /// <summary>
    /// The guard file, on a volume that is not backed up and put back together with the database, and that all nodes share, so that none of
    /// them lags behind. Null: <c>guard/ledger</c> in the data folder.
    /// </summary>
    public string? File { get; set; }
}
