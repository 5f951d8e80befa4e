using System.Diagnostics;
using System.Globalization;

namespace Countersign.Bench.Measures;

/// <summary>Two ways of doing the same work, measured in turns, so that whatever else the machine does falls on both.</summary>
internal static class Paired
{
    /// <param name="rounds">How often each is run, after one run of each that does not count. Medians want nine or more.</param>
    /// <returns>The median seconds of each, and the median over the rounds of baseline ÷ subject: above 1, the subject is faster.</returns>
    public static (double Subject, double Baseline, double Ratio) Run(int rounds, Action subject, Action baseline) => Run(rounds, subject, baseline, Seconds);

    /// <summary>The same in processor time of this process: for work that only computes, on a machine that others use too.</summary>
    public static (double Subject, double Baseline, double Ratio) RunOnProcessor(int rounds, Action subject, Action baseline) => Run(rounds, subject, baseline, ProcessorSeconds);

    /// <summary>The same in processor time of this thread alone.</summary>
    public static (double Subject, double Baseline, double Ratio) RunOnThread(int rounds, Action subject, Action baseline) => Run(rounds, subject, baseline, ThreadTime.Of);

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static void Print(string what, string figure, string asked) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-58} {figure,-26} asked: {asked}"));

    private static (double Subject, double Baseline, double Ratio) Run(int rounds, Action subject, Action baseline, Func<Action, double> measure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        subject();
        baseline();
        var subjects = new double[rounds];
        var baselines = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            // Whoever goes first in one round goes second in the next.
            if (round % 2 == 0)
                subjects[round] = measure(subject);
            baselines[round] = measure(baseline);
            if (round % 2 == 1)
                subjects[round] = measure(subject);
        }

        return (Median(subjects), Median(baselines), Median(baselines.Zip(subjects, (theirs, ours) => theirs / ours)));
    }

    private static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double ProcessorSeconds(Action work)
    {
        var start = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }
}
