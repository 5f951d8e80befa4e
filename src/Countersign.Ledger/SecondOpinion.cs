using System.Buffers.Binary;
using System.Numerics;

namespace Countersign.Ledger;

/// <summary>
/// Hashes a leaf by other code than <see cref="TreeHash.OfLeaf"/>, so that a fault in one of them is noticed before the wrong hash
/// is signed. One flipped bit made a public log unusable for ever (DigiCert Yeti 2022).
/// </summary>
public static class SecondOpinion
{
    /// <summary>In bytes, as are all lengths here.</summary>
    private const int BlockLength = 64;

    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2).</summary>
    private static readonly uint[] RoundConstants = FractionsOfRoots(64, Math.Cbrt);

    /// <summary>The same of the square roots of the first 8 primes (FIPS 180-4, section 5.3.3).</summary>
    private static readonly uint[] InitialState = FractionsOfRoots(8, Math.Sqrt);

    /// <summary>Must always equal <see cref="TreeHash.OfLeaf"/>.</summary>
    public static TreeHash OfLeaf(ReadOnlySpan<byte> leaf)
    {
        // 0x00, the leaf, the bit 1, zeros, and the length in bits as the last eight bytes (FIPS 180-4, section 5.1.1).
        var length = leaf.Length + 1L;
        var padded = new byte[(length + 9 + BlockLength - 1) / BlockLength * BlockLength];
        leaf.CopyTo(padded.AsSpan(1));
        padded[length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(padded.Length - 8), length * 8);

        Span<uint> state = stackalloc uint[8];
        InitialState.CopyTo(state);
        for (var at = 0; at < padded.Length; at += BlockLength)
            Compress(state, padded.AsSpan(at, BlockLength));

        Span<byte> digest = stackalloc byte[TreeHash.Length];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
        return new TreeHash(digest);
    }

    /// <summary>FIPS 180-4, section 6.2.2, in its names.</summary>
    private static void Compress(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (var t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (var t = 16; t < 64; t++)
            w[t] = Mix(w[t - 2], 17, 19, 10) + w[t - 7] + Mix(w[t - 15], 7, 18, 3) + w[t - 16];

        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < 64; t++)
        {
            var choice = (e & f) ^ (~e & g);
            var majority = (a & b) ^ (a & c) ^ (b & c);
            var t1 = h + Turn(e, 6, 11, 25) + choice + RoundConstants[t] + w[t];
            var t2 = Turn(a, 2, 13, 22) + majority;
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static uint Turn(uint x, int first, int second, int third) =>
        BitOperations.RotateRight(x, first) ^ BitOperations.RotateRight(x, second) ^ BitOperations.RotateRight(x, third);

    private static uint Mix(uint x, int first, int second, int shift) =>
        BitOperations.RotateRight(x, first) ^ BitOperations.RotateRight(x, second) ^ (x >> shift);

    /// <summary>A double holds 52 bits after the point less the few before it: more than the 32 wanted.</summary>
    private static uint[] FractionsOfRoots(int count, Func<double, double> root) =>
    [
        .. Enumerable.Range(2, 400)
            .Where(n => Enumerable.Range(2, n - 2).All(divisor => n % divisor != 0))
            .Take(count)
            .Select(prime => root(prime))
            .Select(value => (uint)((value - Math.Floor(value)) * 4294967296.0)),
    ];
}
