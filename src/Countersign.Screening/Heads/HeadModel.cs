using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Countersign.Screening.Heads;

/// <summary>From a head's sum over the features to a probability.</summary>
/// <param name="Scale">What one step of a weight is worth.</param>
/// <param name="Bias">The score of a text without features.</param>
/// <param name="Slope">Platt: the probability is 1 / (1 + e^-(slope × score + offset)).</param>
public readonly record struct HeadScale(double Scale, double Bias, double Slope, double Offset)
{
    private const int Steps = 128;
    private const int Farthest = 16;

    /// <summary>1 / (1 + e^-x) from -16 to 16: between two places it is read off the line, which is closer than a millionth.</summary>
    private static readonly double[] Curve = [.. Enumerable.Range(0, (2 * Farthest * Steps) + 2).Select(at => 1 / (1 + Math.Exp(Farthest - ((double)at / Steps))))];

    /// <param name="share">One over the square root of the number of features; 0 where there are none.</param>
    public double Score(int sum, double share) => Bias + (sum * Scale * share);

    public double Probability(double score)
    {
        var place = Math.Clamp((Slope * score) + Offset + Farthest, 0, 2 * Farthest) * Steps;
        var at = (int)place;
        return Curve[at] + ((place - at) * (Curve[at + 1] - Curve[at]));
    }

    public static double Share(int features) => features == 0 ? 0 : 1 / Math.Sqrt(features);
}

/// <summary>One stretch of a text and what it adds to a head's score.</summary>
/// <param name="Start">First character in the text that was scored.</param>
public readonly record struct Contribution(int Start, int End, double Score);

/// <summary>
/// The weights of all heads, side by side: one load of sixteen bytes serves every head. A head's score is the sum of its
/// weights over the features of a text, divided by the square root of their number.
/// </summary>
public sealed class HeadModel
{
    /// <summary>Bytes between the weights of one feature and those of the next: room for sixteen heads.</summary>
    private const int Row = 16;

    private const uint Magic = 0x31485343; // "CSH1"

