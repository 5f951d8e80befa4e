using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Countersign.Ledger;

/// <summary>Ed25519 (RFC 8032), which .NET 10 itself does not have. The only place that knows where it comes from.</summary>
internal static class Ed25519Signature
{
    public static byte[] PublicKeyOf(byte[] seed)
    {
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, publicKey, 0);
        return publicKey;
    }

    public static byte[] Sign(byte[] seed, byte[] publicKey, byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(seed, 0, publicKey, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    public static bool Verifies(byte[] publicKey, byte[] message, byte[] signature) =>
        signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, publicKey, 0, message, 0, message.Length);
}
