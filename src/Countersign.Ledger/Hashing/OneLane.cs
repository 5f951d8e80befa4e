using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Countersign.Ledger.Hashing;

/// <summary>One message, on any processor: slower than the framework's own SHA-256, and other code than it.</summary>
internal readonly struct OneLane : ILanes<uint>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint All(uint word) => word;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint a, uint b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Xor(uint a, uint b, uint c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Choose(uint which, uint yes, uint no) => no ^ (which & (yes ^ no));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Majority(uint a, uint b, uint c) => (a & b) | (c & (a | b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Turn(uint words, [ConstantExpected] byte right) => BitOperations.RotateRight(words, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Shift(uint words, [ConstantExpected] byte right) => words >> right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ShiftLeft(uint words, [ConstantExpected] byte left) => words << left;

    public static void Load(ref byte data, ReadOnlySpan<int> at, Span<uint> block)
    {
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref data, at[0]), 64);
        for (var i = 0; i < 16; i++)
            block[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(4 * i)..]);
    }

    public static void Store(Span<uint> state, ref byte digests)
    {
        var bytes = MemoryMarshal.CreateSpan(ref digests, TreeHash.Length);
        for (var i = 0; i < 8; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 * i)..], state[i]);
    }
}