    private static readonly Lazy<HeadModel> Embedded = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Countersign.Screening.Data.heads.bin")
            ?? throw new InvalidOperationException("The weights of the heads are not in the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes);
    });

    [ThreadStatic]
    private static WordCache? words;

    private readonly sbyte[] weights;
    private readonly int shift;
    private readonly HeadScale[] scales;

    private HeadModel(sbyte[] weights, int bits, HeadScale[] scales)
    {
        this.weights = weights;
        shift = 32 - bits;
        Bits = bits;
        this.scales = scales;
    }

    /// <summary>The heads that ship.</summary>
    public static HeadModel Shipped => Embedded.Value;

    /// <summary>There are two to the power of this many slots.</summary>
    public int Bits { get; }

    public IReadOnlyList<HeadScale> Scales => scales;

    public int Slots => 1 << Bits;

    /// <param name="planes">The weights of each head, slot by slot.</param>
    public static HeadModel From(int bits, IReadOnlyList<HeadScale> scales, IReadOnlyList<sbyte[]> planes)
    {
        if (planes.Count > Row)
            throw new ArgumentException($"A row has room for {Row} heads.", nameof(planes));
        var rows = new sbyte[(1 << bits) * Row];
        for (var head = 0; head < planes.Count; head++)
        {
            for (var slot = 0; slot < planes[head].Length; slot++)
                rows[(slot * Row) + head] = planes[head][slot];
        }

        return new HeadModel(rows, bits, [.. scales]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static HeadModel Read(ReadOnlySpan<byte> file)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(file) != Magic)
            throw new InvalidDataException("These are not weights of heads.");
        var bits = file[4];
        var heads = file[5];
        var at = 8;
        var scales = new HeadScale[heads];
        for (var head = 0; head < heads; head++, at += 32)
        {
            scales[head] = new HeadScale(
                BinaryPrimitives.ReadDoubleLittleEndian(file[at..]),
                BinaryPrimitives.ReadDoubleLittleEndian(file[(at + 8)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(file[(at + 16)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(file[(at + 24)..]));
        }

        var slots = 1 << bits;
        var rows = new sbyte[slots * Row];
        for (var head = 0; head < heads; head++)
        {
            var plane = MemoryMarshal.Cast<byte, sbyte>(file.Slice(at + (head * slots), slots));
            for (var slot = 0; slot < slots; slot++)
                rows[(slot * Row) + head] = plane[slot];
        }

        return new HeadModel(rows, bits, [.. scales]);
    }

    /// <summary>The weights as a file: a header, the scales, then one plane of bytes for each head.</summary>
    public byte[] ToFile()
    {
        var file = new byte[8 + (32 * Scales.Count) + (Slots * Scales.Count)];
        BinaryPrimitives.WriteUInt32LittleEndian(file, Magic);
        file[4] = (byte)Bits;
        file[5] = (byte)Scales.Count;
        var at = 8;
        foreach (var scale in Scales)
        {
            foreach (var number in (ReadOnlySpan<double>)[scale.Scale, scale.Bias, scale.Slope, scale.Offset])
            {
                BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(at), number);
                at += 8;
            }
        }

        for (var head = 0; head < Scales.Count; head++)
        {
            for (var slot = 0; slot < Slots; slot++)
                file[at++] = (byte)weights[(slot * Row) + head];
        }

        return file;
    }

    /// <summary>SHA-256 of the weights as a file, lower-case hex: the model card names it.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(ToFile()));

    /// <summary>Scores a text with every head of the product. Allocates nothing once a thread has scored its first text.</summary>
    public HeadScores Score(ReadOnlySpan<char> text)
    {
        Span<double> scores = stackalloc double[HeadScores.Count];
        RawScores(text, scores);
        Span<float> probabilities = stackalloc float[HeadScores.Count];
        for (var head = 0; head < probabilities.Length; head++)
            probabilities[head] = (float)scales[head].Probability(scores[head]);
        return new HeadScores(probabilities);
    }

    /// <summary>The scores of the first heads before calibration, as many as there is room for.</summary>
    public void RawScores(ReadOnlySpan<char> text, Span<double> scores)
    {
        var sum = new Sum(this, Words());
        HeadReader.Read(text, ref sum);
        sum.AddNoted();
        var share = HeadScale.Share(sum.Features);
        Span<int> sums = stackalloc int[Row];
        sum.CopyTo(sums);
        for (var head = 0; head < scores.Length; head++)
            scores[head] = scales[head].Score(sums[head], share);
    }

    /// <summary>What each stretch of a text adds to a head's score: exactly, for with <see cref="HeadScale.Bias"/> they add up to it.</summary>
    public IReadOnlyList<Contribution> Explain(string text, Head head)
    {
        var explained = new Explanation(this, (int)head, []);
        HeadReader.Read(text, ref explained);
        var share = HeadScale.Share(explained.Features);
        return
        [
            .. explained.Weights
                .GroupBy(part => (part.Start, part.End))
                .Select(part => new Contribution(part.Key.Start, part.Key.End, Scales[(int)head].Score(part.Sum(one => one.Weight), share) - Scales[(int)head].Bias))
                .OrderByDescending(part => Math.Abs(part.Score)).ThenBy(part => part.Start).ThenBy(part => part.End),
        ];
    }

    /// <summary>The stretch of a text that adds most to a head's score, the first of several; null where none adds to it. The same as <see cref="Explain"/> says, without the rest.</summary>
    internal (int Start, int End)? Loudest(ReadOnlySpan<char> text, Head head)
    {
        var loudest = new Loudness(this, Words(), (int)head);
        HeadReader.Read(text, ref loudest);
        return loudest.Most();
    }

    /// <summary>The words that this thread has met.</summary>
    private WordCache Words() => words is { } cache && ReferenceEquals(cache.Model, this) ? cache : words = new WordCache(this);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector128<sbyte> WeightsOf(uint hash) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(weights), (hash >> shift) * (nuint)Row);

    /// <summary>Adds the weights of features for all heads at once; words come from the cache of the thread.</summary>
    private struct Sum(HeadModel model, WordCache cache) : IFeatureSink
    {
        private Vector256<int> first;
        private Vector256<int> second;
        private int noted;

        public int Features { get; private set; }

        public readonly void CopyTo(Span<int> sums)
        {
            first.CopyTo(sums);
            second.CopyTo(sums[8..]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public WordClass Word(in HeadWord word)
        {
            if (!word.IsExact)
            {
                var wordClass = WordClasses.Of(word);
                HeadReader.Spell(word, wordClass, ref this);
                return wordClass;
            }

            ref readonly var entry = ref cache.Of(word.Low, word.High);
            first += Vector256.WidenLower(entry.Sums);
            second += Vector256.WidenUpper(entry.Sums);
            Features += entry.Features;
            return entry.Class;
        }

        /// <summary>Features are noted first and added together later: then the processor fetches many weights at a time instead of waiting for each.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Feature(uint hash, int start, int end)
        {
            cache.Noted[noted++] = hash;
            if (noted == WordCache.MostNoted)
                AddNoted();
        }

        public void AddNoted()
        {
            foreach (var hash in cache.Noted.AsSpan(0, noted))
                Add(hash);
            Features += noted;
            noted = 0;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Add(uint hash)
        {
            var (low, high) = Vector128.Widen(model.WeightsOf(hash));
            var sums = Vector256.Create(low, high);
            first += Vector256.WidenLower(sums);
            second += Vector256.WidenUpper(sums);
        }
    }

    private struct Explanation(HeadModel model, int head, List<(int Start, int End, int Weight)> weights) : IFeatureSink
    {
        public readonly List<(int Start, int End, int Weight)> Weights => weights;

        public int Features { get; private set; }

        public WordClass Word(in HeadWord word)
        {
            var wordClass = WordClasses.Of(word);
            HeadReader.Spell(word, wordClass, ref this);
            return wordClass;
        }

        public void Feature(uint hash, int start, int end)
        {
            weights.Add((start, end, model.WeightsOf(hash)[head]));
            Features++;
        }
    }

    /// <summary>Finds the loudest stretch in one pass: all features of stretches that end at one place come in a row.</summary>
    private struct Loudness(HeadModel model, WordCache cache, int head) : IFeatureSink
    {
        /// <summary>Stretches that end with a word: the word, the pair with the one before it, the pair of classes.</summary>
        private const int MostOpen = 4;

        private Stretches open;
        private int count;
        private int end;
        private (int Start, int End, int Sum) most;

        public WordClass Word(in HeadWord word)
        {
            if (!word.IsExact)
            {
                var wordClass = WordClasses.Of(word);
                HeadReader.Spell(word, wordClass, ref this);
                return wordClass;
            }

            ref readonly var entry = ref cache.Of(word.Low, word.High);
            Add(entry.Sums[head], word.Start, word.End);
            return entry.Class;
        }

        public void Feature(uint hash, int start, int end) => Add(model.WeightsOf(hash)[head], start, end);

        public (int Start, int End)? Most()
        {
            Close();
            return most.Sum > 0 ? (most.Start, most.End) : null;
        }

        private void Add(int weight, int start, int end)
        {
            if (end != this.end)
                Close();
            this.end = end;
            var at = 0;
            while (at < count && open[at].Start != start)
                at++;
            if (at == count)
                open[count++] = (start, 0);
            open[at].Sum += weight;
        }

        private void Close()
        {
            for (var at = 0; at < count; at++)
            {
                var (start, sum) = open[at];
                if (sum > most.Sum || (sum == most.Sum && sum > 0 && start < most.Start))
                    most = (start, end, sum);
            }

            count = 0;
        }

        [InlineArray(MostOpen)]
        private struct Stretches
        {
            private (int Start, int Sum) first;
        }
    }
}
