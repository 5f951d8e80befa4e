using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Countersign.Ledger;

/// <summary>
/// Stands in an entry for words that may have to be erased one day. Whoever has the salt and the words can show that these were the
/// words; without the salt nobody can find them by guessing.
/// </summary>
public readonly struct Commitment : IEquatable<Commitment>
{
    /// <summary>In bytes.</summary>
    public const int SaltLength = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TreeHash digest;

    private Commitment(TreeHash digest) => this.digest = digest;

    /// <summary>From the machine's random source; to be kept, and erased, together with the content.</summary>
    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltLength);

    /// <summary>SHA-256 of "cs1", the salt, the id of the item, a zero byte and the content, texts in UTF-8.</summary>
    /// <exception cref="ArgumentException">The salt is not 32 bytes, the id holds a zero, or a text holds half of a character pair.</exception>
    public static Commitment Of(ReadOnlySpan<byte> salt, string item, string content)
    {
        if (salt.Length != SaltLength)
            throw new ArgumentException($"A salt has {SaltLength} bytes, not {salt.Length}.", nameof(salt));
        if (item.Contains('\0'))
            throw new ArgumentException("The id of an item ends at the first zero, so it cannot hold one.", nameof(item));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("cs1"u8);
        hash.AppendData(salt);
        hash.AppendData(Utf8.GetBytes(item));
        hash.AppendData([0]);
        hash.AppendData(Utf8.GetBytes(content));
        return new Commitment(new TreeHash(hash.GetHashAndReset()));
    }

    /// <summary>Reads 64 lower-case digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out Commitment commitment)
    {
        commitment = default;
        if (hex is not { Length: 64 } || !TreeHash.TryParse(hex, out var digest) || digest.ToHex() != hex)
            return false;
        commitment = new Commitment(digest);
        return true;
    }

    public string ToHex() => digest.ToHex();

    public override string ToString() => ToHex();

    public bool Equals(Commitment other) => digest == other.digest;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Commitment other && Equals(other);

    public override int GetHashCode() => digest.GetHashCode();

    public static bool operator ==(Commitment left, Commitment right) => left.Equals(right);

    public static bool operator !=(Commitment left, Commitment right) => !left.Equals(right);
}
