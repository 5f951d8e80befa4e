using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Heads;

/// <summary>
/// What words add to the heads, kept by word: the features within a word are the same wherever it stands.
/// Two places for each word: a new one takes the second, and moves to the first when it is met again, so that words met once do not
/// drive out those that are in every text. A word counts as found only where it is the very same word.
/// </summary>
internal sealed class WordCache(HeadModel model)
{
    public const int MostNoted = 512;

    private const int Bits = 14;

    private readonly Entry[] entries = new Entry[1 << Bits];

    public HeadModel Model => model;

    /// <summary>Features that are yet to be added up.</summary>
    public uint[] Noted { get; } = new uint[MostNoted];

    /// <param name="low">With <paramref name="high"/>, a word of up to sixteen ASCII characters.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Entry Of(ulong low, ulong high)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(entries), (nint)(((low ^ (high * 0x94D049BB133111EB)) * 0x9E3779B97F4A7C15) >> (65 - Bits)) * 2);
        if (first.Low != low || first.High != high || first.Features == 0)
            Fetch(low, high, ref first, ref Unsafe.Add(ref first, 1));
        return ref first.Low == low && first.High == high ? ref first : ref Unsafe.Add(ref first, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Fetch(ulong low, ulong high, ref Entry first, ref Entry second)
    {
        if (first.Features == 0)
            Read(low, high, ref first);
        else if (second.Low == low && second.High == high && second.Features != 0)
            (first, second) = (second, first);
        else
            Read(low, high, ref second);
    }

    private void Read(ulong low, ulong high, ref Entry entry)
    {
        Span<char> letters = stackalloc char[16];
        var length = 0;
        for (; length < 16 && Letter(length) != '\0'; length++)
            letters[length] = Letter(length);
        var word = new HeadWord(letters[..length], low, high, 0, length);
        var wordClass = WordClasses.Of(word);
        var spelling = new Spelling(model);
        HeadReader.Spell(word, wordClass, ref spelling);
        entry = new Entry { Low = low, High = high, Sums = spelling.Sums, Features = spelling.Features, Class = wordClass };

        char Letter(int at) => (char)(byte)(at < 8 ? low >> (at * 8) : high >> ((at - 8) * 8));
    }

    /// <summary>One line of the processor's cache. The sums fit: a word has fewer than 200 features of at most 127 each.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    public struct Entry
    {
        public Vector256<short> Sums;
        public ulong Low;
        public ulong High;
        public int Features;
        public WordClass Class;
    }

    private struct Spelling(HeadModel model) : IFeatureSink
    {
        public Vector256<short> Sums;

        public int Features { get; private set; }

        public readonly WordClass Word(in HeadWord word) => throw new NotSupportedException("A word is spelt in features, not in words.");

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Feature(uint hash, int start, int end)
        {
            var (low, high) = Vector128.Widen(model.WeightsOf(hash));
            Sums += Vector256.Create(low, high);
            Features++;
        }
    }
}
