namespace Countersign.Bench.Training;

/// <summary>How a linear head is trained. One setting serves every task.</summary>
/// <param name="Bits">Slots are two to the power of this.</param>
/// <param name="Cost">What a wrong answer costs against the size of the weights.</param>
/// <param name="Smoothing">Added to the count of each feature on either side, for the log-count ratio.</param>
/// <param name="RatioPower">How far a feature's log-count ratio stretches it: 0 not at all, 1 fully.</param>
/// <param name="Balance">How far the rarer side is made to count as much as the other: 0 not at all, 1 fully.</param>
internal sealed record TrainingSettings(int Bits = 17, double Cost = 1, double Smoothing = 1, double RatioPower = 1, double Balance = 1, int Epochs = 12);

/// <summary>A trained head before it is made small: a weight for each slot, and a bias.</summary>
internal sealed record LinearWeights(double[] Slots, double Bias)
{
    public double Score(FeatureTable table, int row)
    {
        var score = Bias;
        var slots = table.Slots(row);
        var amounts = table.Amounts(row);
        for (var at = 0; at < slots.Length; at++)
            score += Slots[slots[at]] * amounts[at];
        return score;
    }
}

/// <summary>
/// Logistic regression with squared weights as penalty, solved in the dual one text at a time (Yu, Huang and Lin 2011, as in LIBLINEAR),
/// over features stretched by their log-count ratio (Wang and Manning 2012). The order of texts comes from a fixed seed.
/// </summary>
internal static class LinearTrainer
{
    /// <param name="rows">The rows of the table to learn from.</param>
    /// <param name="positive">For each of those rows, whether it is of the head's kind.</param>
    /// <param name="importance">For each of those rows, how much it counts; all alike where it is left out.</param>
    public static LinearWeights Train(FeatureTable table, ReadOnlySpan<int> rows, ReadOnlySpan<bool> positive, TrainingSettings settings, ReadOnlySpan<double> importance = default)
    {
        var stretch = Stretch(table, rows, positive, settings, importance);
        var weights = new double[table.Width];
        var bias = 0.0;
        var count = rows.Length;
        var costs = Costs(positive, settings, importance);
        var near = new double[count];
        var far = new double[count];
        var norms = new double[count];
        for (var at = 0; at < count; at++)
        {
            near[at] = Math.Min(0.001 * costs[at], 1e-8);
            far[at] = costs[at] - near[at];
            norms[at] = 1;
            var sign = positive[at] ? near[at] : -near[at];
            var slots = table.Slots(rows[at]);
            var amounts = table.Amounts(rows[at]);
            for (var feature = 0; feature < slots.Length; feature++)
            {
                var value = amounts[feature] * stretch[slots[feature]];
                norms[at] += value * value;
                weights[slots[feature]] += sign * value;
            }

            bias += sign;
        }

        var order = new int[count];
        for (var at = 0; at < count; at++)
            order[at] = at;
        var chance = 0x2545F4914F6CDD1DUL;
        var tolerance = 1e-2;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            Shuffle(order, ref chance);
            var largest = 0.0;
            foreach (var at in order)
            {
                var slots = table.Slots(rows[at]);
                var amounts = table.Amounts(rows[at]);
                var margin = bias;
                for (var feature = 0; feature < slots.Length; feature++)
                    margin += weights[slots[feature]] * amounts[feature] * stretch[slots[feature]];
                var sign = positive[at] ? 1 : -1;
                var step = Step(ref near[at], ref far[at], costs[at], norms[at], sign * margin, tolerance, ref largest);
                if (step == 0)
                    continue;
                step *= sign;
                bias += step;
                for (var feature = 0; feature < slots.Length; feature++)
                    weights[slots[feature]] += step * amounts[feature] * stretch[slots[feature]];
            }

            if (largest < 1e-2)
                break;
            tolerance = Math.Max(1e-8, tolerance * 0.5);
        }

        for (var slot = 0; slot < weights.Length; slot++)
            weights[slot] *= stretch[slot];
        return new LinearWeights(weights, bias);
    }

    /// <summary>Newton steps on one text's share (LIBLINEAR, solve_l2r_lr_dual).</summary>
    /// <returns>By how much that share, and so the weights along the text, change.</returns>
    private static double Step(ref double near, ref double far, double cost, double norm, double margin, double tolerance, ref double largest)
    {
        var swapped = (0.5 * norm * (far - near)) + margin < 0;
        var old = swapped ? far : near;
        var slope = swapped ? -margin : margin;
        var share = cost - old < 0.5 * cost ? 0.1 * old : old;
        var gradient = (norm * (share - old)) + slope + Math.Log(share / (cost - share));
        largest = Math.Max(largest, Math.Abs(gradient));
        var steps = 0;
        while (steps < 50 && Math.Abs(gradient) >= tolerance)
        {
            var curvature = norm + (cost / (cost - share) / share);
            var next = share - (gradient / curvature);
            share = next <= 0 ? share * 0.1 : next;
            gradient = (norm * (share - old)) + slope + Math.Log(share / (cost - share));
            steps++;
        }

        if (steps == 0)
            return 0;
        if (swapped)
            (far, near) = (share, cost - share);
        else
            (near, far) = (share, cost - share);
        return swapped ? old - share : share - old;
    }

    private static double[] Costs(ReadOnlySpan<bool> positive, TrainingSettings settings, ReadOnlySpan<double> importance)
    {
        double all = 0;
        double mine = 0;
        for (var at = 0; at < positive.Length; at++)
        {
            var weight = importance.IsEmpty ? 1 : importance[at];
            all += weight;
            if (positive[at])
                mine += weight;
        }

        var costs = new double[positive.Length];
        for (var at = 0; at < costs.Length; at++)
        {
            var share = (positive[at] ? mine : all - mine) / all;
            costs[at] = settings.Cost * (importance.IsEmpty ? 1 : importance[at]) * Math.Pow(0.5 / share, settings.Balance);
        }

        return costs;
    }

    private static double[] Stretch(FeatureTable table, ReadOnlySpan<int> rows, ReadOnlySpan<bool> positive, TrainingSettings settings, ReadOnlySpan<double> importance)
    {
        var mine = new double[table.Width];
        var others = new double[table.Width];
        double mineTexts = 0;
        double otherTexts = 0;
        for (var at = 0; at < rows.Length; at++)
        {
            var weight = importance.IsEmpty ? 1 : importance[at];
            foreach (var slot in table.Slots(rows[at]))
                (positive[at] ? mine : others)[slot] += weight;
            if (positive[at])
                mineTexts += weight;
            else
                otherTexts += weight;
        }

        var stretch = new double[mine.Length];
        for (var slot = 0; slot < stretch.Length; slot++)
        {
            if (slot >= 1 << table.Bits)
            {
                // The score of a head stands in every text: how often says nothing about it.
                stretch[slot] = 1;
                continue;
            }

            if (mine[slot] + others[slot] == 0)
                continue;
            var ratio = Math.Log((mine[slot] + settings.Smoothing) / (mineTexts + (2 * settings.Smoothing)) / ((others[slot] + settings.Smoothing) / (otherTexts + (2 * settings.Smoothing))));
            stretch[slot] = Math.Pow(Math.Abs(ratio), settings.RatioPower);
        }

        return stretch;
    }

    private static void Shuffle(int[] order, ref ulong chance)
    {
        for (var at = order.Length - 1; at > 0; at--)
        {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            var other = (int)(chance % (ulong)(at + 1));
            (order[at], order[other]) = (order[other], order[at]);
        }
    }
}
