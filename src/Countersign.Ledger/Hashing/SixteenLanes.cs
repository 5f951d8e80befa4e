using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        ref var first = ref MemoryMarshal.GetReference(at[..16]);
        ref var rows = ref MemoryMarshal.GetReference(block[..16]);
        for (var lane = 0; lane < 16; lane++)
            Unsafe.Add(ref rows, lane) = Swap(Vector512.LoadUnsafe(ref Unsafe.Add(ref data, Unsafe.Add(ref first, lane))));
        Transpose(ref rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(Span<Vector512<uint>> state, ref byte digests)
    {
        state[8..16].Clear();
        Transpose(ref MemoryMarshal.GetReference(state));
        for (var lane = 0; lane < 16; lane++)
            Swap(state[lane].AsByte()).GetLower().AsByte().StoreUnsafe(ref Unsafe.Add(ref digests, lane * TreeHash.Length));
    }

    /// <summary>The bytes of each word the other way round: SHA-256 reads the highest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Swap(Vector512<byte> bytes)
    {
        var half = Vector256.Create(EightLanes.HighestFirst, EightLanes.HighestFirst);
        return Avx512BW.Shuffle(bytes, Vector512.Create(half, half)).AsUInt32();
    }

    /// <summary>Sixteen rows of sixteen words become sixteen columns: first within each 128 bits of four rows, then those among each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(ref Vector512<uint> rows)
    {
        Quarter(ref rows);
        Quarter(ref Unsafe.Add(ref rows, 4));
        Quarter(ref Unsafe.Add(ref rows, 8));
        Quarter(ref Unsafe.Add(ref rows, 12));
        Across(ref rows);
        Across(ref Unsafe.Add(ref rows, 1));
        Across(ref Unsafe.Add(ref rows, 2));
        Across(ref Unsafe.Add(ref rows, 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref Vector512<uint> rows)
    {
        var (first, second) = (rows, Unsafe.Add(ref rows, 1));
        var (third, fourth) = (Unsafe.Add(ref rows, 2), Unsafe.Add(ref rows, 3));
        var low = Avx512F.UnpackLow(first, second).AsUInt64();
        var high = Avx512F.UnpackHigh(first, second).AsUInt64();
        var nextLow = Avx512F.UnpackLow(third, fourth).AsUInt64();
        var nextHigh = Avx512F.UnpackHigh(third, fourth).AsUInt64();
        rows = Avx512F.UnpackLow(low, nextLow).AsUInt32();
        Unsafe.Add(ref rows, 1) = Avx512F.UnpackHigh(low, nextLow).AsUInt32();
        Unsafe.Add(ref rows, 2) = Avx512F.UnpackLow(high, nextHigh).AsUInt32();
        Unsafe.Add(ref rows, 3) = Avx512F.UnpackHigh(high, nextHigh).AsUInt32();
    }

    /// <summary>Every fourth row, from this one on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Across(ref Vector512<uint> rows)
    {
        var (first, second) = (rows, Unsafe.Add(ref rows, 4));
        var (third, fourth) = (Unsafe.Add(ref rows, 8), Unsafe.Add(ref rows, 12));
        var even = Avx512F.Shuffle4x128(first, second, 0x88);
        var odd = Avx512F.Shuffle4x128(first, second, 0xdd);
        var nextEven = Avx512F.Shuffle4x128(third, fourth, 0x88);
        var nextOdd = Avx512F.Shuffle4x128(third, fourth, 0xdd);
        rows = Avx512F.Shuffle4x128(even, nextEven, 0x88);
        Unsafe.Add(ref rows, 4) = Avx512F.Shuffle4x128(odd, nextOdd, 0x88);
        Unsafe.Add(ref rows, 8) = Avx512F.Shuffle4x128(even, nextEven, 0xdd);
        Unsafe.Add(ref rows, 12) = Avx512F.Shuffle4x128(odd, nextOdd, 0xdd);
    }
}
