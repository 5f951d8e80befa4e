using System.Globalization;
using Countersign.Screening.Heads;

namespace Countersign.Bench.Training;

/// <summary>How well one head did on texts that it had not learnt from.</summary>
/// <param name="Error">Expected calibration error: how far, on average, a probability is from what came true.</param>
internal sealed record HeadReport(Head Head, int Texts, int Positive, double F1, double Precision, double Recall, double Area, double Error);

/// <summary>Trains every shipped head. The same texts give the same bytes.</summary>
internal static class Shipping
{
    public static readonly TrainingSettings Settings = new(Bits: 16, Cost: 3, Smoothing: 1, RatioPower: 0.7, Balance: 1, Epochs: 12);

    /// <summary>Each text is left out of one of so many trainings, and judged by it.</summary>
    private const int Folds = 5;

    /// <summary>Weights beyond this share of all non-zero ones are cut to it, so that the rest keep their detail in eight bits.</summary>
    private const double Kept = 0.9995;

    public static (HeadModel Model, IReadOnlyList<HeadReport> Reports) Train(IReadOnlyList<Lesson> lessons)
    {
        var table = new FeatureTable(lessons.Select(lesson => lesson.Text), Settings.Bits);
        var scales = new HeadScale[HeadScores.Count];
        var planes = new sbyte[HeadScores.Count][];
        var reports = new HeadReport[HeadScores.Count];
        for (var head = Head.Hate; head <= Head.GreenClaim; head++)
        {
            var rows = Enumerable.Range(0, lessons.Count).Where(row => lessons[row].Says.ContainsKey(head)).ToArray();
            var (platt, report) = Calibrate(table, lessons, rows, head);
            var weights = Train(table, lessons, rows, head);
            var (plane, step) = Small(weights.Slots);
            planes[(int)head] = plane;
            scales[(int)head] = new HeadScale(step, weights.Bias, platt.Slope, platt.Offset);
            reports[(int)head] = report;
        }

        return (HeadModel.From(Settings.Bits, scales, planes), reports);
    }

    /// <summary>Eight bits a weight.</summary>
    public static (sbyte[] Plane, double Step) Small(double[] weights)
    {
        var sizes = weights.Where(weight => weight != 0).Select(Math.Abs).Order().ToArray();
        var step = sizes.Length == 0 ? 1 : sizes[(int)((sizes.Length - 1) * Kept)] / sbyte.MaxValue;
        return ([.. weights.Select(weight => (sbyte)Math.Clamp(Math.Round(weight / step), -sbyte.MaxValue, sbyte.MaxValue))], step);
    }

    private static LinearWeights Train(FeatureTable table, IReadOnlyList<Lesson> lessons, int[] rows, Head head) => LinearTrainer.Train(
        table, rows, [.. rows.Select(row => lessons[row].Says[head].Is)], Settings, [.. rows.Select(row => lessons[row].Says[head].Importance)]);

    private static ((double Slope, double Offset) Platt, HeadReport Report) Calibrate(FeatureTable table, IReadOnlyList<Lesson> lessons, int[] rows, Head head)
    {
        var scores = new double[rows.Length];
        // Rows that were written one after the other are alike: a stride through the folds keeps them apart evenly.
        for (var fold = 0; fold < Folds; fold++)
        {
            var weights = Train(table, lessons, [.. rows.Where((_, at) => at % Folds != fold)], head);
            for (var at = fold; at < rows.Length; at += Folds)
                scores[at] = weights.Score(table, rows[at]);
        }

        var truth = rows.Select(row => lessons[row].Says[head].Is).ToArray();
        var importance = rows.Select(row => lessons[row].Says[head].Importance).ToArray();
        var probabilities = new double[rows.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var kept = Enumerable.Range(0, rows.Length).Where(at => at % Folds != fold).ToArray();
            var (slope, offset) = Calibration.Platt([.. kept.Select(at => scores[at])], [.. kept.Select(at => truth[at])], [.. kept.Select(at => importance[at])]);
            for (var at = fold; at < rows.Length; at += Folds)
                probabilities[at] = 1 / (1 + Math.Exp(-((slope * scores[at]) + offset)));
        }

        var platt = Calibration.Platt(scores, truth, importance);
        // A head that only our own texts teach is judged on them alone: the rest is there to be held against it.
        var judged = Enumerable.Range(0, rows.Length).Where(at => !Lessons.Taught.Contains(head) || lessons[rows[at]].Ours).ToArray();
        rows = [.. judged.Select(at => rows[at])];
        truth = [.. judged.Select(at => truth[at])];
        scores = [.. judged.Select(at => scores[at])];
        importance = [.. judged.Select(at => importance[at])];
        probabilities = [.. judged.Select(at => probabilities[at])];
        var quality = new Quality([.. truth.Select(yes => yes ? 1 : 0)], [.. probabilities.Select(p => p >= 0.5 ? 1 : 0)], 2);
        return (platt, new HeadReport(head, rows.Length, truth.Count(yes => yes), quality.F1(1), quality.Precision(1), quality.Recall(1), Calibration.Area(scores, truth), Calibration.Error(probabilities, truth, importance)));
    }


    public static void Print(IReadOnlyList<HeadReport> reports)
    {
        Console.WriteLine("head           texts  of its kind    F1   precision recall  area   calibration error   (each text judged by a training without it)");
        foreach (var report in reports)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{HeadScores.Names[(int)report.Head],-12} {report.Texts,7} {report.Positive,12} {report.F1,6:F3} {report.Precision,10:F3} {report.Recall,6:F3} {report.Area,6:F3} {report.Error,12:F3}"));
        }
    }
}
