using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Countersign.Ledger.Hashing;

/// <summary>Eight messages at once, by AVX2.</summary>
internal readonly struct EightLanes : ILanes<Vector256<uint>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => 8;

    /// <summary>The order of bytes that turns each of four words round.</summary>
    public static Vector128<byte> HighestFirst => Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> All(uint word) => Vector256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Choose(Vector256<uint> which, Vector256<uint> yes, Vector256<uint> no) => no ^ (which & (yes ^ no));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Majority(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) => (a & b) | (c & (a | b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Turn(Vector256<uint> words, [ConstantExpected] byte right) =>
        (words >>> right) | (words << (32 - right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Shift(Vector256<uint> words, [ConstantExpected] byte right) => Avx2.ShiftRightLogical(words, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftLeft(Vector256<uint> words, [ConstantExpected] byte left) => Avx2.ShiftLeftLogical(words, left);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(ref byte data, ReadOnlySpan<int> at, Span<Vector256<uint>> block)
    {
        for (var lane = 0; lane < 8; lane++)
        {
            block[lane] = Swap(Vector256.LoadUnsafe(ref Unsafe.Add(ref data, at[lane])));
            block[lane + 8] = Swap(Vector256.LoadUnsafe(ref Unsafe.Add(ref data, at[lane] + 32)));
        }

        Transpose(block[..8]);
        Transpose(block[8..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Span<Vector256<uint>> state, ref byte digests)
    {
        Transpose(state[..8]);
        for (var lane = 0; lane < 8; lane++)
            Swap(state[lane].AsByte()).AsByte().StoreUnsafe(ref Unsafe.Add(ref digests, lane * TreeHash.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Swap(Vector256<byte> bytes) => Avx2.Shuffle(bytes, Vector256.Create(HighestFirst, HighestFirst)).AsUInt32();

    /// <summary>Eight rows of eight words become eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(Span<Vector256<uint>> rows)
    {
        Span<Vector256<uint>> half = stackalloc Vector256<uint>[8];
        for (var i = 0; i < 8; i += 2)
        {
            half[i] = Avx2.UnpackLow(rows[i], rows[i + 1]);
            half[i + 1] = Avx2.UnpackHigh(rows[i], rows[i + 1]);
        }

        for (var i = 0; i < 8; i += 4)
        {
            rows[i] = Avx2.UnpackLow(half[i].AsUInt64(), half[i + 2].AsUInt64()).AsUInt32();
            rows[i + 1] = Avx2.UnpackHigh(half[i].AsUInt64(), half[i + 2].AsUInt64()).AsUInt32();
            rows[i + 2] = Avx2.UnpackLow(half[i + 1].AsUInt64(), half[i + 3].AsUInt64()).AsUInt32();
            rows[i + 3] = Avx2.UnpackHigh(half[i + 1].AsUInt64(), half[i + 3].AsUInt64()).AsUInt32();
        }

        for (var i = 0; i < 4; i++)
        {
            var (low, high) = (rows[i], rows[i + 4]);
            rows[i] = Avx2.Permute2x128(low, high, 0x20);
            rows[i + 4] = Avx2.Permute2x128(low, high, 0x31);
        }
    }
}
