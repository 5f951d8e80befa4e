using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Countersign.Screening.Rules;

namespace Countersign.Screening.Reading;

/// <summary>
/// Which parts of which firings a symbol, a pair of symbols or a sign of the text can be the reason for. A part is awake where one of its
/// reasons stands in the text; a firing with a part asleep cannot fire. Equal sets of parts are kept once, so most words share a few.
/// </summary>
internal sealed class Wakes(int symbols)
{
    /// <summary>A set of more parts is kept as bits, a smaller one as their numbers: most words wake one or two.</summary>
    private const int Few = 12;

    /// <summary>Parts beyond these would not fit the numbers.</summary>
    private const int MostParts = ushort.MaxValue;

    private const int PartBits = 16;
    private const int SymbolBits = 21;
    private const int KeyBits = 2 * SymbolBits;
    private const ulong OfSymbols = 0;
    private const ulong OfPairs = 1;
    private const ulong OfSigns = 2;

    private readonly List<ulong> reasons = [];
    private readonly Dictionary<ulong, int> ofPair = [];
    private readonly int[] ofSign = new int[TextSigns.Count];
    private readonly Dictionary<ulong, int> unions = [];
    private readonly Dictionary<ulong, int> known = [];
    private readonly List<ushort> parts = [];
    private readonly List<int> starts = [0];
    private readonly List<int> sameHash = [];
    private readonly int[] symbolSets = new int[symbols];
    private readonly WordTraits[] symbolPairing = new WordTraits[symbols];
    private ulong[] bits = [];
    private int[] rows = [];
    private ushort[] few = [];

    /// <summary>Words of 64 bits that a set of parts takes, in fours.</summary>
    public int Width { get; private set; }

    public void AddSymbol(int symbol, int part) => reasons.Add(Reason(OfSymbols, (uint)symbol, part));

    public void AddPair(int first, int second, int part) => reasons.Add(Reason(OfPairs, PairKey(first, second), part));

    public void AddSign(TextSign sign, int part) => reasons.Add(Reason(OfSigns, (uint)sign, part));

    /// <summary>Some list looks for these two in a row.</summary>
    public void NotePair(int first, int second)
    {
        symbolPairing[first] |= WordTraits.PairFirst;
        symbolPairing[second] |= WordTraits.PairSecond;
    }

    /// <summary>Called once all parts are known.</summary>
    /// <param name="count">How many there are.</param>
    public void Close(int count)
    {
        if (count > MostParts || symbols > Anchor.Most)
            throw new InvalidOperationException($"A release has room for {MostParts:N0} different lists of words in its rules and for {Anchor.Most:N0} words.");
        Width = Math.Max(4, (count + 255) / 256 * 4);
        SetOf([]);
        // In order, the parts of each symbol, pair and sign stand together.
        reasons.Sort();
        var set = new List<ushort>();
        for (var at = 0; at < reasons.Count;)
        {
            var reason = reasons[at] >> PartBits;
            set.Clear();
            for (; at < reasons.Count && reasons[at] >> PartBits == reason; at++)
            {
                var part = (ushort)reasons[at];
                if (set.Count == 0 || set[^1] != part)
                    set.Add(part);
            }

            Place(reason, SetOf(CollectionsMarshal.AsSpan(set)));
        }

        reasons.Clear();
        reasons.TrimExcess();
    }

    /// <summary>Called once all unions of words are made: from here on nothing changes.</summary>
    public void Seal()
    {
        rows = new int[starts.Count - 1];
        var numbers = new List<ushort>(parts.Count + rows.Length);
        var many = 0;
        for (var set = 0; set < rows.Length; set++)
            many += Parts(set).Length > Few ? 1 : 0;
        bits = new ulong[many * Width];
        var row = 0;
        for (var set = 0; set < rows.Length; set++)
        {
            var these = Parts(set);
            if (these.Length <= Few)
            {
                // How many there are stands in front of them.
                rows[set] = ~numbers.Count;
                numbers.Add((ushort)these.Length);
                numbers.AddRange(these);
                continue;
            }

            rows[set] = row;
            foreach (var part in these)
                bits[row + (part >> 6)] |= 1UL << (part & 63);
            row += Width;
        }

        few = [.. numbers];
    }

