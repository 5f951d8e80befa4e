using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>The key that signs the log. Made at the first start, never leaves its file.</summary>
public sealed class LedgerKey
{
    private const string FileName = "ledger.key";

    private LedgerKey(Ed25519NoteSigner signer) => Signer = signer;

    public Ed25519NoteSigner Signer { get; }

    /// <summary>What an examiner is given to verify with.</summary>
    public string VerifierKey => Signer.VerifierKey;

    /// <summary>The name of the log whose key lies in this folder; null before the first start.</summary>
    public static string? NameIn(string dataFolder) =>
        SecretFile.PathOf(dataFolder, FileName) is var path && File.Exists(path) ? Ed25519NoteSigner.Import(File.ReadAllText(path).Trim()).Name : null;

    /// <exception cref="InvalidOperationException">The key belongs to a log of another name.</exception>
    public static LedgerKey OpenOrCreate(string dataFolder, string origin)
    {
        var signer = Ed25519NoteSigner.Import(SecretFile.OpenOrCreate(dataFolder, FileName, () => Ed25519NoteSigner.Create(origin).Export()));
        return signer.Name == origin
            ? new LedgerKey(signer)
            : throw new InvalidOperationException($"The key in keys/{FileName} signs the log \"{signer.Name}\", and this installation is \"{origin}\". Start it under its own name, or give it its own data folder.");
    }
}
