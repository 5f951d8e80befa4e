using System.ComponentModel.DataAnnotations;

namespace Countersign.Storage;

/// <summary>Where the key that signs the log is kept, if not in the data folder. Section "Ledger:Key" of the settings; checked at start.</summary>
public sealed class LedgerKeySettings
{
    /// <summary>The file that holds the log's keys, on another volume perhaps; its owner alone may read it. Null: <c>keys/ledger.key</c> in the data folder.</summary>
    public string? File { get; set; }

    /// <summary>
    /// A program and its arguments that signs: it is given the verifier key as one more argument and the bytes to sign on its standard
    /// input, and answers the Ed25519 signature of 64 bytes, in Base64, on its standard output. Empty: the program signs itself.
    /// </summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>The verifier key (name+id+key) that the command signs with. Another one than now signs is what `countersign keys rotate` hands over to.</summary>
    public string? Verifier { get; set; }

    /// <summary>How long the command may take for one signature.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan TimeOut { get; set; } = TimeSpan.FromSeconds(10);
}
