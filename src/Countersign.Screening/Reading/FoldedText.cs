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
/// with the way back to the original for every character.
/// </summary>
internal sealed class FoldedText
{
    private readonly List<char> characters;
    private readonly List<Span> origins;
    private readonly List<Span> disguises = [];
    private int[]? graphemes;

    private FoldedText(string original)
    {
        Original = original;
        characters = new List<char>(original.Length);
        origins = new List<Span>(original.Length);
    }

    public string Original { get; }

    /// <summary>The folded text, still with capitals.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where letters were hidden, in the original text.</summary>
    public IReadOnlyList<Span> Disguises => disguises;

    public static FoldedText Of(string original)
    {
        var folded = new FoldedText(original);
        for (var at = 0; at < original.Length;)
        {
            if (original[at] < 0x80)
            {
                folded.Append(original[at], new Span(at, ++at));
                continue;
            }

            var valid = Rune.DecodeFromUtf16(original.AsSpan(at), out var rune, out var used) == System.Buffers.OperationStatus.Done;
            folded.Append(valid && !Characters.IsNoCharacter(rune.Value) ? rune : Rune.ReplacementChar, new Span(at, at + used));
            at += used;
        }

        LookAlikes.Fold(folded.characters, folded.origins, folded.disguises);
        folded.Text = new string([.. folded.characters]);
        return folded;
    }

    /// <summary>The original stretch under a stretch of the folded text, widened so that no visible character is cut in two.</summary>
    public Span ToOriginal(int start, int end) =>
        start >= end ? default : Whole(new Span(origins[start].Start, origins[end - 1].End));

    /// <summary>Widens a stretch of the original so that no grapheme is cut in two.</summary>
    public Span Whole(Span span)
    {
        graphemes ??= StringInfo.ParseCombiningCharacters(Original);
        var first = Array.BinarySearch(graphemes, span.Start);
        var start = first >= 0 ? span.Start : graphemes[Math.Max(0, ~first - 1)];
        var last = Array.BinarySearch(graphemes, span.End);
        var end = last >= 0 ? span.End : ~last < graphemes.Length ? graphemes[~last] : Original.Length;
        return new Span(start, end);
    }

    private void Append(char character, Span origin)
    {
        characters.Add(character);
        origins.Add(origin);
    }

    private void Append(Rune rune, Span origin)
    {
        if (Characters.IsInvisible(rune.Value))
        {
            NoteHiddenBreak(rune.Value, origin);
            return;
        }

        if (Characters.Plain(rune.Value) is { } plain)
        {
            foreach (var character in plain)
                Append(character, origin);
            return;
        }

        Span<char> units = stackalloc char[2];
        var text = new string(units[..rune.EncodeToUtf16(units)]);
        // Marks are stripped from European letters only: elsewhere they carry the vowels.
        var form = rune.Value < 0x590 || rune.Value is >= 0x1E00 and < 0x2000 ? NormalizationForm.FormKD : NormalizationForm.FormKC;
        foreach (var character in text.Normalize(form))
        {
            if (form == NormalizationForm.FormKD && CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
                continue;
            Append(character, origin);
        }

        if (Characters.IsStyledLetter(rune.Value))
            disguises.Add(origin);
    }

    /// <summary>An invisible character between two Latin letters splits a word that the reader sees whole.</summary>
    private void NoteHiddenBreak(int value, Span origin)
    {
        if (!Characters.IsHidingBreak(value) || characters.Count == 0 || !char.IsAsciiLetter(characters[^1]))
            return;
        for (var next = origin.End; next < Original.Length; next++)
        {
            if (Characters.IsInvisible(Original[next]))
                continue;
            if (char.IsAsciiLetter(Original[next]))
                disguises.Add(new Span(origins[^1].Start, next + 1));
            return;
        }
    }
}
