using System.Runtime.InteropServices;
using Countersign.Screening.Heads;

namespace Countersign.Bench.Training;

/// <summary>The features of many texts, row by row: slots and how much of each, already divided by the square root of the text's number of features.</summary>
internal sealed class FeatureTable
{
    /// <summary>What a head's score counts for beside the features, whose squares add up to about 1.</summary>
    private const double Beside = 0.5;

    private readonly List<int> slots = [];
    private readonly List<float> amounts = [];
    private readonly List<int> starts = [0];
    private readonly HeadModel? beside;

    /// <param name="beside">Heads whose scores stand beside the text's own features, each in a slot of its own.</param>
    public FeatureTable(IEnumerable<string> texts, int bits, HeadModel? beside = null)
    {
        Bits = bits;
        this.beside = beside;
        foreach (var text in texts)
            Add(text);
    }

    /// <summary>An empty table, for rows that are not whole texts.</summary>
    public FeatureTable(int bits) => Bits = bits;

    public int Bits { get; }

    /// <summary>Slots of the text's own features, and those behind them for the scores of heads.</summary>
    public int Width => (1 << Bits) + (beside is null ? 0 : HeadScores.Count);

    public int Count => starts.Count - 1;

    public ReadOnlySpan<int> Slots(int row) => CollectionsMarshal.AsSpan(slots)[starts[row]..starts[row + 1]];

    public ReadOnlySpan<float> Amounts(int row) => CollectionsMarshal.AsSpan(amounts)[starts[row]..starts[row + 1]];

    private void Add(string text)
    {
        var collected = new Collector([], 32 - Bits);
        HeadReader.Read(text, ref collected);
        AddRow(collected.Slots);
        if (beside is null)
            return;
        var scores = beside.Score(text);
        for (var head = 0; head < HeadScores.Count; head++)
        {
            slots.Add((1 << Bits) + head);
            amounts.Add((float)(scores[(Head)head] * Beside));
        }

        starts[^1] = slots.Count;
    }

    /// <param name="found">The slots of a row's features, each as often as it is found; they come out sorted.</param>
    public void AddRow(List<int> found)
    {
        found.Sort();
        var scale = found.Count == 0 ? 0 : (float)(1 / Math.Sqrt(found.Count));
        for (var at = 0; at < found.Count;)
        {
            var first = at;
            while (at < found.Count && found[at] == found[first])
                at++;
            slots.Add(found[first]);
            amounts.Add((at - first) * scale);
        }

        starts.Add(slots.Count);
    }

    private readonly struct Collector(List<int> slots, int shift) : IFeatureSink
    {
        public List<int> Slots => slots;

        public WordClass Word(in HeadWord word)
        {
            var wordClass = WordClasses.Of(word);
            var self = this;
            HeadReader.Spell(word, wordClass, ref self);
            return wordClass;
        }

        public void Feature(uint hash, int start, int end) => slots.Add((int)(hash >> shift));
    }
}
