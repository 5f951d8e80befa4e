using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Heads;

/// <summary>
/// What words add to the heads, kept by word: the features within a word are the same wherever it stands.
/// One place for each word, which the latest to need it takes; a word counts as found only where it is the very same word.
/// </summary>
internal sealed class WordCache(HeadModel model)
{
    private const int Bits = 14;

    private readonly Entry[] entries = new Entry[1 << Bits];
    private Entry uncached;

    public HeadModel Model => model;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Entry Of(in HeadWord word)
    {
        if (!word.IsExact)
        {
            uncached = Read(word);
            return ref uncached;
        }

        ref var entry = ref entries[((word.Low ^ (word.High * 0x94D049BB133111EB)) * 0x9E3779B97F4A7C15) >> (64 - Bits)];
        if (entry.Low != word.Low || entry.High != word.High || entry.Features == 0)
            entry = Read(word);
        return ref entry;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Entry Read(in HeadWord word)
    {
        var wordClass = WordClasses.Of(word);
        var spelling = new Spelling(model);
        HeadReader.Spell(word, wordClass, ref spelling);
        return new Entry { Low = word.Low, High = word.High, Sums = spelling.Sums, Features = spelling.Features, Class = wordClass };
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
