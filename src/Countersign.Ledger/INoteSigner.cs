namespace Countersign.Ledger;

/// <summary>Signs notes as a log, with a key that it holds or by asking whoever holds it.</summary>
public interface INoteSigner
{
    /// <summary>The origin of the log it signs.</summary>
    string Name { get; }

    /// <summary>The public key as text.</summary>
    string VerifierKey { get; }

    SignedNote Sign(string text);
}
