using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Gaps that somebody forgot to fill: `[FIRSTNAME]`, `{{name}}`, `[insert price here]`, `%%NAME%%`.</summary>
internal static class Placeholders
{
    private static readonly string[] Openings = ["insert", "your", "add", "name", "first", "firstname", "last", "company", "date", "link", "tbc", "tbd", "xx", "placeholder", "customer", "price", "city", "product"];

    public static IReadOnlyList<Hit> Find(SegmentText text)
    {
        var hits = new List<Hit>();
        var source = text.Folded.Text;
        foreach (var (open, close) in new[] { ("{{", "}}"), ("${", "}"), ("%%", "%%"), ("*|", "|*"), ("<%", "%>") })
            Each(text, source, open, close, _ => true, hits);
        Each(text, source, "[", "]", IsGap, hits);
        Each(text, source, "<", ">", IsGap, hits);
        return hits;
    }

    private static void Each(SegmentText text, string source, string open, string close, Func<string, bool> accepts, List<Hit> hits)
    {
        for (var start = source.IndexOf(open, StringComparison.Ordinal); start >= 0; start = source.IndexOf(open, start + 1, StringComparison.Ordinal))
        {
            var end = source.IndexOf(close, start + open.Length, StringComparison.Ordinal);
            if (end < 0 || end - start > 60)
                continue;
            var inner = source[(start + open.Length)..end].Trim();
            if (inner.Length > 0 && !inner.Contains('\n', StringComparison.Ordinal) && accepts(inner) && text.TokensIn(start, end + close.Length) is { } hit)
                hits.Add(hit);
        }
    }

    /// <summary>All capitals with no space, or words that ask for something to be put in.</summary>
    private static bool IsGap(string inner)
    {
        if (inner.Length > 2 && inner.All(c => char.IsAsciiLetterUpper(c) || c is '_' or '-' or ' ') && inner.Any(char.IsAsciiLetterUpper) && inner is not ("AD" or "PDF"))
            return inner.Contains('_', StringComparison.Ordinal) || Openings.Any(o => inner.Contains(o, StringComparison.OrdinalIgnoreCase));
        var words = inner.ToLowerInvariant().Split(' ', '_', '-');
        return words[0] is "insert" or "add" or "your" or "enter" || (words.Length <= 2 && words[0] is "name" or "firstname" or "first" or "company" or "date" or "tbc" or "tbd" or "customer");
    }
}
