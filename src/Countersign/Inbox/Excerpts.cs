using System.Text;
using Countersign.Decisions;
using Countersign.Storage;

namespace Countersign.Inbox;

/// <param name="IsMarked">It is what was looked for.</param>
public sealed record ExcerptPart(string Text, bool IsMarked);

/// <summary>A line of what was found, around the words that were looked for. Masked as every list is: a word that is hidden is not marked either.</summary>
public static class Excerpts
{
    /// <summary>UTF-16 units.</summary>
    private const int Length = 160;

    /// <summary>Of them before the first word that was looked for.</summary>
    private const int Before = 40;

    public static IReadOnlyList<ExcerptPart> Of(FoundWords found, WordQuery words) => found.Message switch
    {
        { IsErased: true } => [],
        { } message when Masking.WhyHidden(message) is { } why => [new ExcerptPart(why, false)],
        { } message => Line(Masking.Parts(message), words),
        null => Line([new ShownPart(PlainText.Of(found.Text), false)], words),
    };

    /// <summary>The whole of a short text with what was looked for marked.</summary>
    public static IReadOnlyList<ExcerptPart> Marked(string text, WordQuery? words) => words is null ? [new ExcerptPart(text, false)] : Parts(text, [.. words.In(text)], 0, text.Length);

    private static List<ExcerptPart> Line(IReadOnlyList<ShownPart> shown, WordQuery words)
    {
        var (line, marks) = (new StringBuilder(), new List<TextWord>());
        foreach (var part in shown)
        {
            var text = part.Text.ReplaceLineEndings(" ");
            if (!part.IsHidden)
                marks.AddRange(words.In(text).Select(word => word with { Start = line.Length + word.Start, End = line.Length + word.End }));
            line.Append(text);
        }

        var whole = line.ToString();
        var start = marks.Count == 0 || marks[0].Start <= Before ? 0 : Gap(whole, marks[0].Start - Before, marks[0].Start);
        var end = whole.Length - start <= Length ? whole.Length : Whole(whole, Math.Max(start + Length, marks.Count == 0 ? 0 : Math.Min(marks[0].End, start + (2 * Length))));
        List<ExcerptPart> parts = [.. Parts(whole, marks, start, end)];
        if (start > 0)
            parts.Insert(0, new ExcerptPart("… ", false));
        if (end < whole.Length)
            parts.Add(new ExcerptPart(" …", false));
        return parts;
    }

    private static List<ExcerptPart> Parts(string text, List<TextWord> marks, int start, int end)
    {
        var (parts, at) = (new List<ExcerptPart>(), start);
        foreach (var mark in marks.Where(mark => mark.Start >= start && mark.Start < end))
        {
            if (mark.Start > at)
                parts.Add(new ExcerptPart(text[at..mark.Start], false));
            at = Math.Min(mark.End, end);
            parts.Add(new ExcerptPart(text[mark.Start..at], true));
        }

        if (at < end)
            parts.Add(new ExcerptPart(text[at..end], false));
        return parts;
    }

    /// <summary>After the first space from here on; where there is none before the word, here.</summary>
    private static int Gap(string text, int from, int before) => text.IndexOf(' ', from, before - from) is >= 0 and var space ? space + 1 : Whole(text, from);

    /// <summary>Never within a character.</summary>
    private static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : Math.Min(at, text.Length);
}
