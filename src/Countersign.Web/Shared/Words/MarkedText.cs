namespace Countersign.Web.Shared.Words;

/// <summary>Words that a finding is about.</summary>
/// <param name="Start">The first character, in UTF-16 units.</param>
/// <param name="Number">The finding's number: the same in the text, in the margin and in the decision box.</param>
/// <param name="Severity">1 (severe) to 4 (advice).</param>
public sealed record MarkedSpan(int Start, int Length, int Number, int Severity, bool Suppressed = false)
{
    public int End => Start + Length;

    /// <summary>The style of the mark: m1 to m3 by severity, m0 where suppressed.</summary>
    public string Css => Suppressed ? "m0" : $"m{Math.Min(Severity, 3)}";
}

/// <summary>A run of text with one look.</summary>
/// <param name="Start">Where it begins in the whole text.</param>
/// <param name="Mark">The finding it belongs to: of several, the severest that stands.</param>
/// <param name="Ends">Numbers of the findings that end here.</param>
public sealed record MarkedPiece(int Start, string Text, MarkedSpan? Mark, IReadOnlyList<int> Ends);

/// <summary>Cuts a text where marks begin and end. The pieces in order are the text.</summary>
public static class MarkedText
{
    /// <param name="cuts">Further places at which a piece must end: a fold, a limit.</param>
    public static IReadOnlyList<MarkedPiece> Cut(string text, IReadOnlyList<MarkedSpan> spans, params ReadOnlySpan<int> cuts)
    {
        // A span that points outside the text (the text changed meanwhile) is cut to it; one of no length marks nothing.
        var standing = spans
            .Select(span => span with { Start = Math.Clamp(span.Start, 0, text.Length), Length = Math.Clamp(span.End, 0, text.Length) - Math.Clamp(span.Start, 0, text.Length) })
            .Where(span => span.Length > 0)
            .ToList();

        SortedSet<int> places = [0, text.Length, .. standing.Select(span => span.Start), .. standing.Select(span => span.End)];
        foreach (var cut in cuts)
            places.Add(Math.Clamp(cut, 0, text.Length));

        return [.. places.Zip(places.Skip(1), (start, end) => new MarkedPiece(
            start,
            text[start..end],
            standing
                .Where(span => span.Start <= start && span.End >= end)
                .OrderBy(span => span.Suppressed).ThenBy(span => span.Severity).ThenBy(span => span.Number)
                .FirstOrDefault(),
            [.. standing.Where(span => span.End == end).Select(span => span.Number).Order()]))];
    }
}
