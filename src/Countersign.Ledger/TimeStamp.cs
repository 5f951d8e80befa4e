using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Countersign.Ledger;

/// <summary>
/// An outside authority's word that a checkpoint existed at a time (RFC 3161). What is stamped is SHA-256 of the checkpoint's text,
/// so that further signature lines leave it true, and <c>openssl ts -verify -data</c> checks it against a file of that text.
/// </summary>
public sealed class TimeStamp
{
    /// <summary>In bytes; a token with the authority's certificates has two to eight thousand.</summary>
    public const int LargestToken = 1 << 16;

    /// <summary>The object identifier of SHA-256.</summary>
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>The use of a certificate that may sign time stamps (RFC 3161, section 2.3).</summary>
    private const string StampingUse = "1.3.6.1.5.5.7.3.8";

    private TimeStamp(byte[] token, DateTimeOffset at, string authority) => (Token, At, Authority) = (token, at, authority);

    /// <summary>As it is stored and handed on: a TimeStampToken in DER.</summary>
    public byte[] Token { get; }

    /// <summary>By the authority's clock.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Whose certificate signed the token.</summary>
    public string Authority { get; }

    /// <summary>The request to send to the authority as <c>application/timestamp-query</c>. Keep it until the answer has come: it holds a random number that the answer must repeat.</summary>
    public static byte[] Request(SignedNote checkpoint) => Rfc3161TimestampRequest.CreateFromHash(
        SHA256.HashData(Stamped(checkpoint)),
        HashAlgorithmName.SHA256,
        nonce: RandomNumberGenerator.GetBytes(16),
        requestSignerCertificates: true).Encode();

    /// <summary>Takes the authority's answer (<c>application/timestamp-reply</c>) to this request; says why not where it is no consent.</summary>
    public static bool TryTake(byte[] request, byte[] response, SignedNote checkpoint, X509Certificate2Collection roots, [NotNullWhen(true)] out TimeStamp? stamp, [NotNullWhen(false)] out string? fault)
    {
        stamp = null;
        fault = null;
        try
        {
            if (!Rfc3161TimestampRequest.TryDecode(request, out var asked, out _))
                throw new ArgumentException("This is not a request for a time stamp.", nameof(request));
            var token = asked.ProcessResponse(response, out _).AsSignedCms().Encode();
            return TryVerify(token, checkpoint, roots, out stamp, out fault);
        }
        catch (CryptographicException refused)
        {
            fault = $"was refused or is not an answer to what was asked: {refused.Message}";
            return false;
        }
    }

    /// <summary>Whether the token is of this checkpoint and signed by an authority that one of the roots vouches for at the time it names.</summary>
    /// <param name="roots">Certificates of the authorities relied on, had from elsewhere than from what is verified.</param>
    /// <param name="fault">To go on after "the time stamp".</param>
    public static bool TryVerify(ReadOnlyMemory<byte> token, SignedNote checkpoint, X509Certificate2Collection roots, [NotNullWhen(true)] out TimeStamp? stamp, [NotNullWhen(false)] out string? fault)
    {
        stamp = null;
        fault = null;
        try
        {
            if (token.Length > LargestToken || !Rfc3161TimestampToken.TryDecode(token, out var decoded, out var length) || length != token.Length)
                fault = "is not a time stamp";
            else if (decoded.TokenInfo.HashAlgorithmId.Value != Sha256 || !decoded.TokenInfo.GetMessageHash().Span.SequenceEqual(SHA256.HashData(Stamped(checkpoint))))
                fault = "is of something else than this checkpoint";
            else if (!decoded.VerifySignatureForHash(SHA256.HashData(Stamped(checkpoint)), HashAlgorithmName.SHA256, out var signer, roots))
                fault = "was changed after it was signed";
            else if (WhyNotTrusted(signer, decoded, roots) is { } why)
                fault = why;
            else
                stamp = new TimeStamp(token.ToArray(), decoded.TokenInfo.Timestamp, signer.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        }
        catch (CryptographicException)
        {
            fault = "is damaged";
        }

        return fault is null;
    }

    private static byte[] Stamped(SignedNote checkpoint) => Encoding.UTF8.GetBytes(checkpoint.Text);

    private static string? WhyNotTrusted(X509Certificate2 signer, Rfc3161TimestampToken token, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(token.AsSignedCms().Certificates);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(StampingUse));

        // Offline: nobody is asked whether a certificate was withdrawn since.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = token.TokenInfo.Timestamp.LocalDateTime;
        return chain.Build(signer) ? null : "is signed by an authority that none of the certificates you gave vouches for at that time";
    }
}