    public int OfSymbol(int symbol) => symbolSets[symbol];

    /// <summary>The parts that two symbols in a row wake.</summary>
    public int OfPair(int first, int second) => ofPair.GetValueOrDefault(PairKey(first, second));

    public WordTraits Pairing(int symbol) => symbolPairing[symbol];

    public int Union(int one, int other)
    {
        if (one == other || other == 0)
            return one;
        if (one == 0)
            return other;
        ref var union = ref CollectionsMarshal.GetValueRefOrAddDefault(unions, ((ulong)(uint)one << 32) | (uint)other, out var made);
        if (!made)
            union = SetOf(Merged(Parts(one), Parts(other)));
        return union;
    }

    public void Wake(int set, Span<ulong> awake)
    {
        if (set == 0)
            return;
        var row = rows[set];
        if (row < 0)
        {
            foreach (var part in few.AsSpan(~row + 1, few[~row]))
                awake[part >> 6] |= 1UL << (part & 63);
            return;
        }

        ref var from = ref bits[row];
        ref var to = ref MemoryMarshal.GetReference(awake);
        for (nuint at = 0; at < (nuint)awake.Length; at += (nuint)Vector256<ulong>.Count)
            (Vector256.LoadUnsafe(ref to, at) | Vector256.LoadUnsafe(ref from, at)).StoreUnsafe(ref to, at);
    }

    public void WakeSymbol(int symbol, Span<ulong> awake) => Wake(symbolSets[symbol], awake);

    public void WakeSigns(ulong signs, Span<ulong> awake)
    {
        for (; signs != 0; signs &= signs - 1)
            Wake(ofSign[System.Numerics.BitOperations.TrailingZeroCount(signs)], awake);
    }

    private static ulong Reason(ulong kind, ulong what, int part) => (((kind << KeyBits) | what) << PartBits) | (ushort)part;

    private static ulong PairKey(int first, int second) => ((ulong)(uint)first << SymbolBits) | (uint)second;

    private static ushort[] Merged(ReadOnlySpan<ushort> some, ReadOnlySpan<ushort> others)
    {
        var merged = new ushort[some.Length + others.Length];
        var (at, other, count) = (0, 0, 0);
        while (at < some.Length || other < others.Length)
        {
            var next = other == others.Length || (at < some.Length && some[at] <= others[other]) ? some[at++] : others[other++];
            if (count == 0 || merged[count - 1] != next)
                merged[count++] = next;
        }

        return merged[..count];
    }

    private ReadOnlySpan<ushort> Parts(int set) => CollectionsMarshal.AsSpan(parts)[starts[set]..starts[set + 1]];

    private void Place(ulong reason, int set)
    {
        var what = reason & ((1UL << KeyBits) - 1);
        switch (reason >> KeyBits)
        {
            case OfSymbols:
                symbolSets[what] = set;
                break;
            case OfPairs:
                ofPair[what] = set;
                break;
            default:
                ofSign[what] = set;
                break;
        }
    }

    /// <summary>The number of a set of parts, which stand in order: a set that is known keeps its number.</summary>
    private int SetOf(ReadOnlySpan<ushort> these)
    {
        var hash = WordHash.Of(MemoryMarshal.Cast<ushort, char>(these));
        ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(known, hash, out var met);
        for (var set = met ? latest : -1; set >= 0; set = sameHash[set])
        {
            if (Parts(set).SequenceEqual(these))
                return set;
        }

        sameHash.Add(met ? latest : -1);
        latest = starts.Count - 1;
        parts.AddRange(these);
        starts.Add(parts.Count);
        return latest;
    }
}
