using System.Runtime.CompilerServices;

namespace Countersign.Ledger.Hashing;

/// <summary>SHA-256 (FIPS 180-4, section 6.2) of as many messages at once as there are lanes.</summary>
internal static class Compression<TWords, TLanes>
    where TWords : unmanaged
    where TLanes : ILanes<TWords>
{
    /// <summary>The state before the first block, with room for <see cref="ILanes{TWords}.Store"/>.</summary>
    public static void Begin(Span<TWords> state)
    {
        for (var i = 0; i < 8; i++)
            state[i] = TLanes.All(Sha256Constants.InitialState[i]);
    }

    /// <summary>Takes one block of each message into its state. The block is used up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Take(Span<TWords> state, Span<TWords> block)
    {
        ref var w = ref block[0];
        ref var k = ref Sha256Constants.Rounds[0];
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var t = 0; t < 64; t += 16)
        {
            if (t > 0)
                Extend(ref w);
            for (var half = 0; half < 16; half += 8)
            {
                ref var kt = ref Unsafe.Add(ref k, t + half);
                ref var wt = ref Unsafe.Add(ref w, half);
                Round(a, b, c, ref d, e, f, g, ref h, ref kt, ref wt, 0);
                Round(h, a, b, ref c, d, e, f, ref g, ref kt, ref wt, 1);
                Round(g, h, a, ref b, c, d, e, ref f, ref kt, ref wt, 2);
                Round(f, g, h, ref a, b, c, d, ref e, ref kt, ref wt, 3);
                Round(e, f, g, ref h, a, b, c, ref d, ref kt, ref wt, 4);
                Round(d, e, f, ref g, h, a, b, ref c, ref kt, ref wt, 5);
                Round(c, d, e, ref f, g, h, a, ref b, ref kt, ref wt, 6);
                Round(b, c, d, ref e, f, g, h, ref a, ref kt, ref wt, 7);
            }
        }

        state[0] = TLanes.Add(state[0], a);
        state[1] = TLanes.Add(state[1], b);
        state[2] = TLanes.Add(state[2], c);
        state[3] = TLanes.Add(state[3], d);
        state[4] = TLanes.Add(state[4], e);
        state[5] = TLanes.Add(state[5], f);
        state[6] = TLanes.Add(state[6], g);
        state[7] = TLanes.Add(state[7], h);
    }

    /// <summary>The next sixteen words of the message schedule, in place of the last sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend(ref TWords w)
    {
        for (var i = 0; i < 16; i++)
        {
            var before2 = Unsafe.Add(ref w, (i + 14) & 15);
            var before15 = Unsafe.Add(ref w, (i + 1) & 15);
            var late = TLanes.Xor(TLanes.Turn(before2, 17), TLanes.Turn(before2, 19), TLanes.Shift(before2, 10));
            var early = TLanes.Xor(TLanes.Turn(before15, 7), TLanes.Turn(before15, 18), TLanes.Shift(before15, 3));
            ref var word = ref Unsafe.Add(ref w, i);
            word = TLanes.Add(TLanes.Add(word, early), TLanes.Add(late, Unsafe.Add(ref w, (i + 9) & 15)));
        }
    }

    /// <summary>In the names of the standard; the caller gives the eight words in their changed order instead of moving them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(TWords a, TWords b, TWords c, ref TWords d, TWords e, TWords f, TWords g, ref TWords h, ref uint k, ref TWords w, int t)
    {
        var kw = TLanes.Add(TLanes.All(Unsafe.Add(ref k, t)), Unsafe.Add(ref w, t));
        var sum1 = TLanes.Xor(TLanes.Turn(e, 6), TLanes.Turn(e, 11), TLanes.Turn(e, 25));
        var sum0 = TLanes.Xor(TLanes.Turn(a, 2), TLanes.Turn(a, 13), TLanes.Turn(a, 22));
        var t1 = TLanes.Add(TLanes.Add(h, kw), TLanes.Add(sum1, TLanes.Choose(e, f, g)));
        d = TLanes.Add(d, t1);
        h = TLanes.Add(t1, TLanes.Add(sum0, TLanes.Majority(a, b, c)));
    }
}
