using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Reading;

/// <summary>
/// Which parts of which firings a symbol, a pair of symbols or a sign of the text can be the reason for. A part is awake where one of its
/// reasons stands in the text; a firing with a part asleep cannot fire. Equal sets of parts are kept once, so most words share a few.
/// </summary>
internal sealed class Wakes
{
    /// <summary>A set of more parts is kept as bits, a smaller one as their numbers: most words wake one or two.</summary>
    private const int Few = 12;

    /// <summary>Parts beyond these would not fit the numbers.</summary>
    private const int MostParts = ushort.MaxValue;

    private readonly Dictionary<int, int> ofSymbol = [];
    private readonly Dictionary<(int, int), int> ofPair = [];
    private readonly int[] ofSign = new int[TextSigns.Count];
    private readonly Dictionary<int, WordTraits> pairing = [];
    private readonly Dictionary<(int Set, int Part), int> withPart = [];
    private readonly Dictionary<(int, int), int> unions = [];
    private readonly List<int[]> sets = [[]];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal) { [""] = 0 };
    private ulong[] bits = [];
    private int[] rows = [];
    private ushort[] few = [];
    private int[] symbolSets = [];
    private WordTraits[] symbolPairing = [];

    /// <summary>Words of 64 bits that a set of parts takes, in fours.</summary>
    public int Width { get; private set; }

    public void AddSymbol(int symbol, int part) => Add(ref CollectionsMarshal.GetValueRefOrAddDefault(ofSymbol, symbol, out _), part);

    public void AddPair(int first, int second, int part) => Add(ref CollectionsMarshal.GetValueRefOrAddDefault(ofPair, (first, second), out _), part);

    /// <summary>Some list looks for these two in a row.</summary>
    public void NotePair(int first, int second)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(pairing, first, out _) |= WordTraits.PairFirst;
        CollectionsMarshal.GetValueRefOrAddDefault(pairing, second, out _) |= WordTraits.PairSecond;
    }

    public void AddSign(TextSign sign, int part) => Add(ref ofSign[(int)sign], part);

    /// <summary>Called once all parts are known.</summary>
    /// <param name="parts">How many there are.</param>
    /// <param name="symbols">How many symbols there are.</param>
    public void Close(int parts, int symbols)
    {
        if (parts > MostParts)
            throw new InvalidOperationException($"A release has room for {MostParts:N0} different lists of words in its rules.");
        Width = Math.Max(4, (parts + 255) / 256 * 4);
        symbolSets = new int[symbols];
        foreach (var (symbol, set) in ofSymbol)
            symbolSets[symbol] = set;
        symbolPairing = new WordTraits[symbols];
        foreach (var (symbol, trait) in pairing)
            symbolPairing[symbol] = trait;
    }

    /// <summary>Called once all unions of words are made: from here on nothing changes.</summary>
    public void Seal()
    {
        rows = new int[sets.Count];
        var numbers = new List<ushort>();
        var many = sets.Count(set => set.Length > Few);
        bits = new ulong[many * Width];
        var row = 0;
        for (var set = 0; set < sets.Count; set++)
        {
            if (sets[set].Length <= Few)
            {
                // How many there are stands in front of them.
                rows[set] = ~numbers.Count;
                numbers.Add((ushort)sets[set].Length);
                numbers.AddRange(sets[set].Select(part => (ushort)part));
                continue;
            }

            rows[set] = row;
            foreach (var part in sets[set])
                bits[row + (part >> 6)] |= 1UL << (part & 63);
            row += Width;
        }

        few = [.. numbers];
    }

    public int OfSymbol(int symbol) => symbolSets[symbol];

    /// <summary>The parts that two symbols in a row wake.</summary>
    public int OfPair(int first, int second) => ofPair.GetValueOrDefault((first, second));

    public WordTraits Pairing(int symbol) => symbolPairing[symbol];

    public int Union(int one, int other)
    {
        if (one == other || other == 0)
            return one;
        if (one == 0)
            return other;
        ref var union = ref CollectionsMarshal.GetValueRefOrAddDefault(unions, (one, other), out var made);
        if (!made)
            union = SetOf([.. sets[one].Concat(sets[other]).Distinct().Order()]);
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

    private void Add(ref int set, int part)
    {
        ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(withPart, (set, part), out var made);
        if (!made)
            next = SetOf([.. sets[set].Append(part).Distinct().Order()]);
        set = next;
    }

    private int SetOf(int[] parts)
    {
        var name = string.Join(',', parts);
        if (!known.TryGetValue(name, out var set))
        {
            set = sets.Count;
            known.Add(name, set);
            sets.Add(parts);
        }

        return set;
    }
}
