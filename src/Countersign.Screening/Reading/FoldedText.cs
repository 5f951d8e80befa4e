using System.Globalization;
using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>A stretch of the original text, in UTF-16 units.</summary>
internal readonly record struct Span(int Start, int End)
{
    public bool Overlaps(Span other) => Start < other.End && other.Start < End;

    public bool Holds(Span other) => Start <= other.Start && other.End <= End;
}

/// <summary>
/// A copy of a text for matching: compatibility forms, look-alike letters, marks and invisible characters folded away,
/// with the way back to the original for every character. Its buffers are kept and used again; a text of ASCII is its own copy.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>Units of a text beyond which its buffers are not kept.</summary>
    private const int WorthKeeping = 1 << 16;

    private readonly List<Span> disguises = [];
    private char[] folded = new char[512];
    private char[] lower = new char[512];
    private readonly List<Run> runs = [];
    private int length;
    private int seenTo;
    private bool same;
    private int[]? graphemes;

    public string Original { get; private set; } = "";

    /// <summary>The folded text, still with capitals.</summary>
    public ReadOnlySpan<char> Text => same ? Original : folded.AsSpan(0, length);

    /// <summary>The folded text in lower case, unit for unit.</summary>
    public ReadOnlySpan<char> Lower => lower.AsSpan(0, length);

    /// <summary>Where letters were hidden, in the original text, from its beginning to its end.</summary>
    public IReadOnlyList<Span> Disguises => disguises;

    public void Read(string original)
    {
        if (lower.Length > WorthKeeping && original.Length < WorthKeeping)
        {
            folded = new char[512];
            lower = new char[512];
        }

        Original = original;
        graphemes = null;
        disguises.Clear();
        seenTo = 0;
        same = Ascii.IsValid(original);
        if (same)
        {
            length = original.Length;
            EnsureLower();
            Ascii.ToLower(original, lower, out _);
            return;
        }

        Fold();
        LookAlikes.Fold(folded.AsSpan(0, length), this, disguises);
        if (disguises.Count > 1)
            disguises.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        EnsureLower();
        LowerTable.ToLower(folded.AsSpan(0, length), lower);
    }

    /// <summary>The original stretch under a stretch of the folded text, widened so that no visible character is cut in two.</summary>
    public Span ToOriginal(int start, int end) =>
        start >= end ? default : Whole(same ? new Span(start, end) : new Span(Origin(start).Start, Origin(end - 1).End));

    /// <summary>Widens a stretch of the original so that no grapheme is cut in two.</summary>
    private Span Whole(Span span)
    {
        if (IsPlainBoundary(span.Start) && IsPlainBoundary(span.End))
            return span;
        graphemes ??= StringInfo.ParseCombiningCharacters(Original);
        var first = Array.BinarySearch(graphemes, span.Start);
        var start = first >= 0 ? span.Start : graphemes[Math.Max(0, ~first - 1)];
        var last = Array.BinarySearch(graphemes, span.End);
        var end = last >= 0 ? span.End : ~last < graphemes.Length ? graphemes[~last] : Original.Length;
        return new Span(start, end);
    }

    /// <summary>Between two characters of ASCII graphemes meet, save within a line end.</summary>
    private bool IsPlainBoundary(int at) =>
        at == 0 || at == Original.Length || (Original[at - 1] < 0x80 && Original[at] < 0x80 && !(Original[at - 1] == '\r' && Original[at] == '\n'));

    private void Fold()
    {
        length = 0;
        runs.Clear();
        Grow(Original.Length + 32);
        Span<char> several = stackalloc char[32];
        var plain = false;
        for (var at = 0; at < Original.Length;)
        {
            // ASCII stays as it is, so a stretch of it is taken at once.
            var ascii = Original.AsSpan(at).IndexOfAnyExceptInRange('\0', '\u007F') is var beyond and >= 0 ? beyond : Original.Length - at;
            if (ascii > 0)
            {
                if (!plain)
                    runs.Add(new Run(length, at, -1));
                plain = true;
                Grow(length + ascii);
                Original.AsSpan(at, ascii).CopyTo(folded.AsSpan(length));
                length += ascii;
                at += ascii;
                continue;
            }

            var unit = FoldTable.Of(Original[at]);
            if (unit != FoldTable.Several)
            {
                if (!plain)
                    runs.Add(new Run(length, at, -1));
                plain = true;
                Grow(length + 1);
                folded[length++] = unit;
                at++;
                continue;
            }

            plain = false;

            var valid = Rune.DecodeFromUtf16(Original.AsSpan(at), out var rune, out var used) == System.Buffers.OperationStatus.Done;
            var origin = new Span(at, at + used);
            at += used;
            if (!valid || Characters.IsNoCharacter(rune.Value))
                rune = Rune.ReplacementChar;
            if (Characters.IsInvisible(rune.Value))
                NoteHiddenBreak(rune.Value, origin);
            else
                Append(several[..FoldTable.Fold(rune, several)], origin);
            if (Characters.IsStyledLetter(rune.Value) && Characters.Plain(rune.Value) is null)
                disguises.Add(origin);
        }
    }

    private void Append(ReadOnlySpan<char> units, Span origin)
    {
        runs.Add(new Run(length, origin.Start, origin.End));
        Grow(length + units.Length);
        units.CopyTo(folded.AsSpan(length));
        length += units.Length;
    }

    /// <summary>Where a character of the folded text comes from.</summary>
    public Span Origin(int at)
    {
        var low = 0;
        var high = runs.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (runs[middle].Folded <= at)
                low = middle;
            else
                high = middle - 1;
        }

        var run = runs[low];
        return run.End >= 0 ? new Span(run.Start, run.End) : new Span(run.Start + at - run.Folded, run.Start + at - run.Folded + 1);
    }

    private void Grow(int needed)
    {
        if (folded.Length < needed)
            Array.Resize(ref folded, Math.Max(needed, folded.Length * 2));
    }

    private void EnsureLower()
    {
        if (lower.Length < length)
            lower = new char[Math.Max(length, lower.Length * 2)];
    }

    /// <summary>An invisible character between two Latin letters splits a word that the reader sees whole.</summary>
    private void NoteHiddenBreak(int value, Span origin)
    {
        if (!Characters.IsHidingBreak(value) || origin.Start < seenTo || length == 0 || !char.IsAsciiLetter(folded[length - 1]))
            return;
        for (seenTo = origin.End; seenTo < Original.Length; seenTo++)
        {
            if (Characters.IsInvisible(Original[seenTo]))
                continue;
            if (char.IsAsciiLetter(Original[seenTo]))
                disguises.Add(new Span(Origin(length - 1).Start, seenTo + 1));
            return;
        }
    }

    /// <summary>Where a stretch of the folded text comes from.</summary>
    /// <param name="Folded">Its first unit.</param>
    /// <param name="End">The index behind the original of all its units; -1 where each comes from one unit of its own.</param>
    private readonly record struct Run(int Folded, int Start, int End);
}
