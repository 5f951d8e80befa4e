namespace Countersign.Bench.Training;

/// <summary>How well answers agree with labels, in the measures of the published tables.</summary>
internal sealed class Quality
{
    private readonly int[,] counts;
    private readonly int classes;

    public Quality(ReadOnlySpan<int> labels, ReadOnlySpan<int> answers, int classes)
    {
        this.classes = classes;
        counts = new int[classes, classes];
        for (var at = 0; at < labels.Length; at++)
            counts[labels[at], answers[at]]++;
    }

    public double Accuracy => Ratio(Enumerable.Range(0, classes).Sum(at => counts[at, at]), counts.Cast<int>().Sum());

    public double MacroF1 => Enumerable.Range(0, classes).Average(F1);

    public double MacroRecall => Enumerable.Range(0, classes).Average(Recall);

    public double Recall(int of) => Ratio(counts[of, of], Enumerable.Range(0, classes).Sum(answer => counts[of, answer]));

    public double Precision(int of) => Ratio(counts[of, of], Enumerable.Range(0, classes).Sum(label => counts[label, of]));

    public double F1(int of) => Precision(of) + Recall(of) is > 0 and var sum ? 2 * Precision(of) * Recall(of) / sum : 0;

    private static double Ratio(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
