using Countersign.Screening.Reading;

namespace Countersign.Screening.Rules;

/// <summary>
/// A named set of patterns. It is filled after it is made, because lists may name each other;
/// on first use its patterns are put under the words with which they can begin, so that a text tries few of them.
/// </summary>
internal sealed class WordList(string name)
{
    private readonly List<Pattern> patterns = [];
    private readonly Lock indexing = new();
    private volatile Index? index;

    public string Name => name;

    public void Add(Pattern pattern) => patterns.Add(pattern);

    public IReadOnlyList<Hit> FindIn(SegmentText text)
    {
        var hits = new List<Hit>();
        var byWord = Indexed();
        for (var at = 0; at < text.Tokens.Count; at++)
        {
            var token = text.Tokens[at];
            Try(text, at, byWord.Under(token.Text), hits);
            foreach (var reading in token.Readings)
                Try(text, at, byWord.Under(reading), hits);
            Try(text, at, byWord.Others, hits);
        }

        return hits;
    }

    /// <summary>The words with which a match can begin, or null where it can begin with anything.</summary>
    /// <param name="above">The lists that led here: a list that names itself can begin with anything.</param>
    public IReadOnlySet<string>? Heads(IReadOnlySet<WordList> above)
    {
        if (above.Contains(this))
            return null;
        var within = new HashSet<WordList>(above) { this };
        var heads = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            if (pattern.Heads(within) is not { } some)
                return null;
            heads.UnionWith(some);
        }

        return heads;
    }

    private static void Try(SegmentText text, int at, List<Pattern>? candidates, List<Hit> hits)
    {
        foreach (var pattern in candidates ?? [])
        {
            if (pattern.At(text, at) is { } hit && !(hits.Count > 0 && AlreadyFound(hits, hit)))
                hits.Add(hit);
        }
    }

    /// <summary>Hits come in the order of their first token, so only the last few can be the same.</summary>
    private static bool AlreadyFound(List<Hit> hits, Hit hit)
    {
        for (var at = hits.Count - 1; at >= 0 && hits[at].First == hit.First; at--)
        {
            if (hits[at] == hit)
                return true;
        }

        return false;
    }

    private Index Indexed()
    {
        if (index is { } ready)
            return ready;
        lock (indexing)
            return index ??= new Index(patterns, this);
    }

    private sealed class Index
    {
        private readonly Dictionary<string, List<Pattern>> byWord = new(StringComparer.Ordinal);

        public Index(IEnumerable<Pattern> patterns, WordList list)
        {
            foreach (var pattern in patterns)
            {
                if (pattern.Heads(new HashSet<WordList> { list }) is { } heads)
                {
                    foreach (var head in heads)
                    {
                        if (!byWord.TryGetValue(head, out var under))
                            byWord[head] = under = [];
                        under.Add(pattern);
                    }
                }
                else
                {
                    Others.Add(pattern);
                }
            }
        }

        /// <summary>Patterns that may begin with any word.</summary>
        public List<Pattern> Others { get; } = [];

        public List<Pattern>? Under(string word) => byWord.GetValueOrDefault(word);
    }
}
