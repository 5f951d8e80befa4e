using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Countersign.Ledger.Hashing;

/// <summary>Sixteen messages at once, by AVX-512.</summary>
internal readonly struct SixteenLanes : ILanes<Vector512<uint>>
{
    public static bool IsSupported => Avx512BW.IsSupported;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> All(uint word) => Vector512.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => Avx512F.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Choose(Vector512<uint> which, Vector512<uint> yes, Vector512<uint> no) => Avx512F.TernaryLogic(which, yes, no, 0xca);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Majority(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) => Avx512F.TernaryLogic(a, b, c, 0xe8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Turn(Vector512<uint> words, [ConstantExpected] byte right) => Avx512F.RotateRight(words, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Shift(Vector512<uint> words, [ConstantExpected] byte right) => Avx512F.ShiftRightLogical(words, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftLeft(Vector512<uint> words, [ConstantExpected] byte left) => Avx512F.ShiftLeftLogical(words, left);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(ref byte data, ReadOnlySpan<int> at, Span<Vector512<uint>> block)
    {
        for (var lane = 0; lane < 16; lane++)
            block[lane] = Swap(Vector512.LoadUnsafe(ref Unsafe.Add(ref data, at[lane])));
        Transpose(block);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Span<Vector512<uint>> state, ref byte digests)
    {
        state[8..16].Clear();
        Transpose(state);
        for (var lane = 0; lane < 16; lane++)
            Swap(state[lane].AsByte()).GetLower().AsByte().StoreUnsafe(ref Unsafe.Add(ref digests, lane * TreeHash.Length));
    }

    /// <summary>The bytes of each word the other way round: SHA-256 reads the highest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Swap(Vector512<byte> bytes) => Avx512BW.Shuffle(bytes, Vector512.Create(Vector256.Create(EightLanes.HighestFirst, EightLanes.HighestFirst), Vector256.Create(EightLanes.HighestFirst, EightLanes.HighestFirst))).AsUInt32();

    /// <summary>Sixteen rows of sixteen words become sixteen columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(Span<Vector512<uint>> rows)
    {
        Span<Vector512<uint>> half = stackalloc Vector512<uint>[16];
        for (var i = 0; i < 16; i += 2)
        {
            half[i] = Avx512F.UnpackLow(rows[i], rows[i + 1]);
            half[i + 1] = Avx512F.UnpackHigh(rows[i], rows[i + 1]);
        }

        for (var i = 0; i < 16; i += 4)
        {
            rows[i] = Avx512F.UnpackLow(half[i].AsUInt64(), half[i + 2].AsUInt64()).AsUInt32();
            rows[i + 1] = Avx512F.UnpackHigh(half[i].AsUInt64(), half[i + 2].AsUInt64()).AsUInt32();
            rows[i + 2] = Avx512F.UnpackLow(half[i + 1].AsUInt64(), half[i + 3].AsUInt64()).AsUInt32();
            rows[i + 3] = Avx512F.UnpackHigh(half[i + 1].AsUInt64(), half[i + 3].AsUInt64()).AsUInt32();
        }

        for (var i = 0; i < 4; i++)
        {
            half[i] = Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0x88);
            half[i + 4] = Avx512F.Shuffle4x128(rows[i], rows[i + 4], 0xdd);
            half[i + 8] = Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0x88);
            half[i + 12] = Avx512F.Shuffle4x128(rows[i + 8], rows[i + 12], 0xdd);
        }

        for (var i = 0; i < 8; i++)
        {
            rows[i] = Avx512F.Shuffle4x128(half[i], half[i + 8], 0x88);
            rows[i + 8] = Avx512F.Shuffle4x128(half[i], half[i + 8], 0xdd);
        }
    }
}
