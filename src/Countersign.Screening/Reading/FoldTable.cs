using System.Globalization;
using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>What a single UTF-16 unit folds to, by table: 256 units a page, each page made when its first character is met.</summary>
internal static class FoldTable
{
    /// <summary>Stands for all that one unit alone does not decide: surrogates, what folds to none or several, letters in fancy dress.</summary>
    public const char Several = '\uFFFF';

    private static readonly char[]?[] Pages = new char[256][];

    public static char Of(char unit) => (Volatile.Read(ref Pages[unit >> 8]) ?? Page(unit >> 8))[unit & 0xFF];

    /// <summary>The folded form of a character; nothing for what a reader does not see.</summary>
    /// <returns>How many units were written.</returns>
    public static int Fold(Rune rune, Span<char> folded)
    {
        if (Characters.IsInvisible(rune.Value))
            return 0;
        if (Characters.Plain(rune.Value) is { } plain)
        {
            plain.CopyTo(folded);
            return plain.Length;
        }

        Span<char> units = stackalloc char[2];
        var source = units[..rune.EncodeToUtf16(units)];
        // Pictures have no other form.
        if (rune.Value is >= 0x1F1E6 and < 0x1F200 or >= 0x1F300 and <= 0x1FAFF)
        {
            source.CopyTo(folded);
            return source.Length;
        }

        // Marks are stripped from European letters only: elsewhere they carry the vowels.
        var form = rune.Value < 0x590 || rune.Value is >= 0x1E00 and < 0x2000 ? NormalizationForm.FormKD : NormalizationForm.FormKC;
        if (!((ReadOnlySpan<char>)source).TryNormalize(folded, out var written, form))
            throw new InvalidOperationException($"U+{rune.Value:X4} folds to more than {folded.Length} units.");
        if (form == NormalizationForm.FormKC)
            return written;
        var kept = 0;
        for (var at = 0; at < written; at++)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(folded[at]) != UnicodeCategory.NonSpacingMark)
                folded[kept++] = folded[at];
        }

        return kept;
    }

    private static char[] Page(int number)
    {
        var page = new char[256];
        // No character folds to more than 18 units.
        Span<char> folded = stackalloc char[32];
        for (var at = 0; at < page.Length; at++)
        {
            var unit = (char)((number << 8) | at);
            page[at] = char.IsSurrogate(unit) || Characters.IsNoCharacter(unit) || Characters.IsStyledLetter(unit) || Fold(new Rune(unit), folded) != 1
                ? Several
                : folded[0];
        }

        Volatile.Write(ref Pages[number], page);
        return page;
    }
}
