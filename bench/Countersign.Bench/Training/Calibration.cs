namespace Countersign.Bench.Training;

/// <summary>From scores to probabilities, and how well those hold.</summary>
internal static class Calibration
{
    private const int Steps = 60;

    private const int Bins = 10;

    /// <summary>The slope and offset under which the labels are likeliest (Platt 1999), by Newton's method.</summary>
    public static (double Slope, double Offset) Platt(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, ReadOnlySpan<double> importance)
    {
        double slope = 1;
        double offset = 0;
        for (var step = 0; step < Steps; step++)
        {
            // A little ridge keeps the step finite where the labels can be told apart without a mistake.
            double slopeGradient = -1e-3 * (slope - 1), offsetGradient = 0, slopes = 1e-3, offsets = 1e-9, both = 0;
            for (var at = 0; at < scores.Length; at++)
            {
                var probability = 1 / (1 + Math.Exp(-((slope * scores[at]) + offset)));
                var residual = importance[at] * ((truth[at] ? 1 : 0) - probability);
                var spread = importance[at] * probability * (1 - probability);
                slopeGradient += residual * scores[at];
                offsetGradient += residual;
                slopes += spread * scores[at] * scores[at];
                both += spread * scores[at];
                offsets += spread;
            }

            var determinant = (slopes * offsets) - (both * both);
            if (determinant < 1e-12)
                break;
            var slopeStep = ((offsets * slopeGradient) - (both * offsetGradient)) / determinant;
            var offsetStep = ((slopes * offsetGradient) - (both * slopeGradient)) / determinant;
            slope += Math.Clamp(slopeStep, -2, 2);
            offset += Math.Clamp(offsetStep, -2, 2);
        }

        return (slope, offset);
    }

    /// <summary>The chance that a text of the kind scores above one that is not (area under the ROC curve).</summary>
    public static double Area(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        var order = scores.ToArray();
        var isPositive = truth.ToArray();
        Array.Sort(order, isPositive);
        double negatives = 0;
        double won = 0;
        foreach (var positive in isPositive)
        {
            if (positive)
                won += negatives;
            else
                negatives++;
        }

        var positives = isPositive.Length - negatives;
        return positives * negatives == 0 ? 0 : won / (positives * negatives);
    }

    /// <summary>Expected calibration error over ten bins of equal width.</summary>
    public static double Error(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, ReadOnlySpan<double> importance)
    {
        var said = new double[Bins];
        var came = new double[Bins];
        var weight = 0.0;
        for (var at = 0; at < probabilities.Length; at++)
        {
            var bin = Math.Min(Bins - 1, (int)(probabilities[at] * Bins));
            said[bin] += importance[at] * probabilities[at];
            came[bin] += truth[at] ? importance[at] : 0;
            weight += importance[at];
        }

        return said.Zip(came, (mean, share) => Math.Abs(mean - share)).Sum() / weight;
    }
}
