namespace Countersign.Publishing;

/// <summary>What two people made of the same words, put together where they changed different lines.</summary>
public static class ThreeWayMerge
{
    /// <summary>Lines compared pairwise; texts have a few hundred at most.</summary>
    private const int MaxLines = 2_000;

    /// <returns>Null where both changed the same place differently, so that a person has to choose.</returns>
    public static string? Of(string before, string mine, string theirs)
    {
        if (mine == theirs || theirs == before)
            return mine;
        if (mine == before)
            return theirs;
        var (lines, ours, others) = (before.Split('\n'), mine.Split('\n'), theirs.Split('\n'));
        if (Math.Max(lines.Length, Math.Max(ours.Length, others.Length)) > MaxLines)
            return null;
        var (toOurs, toOthers) = (Kept(lines, ours), Kept(lines, others));
        var merged = new List<string>();
        var (at, atOurs, atOthers) = (0, 0, 0);
        for (var line = 0; line <= lines.Length; line++)
        {
            // A line that all three have, or the end: what lies before it in each is one stretch.
            if (line < lines.Length && (toOurs[line] < 0 || toOthers[line] < 0))
                continue;
            var (endOurs, endOthers) = line < lines.Length ? (toOurs[line], toOthers[line]) : (ours.Length, others.Length);
            if (Choose(lines[at..line], ours[atOurs..endOurs], others[atOthers..endOthers]) is not { } stretch)
                return null;
            merged.AddRange(stretch);
            if (line < lines.Length)
                merged.Add(lines[line]);
            (at, atOurs, atOthers) = (line + 1, endOurs + 1, endOthers + 1);
        }

        return string.Join('\n', merged);
    }

    private static string[]? Choose(string[] before, string[] ours, string[] others) => (ours.AsSpan().SequenceEqual(before), others.AsSpan().SequenceEqual(before)) switch
    {
        (_, true) => ours,
        (true, _) => others,
        _ => ours.AsSpan().SequenceEqual(others) ? ours : null,
    };

    /// <summary>For each line, where it stands in the other text; -1 where it is gone. The longest common subsequence.</summary>
    private static int[] Kept(string[] from, string[] to)
    {
        var longest = new int[from.Length + 1, to.Length + 1];
        for (var left = from.Length - 1; left >= 0; left--)
        {
            for (var right = to.Length - 1; right >= 0; right--)
                longest[left, right] = from[left] == to[right] ? longest[left + 1, right + 1] + 1 : Math.Max(longest[left + 1, right], longest[left, right + 1]);
        }

        var kept = new int[from.Length];
        Array.Fill(kept, -1);
        for (var (left, right) = (0, 0); left < from.Length && right < to.Length;)
        {
            if (from[left] == to[right])
                kept[left++] = right++;
            else if (longest[left + 1, right] >= longest[left, right + 1])
                left++;
            else
                right++;
        }

        return kept;
    }
}
