using Countersign.Screening.Heads;

namespace Countersign.Bench.Training;

/// <summary>Marks the toxic words of a comment: a linear head over each word's own features and those of the words around it.</summary>
internal sealed class SpanTagger
{
    public static readonly TrainingSettings Settings = new(Bits: 18, Cost: 2, Smoothing: 1, RatioPower: 0.5, Balance: 0.5, Epochs: 10);

    private const int Folds = 4;

    /// <summary>Comments in which people marked nothing are rare in the training file and less so elsewhere: in drawing the lines each counts as two.</summary>
    private const double UnmarkedCount = 2;

    /// <summary>Of the words that nobody marked, every so-many-th is learnt from: there are ten times as many.</summary>
    private const int Every = 3;

    private readonly LinearWeights weights;
    private readonly Lines lines;

    private SpanTagger(LinearWeights weights, Lines lines) => (this.weights, this.lines) = (weights, lines);

    /// <summary>Learns from comments and the characters that people marked; where to draw the line is found on comments left out.</summary>
    public static SpanTagger Train(IReadOnlyList<(string Text, HashSet<int> Marked)> comments)
    {
        var table = new FeatureTable(Settings.Bits);
        var words = comments.Select(comment => Words(comment.Text, table)).ToList();
        var truth = comments.SelectMany((comment, at) => words[at].Select(word => IsMarked(word, comment.Marked))).ToArray();
        var firstRows = new int[comments.Count + 1];
        for (var at = 0; at < comments.Count; at++)
            firstRows[at + 1] = firstRows[at] + words[at].Count;

        var scores = new double[table.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            var rows = Enumerable.Range(0, comments.Count).Where(at => at % Folds != fold).SelectMany(at => Enumerable.Range(firstRows[at], words[at].Count)).Where(Learns).ToArray();
            var trained = LinearTrainer.Train(table, rows, [.. rows.Select(row => truth[row])], Settings);
            foreach (var row in Enumerable.Range(0, comments.Count).Where(at => at % Folds == fold).SelectMany(at => Enumerable.Range(firstRows[at], words[at].Count)))
                scores[row] = trained.Score(table, row);
        }

        var best = Lines.All.MaxBy(lines => Enumerable.Range(0, comments.Count).Sum(at =>
            (comments[at].Marked.Count == 0 ? UnmarkedCount : 1) * F1(Marked(comments[at].Text, words[at], scores.AsSpan(firstRows[at], words[at].Count), lines), comments[at].Marked)))!;
        int[] all = [.. Enumerable.Range(0, table.Count).Where(Learns)];
        return new SpanTagger(LinearTrainer.Train(table, all, [.. all.Select(row => truth[row])], Settings), best);

        bool Learns(int row) => truth[row] || row % Every == 0;
    }

    public HashSet<int> Mark(string text)
    {
        var table = new FeatureTable(Settings.Bits);
        var words = Words(text, table);
        return Marked(text, words, [.. Enumerable.Range(0, words.Count).Select(row => weights.Score(table, row))], lines);
    }

    /// <summary>The measure of the set's authors: F1 over characters; where people marked none, 1 for marking none and else 0.</summary>
    public static double F1(HashSet<int> answer, HashSet<int> marked)
    {
        if (marked.Count == 0 || answer.Count == 0)
            return marked.Count == answer.Count ? 1 : 0;
        return 2.0 * answer.Count(marked.Contains) / (answer.Count + marked.Count);
    }

    private static bool IsMarked((int Start, int End) word, HashSet<int> marked) =>
        2 * Enumerable.Range(word.Start, word.End - word.Start).Count(marked.Contains) > word.End - word.Start;

    /// <summary>Words above the line, with the space between two that follow each other; where there is none, the highest, if it is above the lower line.</summary>
    private static HashSet<int> Marked(string text, List<(int Start, int End)> words, ReadOnlySpan<double> scores, Lines lines)
    {
        var marked = new HashSet<int>();
        var last = -1;
        var highest = double.MinValue;
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        var line = highest < lines.Any ? Math.Max(highest, lines.Best) : lines.Any;
        for (var at = 0; at < words.Count; at++)
        {
            if (scores[at] < line)
                continue;
            var start = last >= 0 && last == at - 1 && string.IsNullOrWhiteSpace(text[words[last].End..words[at].Start]) ? words[last].End : words[at].Start;
            for (var character = start; character < words[at].End; character++)
                marked.Add(character);
            last = at;
        }

        return marked;
    }

    /// <summary>Adds a row to the table for each word of the text.</summary>
    private static List<(int Start, int End)> Words(string text, FeatureTable table)
    {
        var reading = new Reading([], 32 - table.Bits);
        HeadReader.Read(text, ref reading);
        var words = reading.Words;
        for (var at = 0; at < words.Count; at++)
        {
            var features = words[at].Own;
            for (var offset = -2; offset <= 2; offset++)
            {
                if (offset == 0)
                    continue;
                var near = at + offset >= 0 && at + offset < words.Count ? words[at + offset] : null;
                features.Add(Slot(near?.Hash ?? 1, (ulong)(offset + 8), table.Bits));
                features.Add(Slot((ulong)(near?.Class ?? WordClass.None) + 2, (ulong)(offset + 16), table.Bits));
                if (offset is -1 or 1)
                    features.Add(Slot((near?.Hash ?? 1) ^ (words[at].Hash * 31), (ulong)(offset + 24), table.Bits));
            }

            table.AddRow(features);
        }

        return [.. words.Select(word => (word.Start, word.End))];
    }

    private static int Slot(ulong what, ulong place, int bits) => (int)((((what * 0x9E3779B97F4A7C15) ^ (place * 0xC2B2AE3D27D4EB4F)) * 0xD6E8FEB86659FD93) >> (64 - bits));

    /// <param name="Any">Every word above it is marked.</param>
    /// <param name="Best">Where none is, the highest is marked if it is above this.</param>
    private sealed record Lines(double Any, double Best)
    {
        public static IEnumerable<Lines> All =>
            from any in Enumerable.Range(-8, 21) from best in Enumerable.Range(0, 9) select new Lines(any / 10.0, (any / 10.0) - (best / 4.0));
    }

    private sealed record SeenWord(int Start, int End, ulong Hash, WordClass Class, List<int> Own);

    private struct Reading(List<SeenWord> words, int shift) : IFeatureSink
    {
        public readonly List<SeenWord> Words => words;

        public readonly WordClass Word(in HeadWord word)
        {
            var wordClass = WordClasses.Of(word);
            var own = new Own([], shift);
            HeadReader.Spell(word, wordClass, ref own);
            words.Add(new SeenWord(word.Start, word.End, word.Low ^ (word.High * 31), wordClass, own.Slots));
            return wordClass;
        }

        public readonly void Feature(uint hash, int start, int end)
        {
            // What lies between words says nothing about one of them.
        }
    }

    private readonly struct Own(List<int> slots, int shift) : IFeatureSink
    {
        public List<int> Slots => slots;

        public WordClass Word(in HeadWord word) => throw new NotSupportedException("A word is spelt in features, not in words.");

        public void Feature(uint hash, int start, int end) => slots.Add((int)(hash >> shift));
    }
}
