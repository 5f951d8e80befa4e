using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Countersign.Ledger;

/// <summary>
/// A hash in the log's tree: SHA-256 with the prefixes of RFC 6962, section 2.1, so that a leaf can never pass for a node.
/// </summary>
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>In bytes.</summary>
    public const int Length = 32;

    internal const byte LeafPrefix = 0;
    internal const byte NodePrefix = 1;

    /// <summary>The longest input hashed on the stack, in bytes.</summary>
    private const int OnStack = 1024;

    private readonly Vector256<byte> bits;

    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A tree hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        bits = Vector256.Create(bytes);
    }

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static TreeHash Empty { get; } = new(SHA256.HashData([]));

    public static TreeHash OfLeaf(ReadOnlySpan<byte> leaf)
    {
        var length = leaf.Length + 1;
        Span<byte> input = length <= OnStack ? stackalloc byte[length] : new byte[length];
        input[0] = LeafPrefix;
        leaf.CopyTo(input[1..]);
        return OfBytes(input);
    }

    public static TreeHash OfNode(TreeHash left, TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Length)];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Length)..]);
        return OfBytes(input);
    }

    /// <summary>Reads what <see cref="ToHex"/> or <see cref="ToBase64"/> wrote, and nothing looser.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TreeHash hash)
    {
        hash = default;
        var bytes = new byte[Length];
        var read = text?.Length switch
        {
            64 => Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Length,
            44 => Convert.TryFromBase64String(text, bytes, out var written) && written == Length,
            _ => false,
        };
        if (!read)
            return false;
        hash = new TreeHash(bytes);
        return string.Equals(text, hash.ToBase64(), StringComparison.Ordinal) || string.Equals(text, hash.ToHex(), StringComparison.OrdinalIgnoreCase);
    }

    public void CopyTo(Span<byte> destination) => bits.CopyTo(destination);

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bits.CopyTo(bytes);
        return bytes;
    }

    public string ToBase64() => Convert.ToBase64String(ToBytes());

    /// <summary>64 lower-case digits.</summary>
    public string ToHex() => Convert.ToHexStringLower(ToBytes());

    public override string ToString() => ToBase64();

    public bool Equals(TreeHash other) => bits == other.bits;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TreeHash other && Equals(other);

    public override int GetHashCode() => bits.AsInt32()[0];

    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);

    private static TreeHash OfBytes(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(input, digest);
        return new TreeHash(digest);
    }
}
