using Countersign.Ledger;

namespace Countersign.Storage;

/// <summary>The key that cosigns other people's logs. Never the key of our own: what a witness signs says nothing about who signs it.</summary>
public sealed class WitnessKey
{
    private const string FileName = "witness.key";

    private WitnessKey(CosignatureSigner signer) => Signer = signer;

    public CosignatureSigner Signer { get; }

    /// <summary>What others put into their policy file.</summary>
    public string VerifierKey => Signer.VerifierKey;

    /// <summary>Made the first time it is asked for; named after the log beside it.</summary>
    public static WitnessKey OpenOrCreate(string dataFolder, string origin) =>
        new(CosignatureSigner.Import(SecretFile.OpenOrCreate(dataFolder, FileName, () => CosignatureSigner.Create($"{origin}/witness").Export())));
}
