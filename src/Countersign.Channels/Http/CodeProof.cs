using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Countersign.Channels.Http;

/// <summary>Proves that whoever brings a code back is whoever asked for it (RFC 7636, S256).</summary>
/// <param name="Verifier">A secret until the code is changed.</param>
internal sealed record CodeProof(string Verifier, string Challenge)
{
    public static CodeProof New()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return new CodeProof(verifier, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    public override string ToString() => Challenge;
}
