using System.Globalization;

namespace Countersign.Web.Shared.Words;

public enum Change
{
    Same,
    Removed,
    Added,
}

/// <summary>A run of words that stayed, went or came.</summary>
public sealed record DiffPiece(Change Change, string Text);

/// <summary>
/// What changed between two texts, by word. The pieces that are not Added make the first text, those that are not
/// Removed make the second, letter for letter.
/// </summary>
public static class WordDiff
{
    /// <summary>Cells of the comparison table (two bytes each): about 2,000 changed words on either side.</summary>
    private const long LargestTable = 16_000_000;

    /// <summary>Fewer unchanged words than this between two changes are shown as changed too.</summary>
    private const int FewestWordsThatStay = 3;

    public static IReadOnlyList<DiffPiece> Between(string before, string after)
    {
        var old = Tokens(before);
        var fresh = Tokens(after);

        var head = 0;
        while (head < old.Count && head < fresh.Count && old[head] == fresh[head])
            head++;
        var tail = 0;
        while (tail < old.Count - head && tail < fresh.Count - head && old[^(tail + 1)] == fresh[^(tail + 1)])
            tail++;

        var pieces = new PieceList();
        pieces.Add(Change.Same, old[..head]);
        Compare(old[head..^tail], fresh[head..^tail], pieces);
        pieces.Add(Change.Same, old[^tail..]);
        return Quieter(pieces.Made);
    }

    /// <summary>
    /// One or two words that happen to stay in the middle of a rewritten sentence make it harder to read, not easier:
    /// they count as changed with their surroundings.
    /// </summary>
    private static IReadOnlyList<DiffPiece> Quieter(IReadOnlyList<DiffPiece> pieces)
    {
        var quiet = new PieceList();
        for (var i = 0; i < pieces.Count; i++)
        {
            var (change, text) = pieces[i];
            var between = change == Change.Same && i > 0 && i < pieces.Count - 1;
            if (between && Tokens(text).Count(token => Kind(token[0]) == 'w') < FewestWordsThatStay)
            {
                quiet.Add(Change.Removed, [text]);
                quiet.Add(Change.Added, [text]);
            }
            else
            {
                quiet.Add(change, [text]);
            }
        }
        return quiet.Made;
    }

    /// <summary>Walks the longest common subsequence; texts too long for its table are shown as replaced whole.</summary>
    private static void Compare(List<string> old, List<string> fresh, PieceList pieces)
    {
        if ((old.Count + 1L) * (fresh.Count + 1L) > LargestTable)
        {
            pieces.Add(Change.Removed, old);
            pieces.Add(Change.Added, fresh);
            return;
        }

        // common[i, j]: tokens that old[i..] and fresh[j..] have in common, in order.
        var common = new ushort[old.Count + 1, fresh.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
            for (var j = fresh.Count - 1; j >= 0; j--)
                common[i, j] = old[i] == fresh[j] ? (ushort)(common[i + 1, j + 1] + 1) : Math.Max(common[i + 1, j], common[i, j + 1]);

        for (int i = 0, j = 0; i < old.Count || j < fresh.Count;)
        {
            if (i < old.Count && j < fresh.Count && old[i] == fresh[j])
            {
                pieces.Add(Change.Same, [old[i++]]);
                j++;
            }
            else if (j >= fresh.Count || (i < old.Count && common[i + 1, j] >= common[i, j + 1]))
            {
                pieces.Add(Change.Removed, [old[i++]]);
            }
            else
            {
                pieces.Add(Change.Added, [fresh[j++]]);
            }
        }
    }

    /// <summary>Words, runs of space, and single marks: the units that somebody would say have changed.</summary>
    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var kind = Kind(text[start]);
            var end = start + 1;
            while (end < text.Length && kind != 'm' && Kind(text[end]) == kind)
                end++;
            tokens.Add(text[start..end]);
            start = end;
        }
        return tokens;
    }

    /// <summary>w: part of a word (with halves of a surrogate pair, so that none is torn), s: space, m: a mark of its own.</summary>
    private static char Kind(char letter) =>
        char.IsWhiteSpace(letter) ? 's'
        : char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark || letter is '\'' or '’' or '-' ? 'w'
        : 'm';

    /// <summary>Joins neighbours of one kind; within one change, what went stands before what came.</summary>
    private sealed class PieceList
    {
        private readonly List<DiffPiece> _made = [];
        private string _removed = "";
        private string _added = "";

        public IReadOnlyList<DiffPiece> Made
        {
            get
            {
                Settle();
                return _made;
            }
        }

        public void Add(Change change, IReadOnlyList<string> tokens)
        {
            var text = string.Concat(tokens);
            if (text is "")
                return;
            switch (change)
            {
                case Change.Removed:
                    _removed += text;
                    break;
                case Change.Added:
                    _added += text;
                    break;
                default:
                    Settle();
                    if (_made is [.., { Change: Change.Same } last])
                        _made[^1] = last with { Text = last.Text + text };
                    else
                        _made.Add(new DiffPiece(Change.Same, text));
                    break;
            }
        }

        private void Settle()
        {
            if (_removed is not "")
                _made.Add(new DiffPiece(Change.Removed, _removed));
            if (_added is not "")
                _made.Add(new DiffPiece(Change.Added, _added));
            (_removed, _added) = ("", "");
        }
    }
}
