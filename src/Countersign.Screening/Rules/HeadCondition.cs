using System.Globalization;
using Countersign.Screening.Heads;
using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>What a rule asks of a head: `hate: 0.8`.</summary>
internal sealed record HeadCondition(Head Kind, double Least)
{
    /// <summary>Characters of a text in which the words to show are looked for: in a longer one they are early enough.</summary>
    private const int MostExplained = 2000;

    /// <exception cref="FormatException">Says what was expected.</exception>
    public static Head Head(string name) => HeadScores.Names.IndexOf(name) is >= 0 and var head
        ? (Head)head
        : throw new FormatException($"one of the heads {string.Join(", ", HeadScores.Names)} instead of '{name}'");

    /// <exception cref="FormatException">Says what was expected.</exception>
    public static double Probability(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1
        ? value
        : throw new FormatException("a number between 0 and 1");

    public bool Holds(SegmentText text) => text.Scores[Kind] >= Least;

    /// <summary>The head's probability, as findings give it.</summary>
    public double Of(SegmentText text) => Math.Round(text.Scores[Kind], 4);

    /// <summary>The words that speak loudest for the head.</summary>
    public Hit? Strongest(SegmentText text) =>
        HeadModel.Shipped.Loudest(text.Text[..Math.Min(text.Text.Length, MostExplained)], Kind) is { } loudest ? text.TokensIn(loudest.Start, loudest.End) : null;
}
