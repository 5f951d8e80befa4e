using Countersign.Screening.Heads;

namespace Countersign.Bench.Training;

/// <summary>Tells classes of texts apart: a head for each class against the rest, in eight bits a weight like the shipped ones; the highest score wins.</summary>
internal sealed class Classifier
{
    /// <summary>One setting for every task, chosen by cross-validation within four training splits.</summary>
    public static readonly TrainingSettings Settings = new(Bits: 18, Cost: 3, Smoothing: 1, RatioPower: 0.7, Balance: 1, Epochs: 12);

    private readonly LinearWeights[] heads;

    private Classifier(LinearWeights[] heads) => this.heads = heads;

    public static Classifier Train(IReadOnlyList<string> texts, IReadOnlyList<int> labels, int classes)
    {
        var table = Table(texts);
        var rows = Enumerable.Range(0, texts.Count).ToArray();
        // Two classes need one head: above zero is the second.
        return new Classifier([.. Enumerable.Range(classes == 2 ? 1 : 0, classes == 2 ? 1 : classes)
            .Select(of => Small(LinearTrainer.Train(table, rows, [.. labels.Select(label => label == of)], Settings)))]);
    }

    public int[] Classify(IReadOnlyList<string> texts)
    {
        var table = Table(texts);
        return
        [
            .. Enumerable.Range(0, texts.Count).Select(row => heads.Length == 1
                ? heads[0].Score(table, row) > 0 ? 1 : 0
                : Enumerable.Range(0, heads.Length).MaxBy(head => heads[head].Score(table, row))),
        ];
    }

    private static FeatureTable Table(IEnumerable<string> texts) => new(texts, Settings.Bits, HeadModel.Shipped);

    private static LinearWeights Small(LinearWeights weights)
    {
        var own = 1 << Settings.Bits;
        var (plane, step) = Shipping.Small(weights.Slots[..own]);
        return weights with { Slots = [.. plane.Select(weight => weight * step), .. weights.Slots[own..]] };
    }
}
