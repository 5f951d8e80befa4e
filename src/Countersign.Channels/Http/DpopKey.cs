using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Countersign.Channels.Http;

/// <summary>The key an access token is bound to: every call that shows the token is signed with it, so that the token alone opens nothing (RFC 9449).</summary>
internal sealed class DpopKey
{
    private readonly ECDsa key;
    private readonly JsonObject jwk;

    private DpopKey(ECDsa key)
    {
        this.key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    public static DpopKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <returns>Null for anything that <see cref="ToSecret"/> did not give.</returns>
    public static DpopKey? Parse(string secret)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(Base64Url.DecodeFromChars(secret), out _);
            return key.KeySize == 256 ? new DpopKey(key) : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    /// <summary>The private key, to be kept locked with the token.</summary>
    public string ToSecret() => Base64Url.EncodeToString(key.ExportPkcs8PrivateKey());

    /// <summary>The proof of one call.</summary>
    /// <param name="nonce">What the server last asked to be shown; null where it has not asked.</param>
    /// <param name="access">The token shown with it; null where none is.</param>
    public string Prove(HttpMethod method, Uri address, string? nonce, string? access, DateTimeOffset now)
    {
        var header = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = jwk.DeepClone() };
        var claims = new JsonObject
        {
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)),
            ["htm"] = method.Method,
            ["htu"] = address.GetLeftPart(UriPartial.Path),
            ["iat"] = now.ToUnixTimeSeconds(),
        };
        if (nonce is not null)
            claims["nonce"] = nonce;
        if (access is not null)
            claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(access)));
        var said = Part(header) + "." + Part(claims);
        return said + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(said), HashAlgorithmName.SHA256));
    }

    public override string ToString() => nameof(DpopKey);

    private static string Part(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
