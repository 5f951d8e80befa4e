using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Countersign.Screening.Reading;

/// <summary>
/// Which parts of which firings a symbol, a pair of symbols or a sign of the text can be the reason for. A part is awake where one of its
/// reasons stands in the text; a firing with a part asleep cannot fire. Equal sets of parts are kept once, so most words share a few.
/// </summary>
internal sealed class Wakes
{
    private readonly Dictionary<int, int> ofSymbol = [];
    private readonly Dictionary<(int, int), int> ofPair = [];
    private readonly int[] ofSign = new int[TextSigns.Count];
    private readonly Dictionary<int, WordTraits> pairing = [];
    private readonly Dictionary<(int Set, int Part), int> withPart = [];
    private readonly Dictionary<(int, int), int> unions = [];
    private readonly List<int[]> sets = [[]];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal) { [""] = 0 };
    private ulong[] bits = [];
    private ulong[] pairKeys = [];
    private int[] pairSets = [];
    private ulong[] pairsSeen = [];
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
        Width = Math.Max(4, (parts + 255) / 256 * 4);
        symbolSets = new int[symbols];
        foreach (var (symbol, set) in ofSymbol)
            symbolSets[symbol] = set;
        symbolPairing = new WordTraits[symbols];
        foreach (var (symbol, trait) in pairing)
            symbolPairing[symbol] = trait;
        pairKeys = new ulong[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(ofPair.Count * 3) + 16)];
        pairSets = new int[pairKeys.Length];
        pairsSeen = new ulong[pairKeys.Length / 8];
        foreach (var ((first, second), set) in ofPair)
        {
            var hash = WordHash.OfPair(first, second);
            pairsSeen[Word(hash)] |= 1UL << (int)(hash >> 58);
            var slot = (int)hash & (pairKeys.Length - 1);
            while (pairSets[slot] != 0)
                slot = (slot + 1) & (pairKeys.Length - 1);
            pairKeys[slot] = Key(first, second);
            pairSets[slot] = set;
        }
    }

    /// <summary>Called once all unions of words are made: from here on nothing changes.</summary>
    public void Seal()
    {
        bits = new ulong[sets.Count * Width];
        for (var set = 0; set < sets.Count; set++)
        {
            foreach (var part in sets[set])
                bits[(set * Width) + (part >> 6)] |= 1UL << (part & 63);
        }
    }

    public int OfSymbol(int symbol) => symbolSets[symbol];

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
        ref var from = ref bits[set * Width];
        ref var to = ref MemoryMarshal.GetReference(awake);
        for (nuint at = 0; at < (nuint)awake.Length; at += (nuint)Vector256<ulong>.Count)
            (Vector256.LoadUnsafe(ref to, at) | Vector256.LoadUnsafe(ref from, at)).StoreUnsafe(ref to, at);
    }

    public void WakeSymbol(int symbol, Span<ulong> awake) => Wake(symbolSets[symbol], awake);

    public void WakePair(int first, int second, Span<ulong> awake)
    {
        var hash = WordHash.OfPair(first, second);
        // Most pairs are none: a bit says so without the look-up.
        if ((pairsSeen[Word(hash)] & (1UL << (int)(hash >> 58))) == 0)
            return;
        var key = Key(first, second);
        for (var slot = (int)hash & (pairKeys.Length - 1); pairSets[slot] != 0; slot = (slot + 1) & (pairKeys.Length - 1))
        {
            if (pairKeys[slot] == key)
            {
                Wake(pairSets[slot], awake);
                return;
            }
        }
    }

    public void WakeSigns(ulong signs, Span<ulong> awake)
    {
        for (; signs != 0; signs &= signs - 1)
            Wake(ofSign[System.Numerics.BitOperations.TrailingZeroCount(signs)], awake);
    }

    private static ulong Key(int first, int second) => ((ulong)(uint)first << 32) | (uint)second;

    private int Word(ulong hash) => (int)(hash >> 32) & (pairsSeen.Length - 1);

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
