namespace Countersign.Screening.Reading;

/// <summary>A text that a rule-maker prescribes word for word, to be told from one in which it was nearly kept.</summary>
internal sealed class PrescribedWording
{
    /// <summary>The share of its rows of three words that a text must hold to count as this wording, altered. Free paraphrases hold none.</summary>
    private const double Near = 0.3;

    private readonly HashSet<(ulong, ulong, ulong)> rows = [];

    /// <exception cref="FormatException">The wording is too short to be told from chance.</exception>
    public PrescribedWording(string wording)
    {
        var words = Wording.Of(wording).ConvertAll(word => WordHash.Of(word.Text));
        for (var at = 0; at + 2 < words.Count; at++)
            rows.Add((words[at], words[at + 1], words[at + 2]));
        if (rows.Count < 3)
            throw new FormatException("a wording of five words or more");
    }

    /// <summary>From the first word of it to the last, where the text holds it altered or in part; null where it holds all or next to nothing of it.</summary>
    public Hit? AlteredIn(SegmentText text)
    {
        var tokens = text.Tokens;
        var kept = new HashSet<(ulong, ulong, ulong)>();
        var (first, next) = (0, 0);
        for (var at = 0; at + 2 < tokens.Length; at++)
        {
            var row = (tokens[at].Hash, tokens[at + 1].Hash, tokens[at + 2].Hash);
            if (!rows.Contains(row))
                continue;
            first = kept.Count == 0 ? at : first;
            next = at + 3;
            kept.Add(row);
        }

        var share = kept.Count / (double)rows.Count;
        return share is >= Near and < 1 ? new Hit(first, next) : null;
    }
}
