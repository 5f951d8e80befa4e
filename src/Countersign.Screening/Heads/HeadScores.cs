using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Countersign.Screening.Heads;

/// <summary>What a text may be, as the heads see it.</summary>
public enum Head
{
    Hate,
    Offensive,
    Harassment,
    Threat,
    SelfHarm,
    Complaint,

    /// <summary>That the words speak well of something.</summary>
    Sentiment,
    Spam,
    Promotion,
    GreenClaim,
}

/// <summary>How likely each head holds its kind of text, from 0 to 1; calibrated, so that of texts scored .8 about eight in ten are.</summary>
public readonly struct HeadScores
{
    /// <summary>The heads as packs and outputs write them, in the order of <see cref="Head"/>.</summary>
    public static readonly ImmutableArray<string> Names =
        ["hate", "offensive", "harassment", "threat", "self-harm", "complaint", "sentiment", "spam", "promotion", "green-claim"];

    public const int Count = 10;

    private readonly Values values;

    public HeadScores(ReadOnlySpan<float> scores) => scores.CopyTo(values);

    public double this[Head head] => values[(int)head];

    /// <summary>By name, in the order of <see cref="Names"/>, rounded to four places.</summary>
    public IReadOnlyDictionary<string, double> ByName()
    {
        var byName = new Dictionary<string, double>(Count, StringComparer.Ordinal);
        for (var head = 0; head < Count; head++)
            byName.Add(Names[head], Math.Round(values[head], 4));
        return byName;
    }

    /// <summary>The higher of the two, head by head: an item is what any of its segments is.</summary>
    public HeadScores Max(in HeadScores other)
    {
        Span<float> most = stackalloc float[Count];
        for (var head = 0; head < Count; head++)
            most[head] = Math.Max(values[head], other.values[head]);
        return new HeadScores(most);
    }

    [InlineArray(Count)]
    private struct Values
    {
        private float first;
    }
}
