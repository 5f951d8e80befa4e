using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>A run of digits with single spaces, dashes or dots between them.</summary>
/// <param name="Count">How many digits it has.</param>
/// <param name="Value">The digits as a number, where there are at most <see cref="Readable"/>.</param>
internal readonly record struct DigitRun(int Start, int End, int Count, ulong Value)
{
    /// <summary>Longer runs are no number of any kind that is looked for.</summary>
    public const int Readable = 19;

    /// <summary>A digit, counted from the left.</summary>
    public int this[int index]
    {
        get
        {
            var rest = Value;
            for (var behind = Count - 1 - index; behind > 0; behind--)
                rest /= 10;
            return (int)(rest % 10);
        }
    }

    /// <summary>The first digits as a number.</summary>
    public int Leading(int digits)
    {
        var rest = Value;
        for (var behind = Count - digits; behind > 0; behind--)
            rest /= 10;
        return (int)rest;
    }
}

internal static class Digits
{
    public static void Runs(SegmentText text, int fewest, int most, Func<DigitRun, bool> accepts, HitList hits)
    {
        foreach (var run in text.DigitRuns)
        {
            if (run.Count >= fewest && run.Count <= most && accepts(run) && text.TokensIn(run.Start, run.End) is { } hit)
                hits.Add(hit);
        }
    }

    public static void Collect(ReadOnlySpan<char> text, List<DigitRun> runs)
    {
        runs.Clear();
        for (var start = 0; start < text.Length; start++)
        {
            if (!char.IsAsciiDigit(text[start]) || (start > 0 && char.IsLetterOrDigit(text[start - 1])))
                continue;
            var end = start;
            var count = 0;
            var value = 0UL;
            for (var at = start; at < text.Length; at++)
            {
                if (char.IsAsciiDigit(text[at]))
                {
                    if (++count <= DigitRun.Readable)
                        value = (value * 10) + (ulong)(text[at] - '0');
                    end = at + 1;
                }
                else if (text[at] is not (' ' or '-' or '.') || at > end)
                {
                    break;
                }
            }

            if (end == text.Length || !char.IsLetter(text[end]))
                runs.Add(new DigitRun(start, end, count, value));
            start = end;
        }
    }
}
