namespace Countersign.Screening.Reading;

/// <summary>An item with all its segments read.</summary>
internal sealed class ItemText(ScreeningItem item, Vocabulary vocabulary)
{
    public ScreeningItem Item => item;

    public IReadOnlyDictionary<string, string> Facts => item.Facts;

    public IReadOnlyList<SegmentText> Segments { get; } = [.. item.Segments.Select(segment => new SegmentText(segment, vocabulary))];

    /// <summary>What every reader sees without a click or a tool: our words and the words in our pictures.</summary>
    public IEnumerable<SegmentText> Visible => Segments.Where(text => text.Segment.Kind is SegmentKind.Own or SegmentKind.MediaText);
}
