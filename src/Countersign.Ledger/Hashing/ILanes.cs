namespace Countersign.Ledger.Hashing;

/// <summary>Words of 32 bits, one of each message, that a processor adds and turns in one step.</summary>
/// <typeparam name="TWords">A word of each lane.</typeparam>
internal interface ILanes<TWords>
    where TWords : unmanaged
{
    /// <summary>How many messages.</summary>
    static abstract int Count { get; }

    static abstract TWords All(uint word);

    static abstract TWords Add(TWords a, TWords b);

    static abstract TWords Xor(TWords a, TWords b, TWords c);

    /// <summary>For each bit: that of <paramref name="yes"/> where <paramref name="which"/> has a 1, else that of <paramref name="no"/>.</summary>
    static abstract TWords Choose(TWords which, TWords yes, TWords no);

    static abstract TWords Majority(TWords a, TWords b, TWords c);

    static abstract TWords Turn(TWords words, [System.Diagnostics.CodeAnalysis.ConstantExpected] byte right);

    static abstract TWords Shift(TWords words, [System.Diagnostics.CodeAnalysis.ConstantExpected] byte right);

    static abstract TWords ShiftLeft(TWords words, [System.Diagnostics.CodeAnalysis.ConstantExpected] byte left);

    /// <summary>Reads 64 bytes of each message; the first word of all of them comes first.</summary>
    /// <param name="at">Where each begins, in bytes from <paramref name="data"/>.</param>
    static abstract void Load(ref byte data, ReadOnlySpan<int> at, Span<TWords> block);

    /// <summary>Writes 32 bytes for each message.</summary>
    /// <param name="state">The eight words, and room for as many again.</param>
    static abstract void Store(Span<TWords> state, ref byte digests);
}
