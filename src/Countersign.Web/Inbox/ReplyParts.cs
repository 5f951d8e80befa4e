using Countersign.Publishing.Replies;

namespace Countersign.Web.Inbox;

/// <summary>A text of the library cut where its gaps are, for pages that mark them.</summary>
public static class ReplyParts
{
    /// <summary>As it was written, gaps with their braces.</summary>
    public static IEnumerable<(string Text, bool IsGap)> Of(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var isGap = text[at] == '{';
            var end = isGap ? text.IndexOf('}', at) + 1 : text.IndexOf('{', at);

            // Only words that were changed past the program have half a gap.
            end = end <= at ? text.Length : end;
            yield return (text[at..end], isGap);
            at = end;
        }
    }

    /// <summary>With the values that were filled in.</summary>
    public static IEnumerable<(string Text, bool IsValue)> Of(FilledReply filled)
    {
        var at = 0;
        foreach (var (start, end) in filled.Values)
        {
            yield return (filled.Text[at..start], false);
            yield return (filled.Text[start..end], true);
            at = end;
        }

        yield return (filled.Text[at..], false);
    }
}
