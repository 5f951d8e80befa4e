namespace Countersign.Screening.Reading;

/// <summary>A few words outside any item: a pattern, a name, a prescribed wording.</summary>
internal static class Wording
{
    [ThreadStatic]
    private static SegmentText? kept;

    /// <summary>Its words, folded as a text is.</summary>
    public static List<(string Text, TokenKind Kind)> Of(string words)
    {
        var text = kept ??= new SegmentText(Plan.Empty);
        text.Read(new Segment(SegmentKind.Own, 0, words));
        var read = new List<(string, TokenKind)>(text.Tokens.Length);
        foreach (ref readonly var token in text.Tokens)
            read.Add((text.Word(token).ToString(), token.Kind));
        return read;
    }
}
