using Countersign.Screening.Heads;

namespace Countersign.Screening.Reading;

/// <summary>An item with all its segments read. One is kept for each thread and used again.</summary>
internal sealed class ItemText(Plan plan)
{
    private readonly List<SegmentText> segments = [];
    private readonly ulong[] suspectFirings = new ulong[plan.Rules.Count];

    public Plan Plan => plan;

    public ScreeningItem Item { get; private set; } = null!;

    public List<Finding> Findings { get; } = [];

    /// <summary>The ids of rules that could not be evaluated, and what went wrong.</summary>
    public SortedDictionary<string, string> Failed { get; } = new(StringComparer.Ordinal);

    /// <summary>The numbers of the rules that can fire on the segment being judged.</summary>
    public List<int> Suspects { get; } = [];

    public IReadOnlyDictionary<string, string> Facts => Item.Facts;

    public int Count { get; private set; }

    public SegmentText Text(int segment) => segments[segment];

    public ulong SuspectFirings(int rule) => suspectFirings[rule];

    /// <param name="exhaustive">See <see cref="SegmentText.Exhaustive"/>.</param>
    public void Read(ScreeningItem item, bool exhaustive)
    {
        Item = item;
        for (var at = 0; at < item.Segments.Count; at++)
        {
            if (segments.Count == at)
                segments.Add(new SegmentText(plan));
            segments[at].Exhaustive = exhaustive;
            segments[at].Read(item.Segments[at]);
            Count = at + 1;
        }
    }

    public void Suspect(int rule, ulong firing)
    {
        if (suspectFirings[rule] == 0)
            Suspects.Add(rule);
        suspectFirings[rule] |= firing;
    }

    public void ClearSuspects()
    {
        foreach (var rule in Suspects)
            suspectFirings[rule] = 0;
        Suspects.Clear();
    }

    /// <summary>Lets go of the item and of what was found in it; the buffers stay.</summary>
    public void Forget()
    {
        ClearSuspects();
        Findings.Clear();
        Failed.Clear();
        Count = 0;
        Item = null!;
    }

    /// <summary>What the heads make of the item: for each, the highest of its segments.</summary>
    public HeadScores Scores
    {
        get
        {
            HeadScores most = default;
            for (var at = 0; at < Count; at++)
                most = at == 0 ? segments[at].Scores : most.Max(segments[at].Scores);
            return most;
        }
    }

    /// <summary>Whether the words stand where every reader sees them without a click or a tool: in our words or the words in our pictures.</summary>
    public bool Shows(Rules.WordList words)
    {
        for (var at = 0; at < Count; at++)
        {
            if (segments[at].IsVisible && segments[at].Find(words).Count > 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether a wording stands where every reader sees it.</summary>
    public bool ShowsWording(string words)
    {
        for (var at = 0; at < Count; at++)
        {
            if (segments[at].IsVisible && segments[at].Wording(words).Count > 0)
                return true;
        }

        return false;
    }
}
