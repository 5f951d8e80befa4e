using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>A named set of patterns. It is filled after it is made, because lists may name each other.</summary>
internal sealed class WordList(string name)
{
    private readonly Dictionary<string, List<Pattern>> byWord = new(StringComparer.Ordinal);
    private readonly List<Pattern> others = [];

    public string Name => name;

    public void Add(Pattern pattern)
    {
        if (pattern.Head is { Prefix: false, Masked: false } head)
        {
            if (!byWord.TryGetValue(head.Word, out var patterns))
                byWord[head.Word] = patterns = [];
            patterns.Add(pattern);
        }
        else
        {
            others.Add(pattern);
        }
    }

    public IReadOnlyList<Hit> FindIn(SegmentText text)
    {
        var hits = new List<Hit>();
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            var token = text.Tokens[at];
            Try(text, at, token.Text, hits);
            foreach (var reading in token.Readings)
                Try(text, at, reading, hits);
            foreach (var pattern in others)
            {
                if (pattern.At(text, at) is { } hit)
                    hits.Add(hit);
            }
        }

        return hits;
    }

    private void Try(SegmentText text, int at, string word, List<Hit> hits)
    {
        if (!byWord.TryGetValue(word, out var patterns))
            return;
        foreach (var pattern in patterns)
        {
            if (pattern.At(text, at) is { } hit)
                hits.Add(hit);
        }
    }
}
