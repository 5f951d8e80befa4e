using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Countersign.Screening.Reading;

/// <summary>What a single UTF-16 unit folds to, by table: 256 units a page, each page made when its first character is met.</summary>
internal static class FoldTable
{
    /// <summary>Stands for all that one unit alone does not decide: surrogates, what folds to none or several, letters in fancy dress.</summary>
    public const char Several = '\uFFFF';

    private static readonly char[]?[] Pages = new char[256][];

    /// <summary>What was normalised once; there are no more entries than Unicode has characters of several units.</summary>
    private static readonly ConcurrentDictionary<int, string> Normalised = new();

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

        if (!Normalised.TryGetValue(rune.Value, out var normal))
            Normalised[rune.Value] = normal = Normal(rune);
        normal.CopyTo(folded);
        return normal.Length;
    }

    /// <summary>Marks are stripped from European letters only: elsewhere they carry the vowels.</summary>
    private static string Normal(Rune rune)
    {
        var normal = rune.ToString().Normalize(NormalizationForm.FormKC);
        if (IsEuropean(rune.Value) || normal.Any(unit => unit >= 0x80 && IsEuropean(unit)))
            normal = string.Concat(rune.ToString().Normalize(NormalizationForm.FormKD).Where(unit => CharUnicodeInfo.GetUnicodeCategory(unit) != UnicodeCategory.NonSpacingMark));
        // What it comes to may have a plain spelling of its own, or be what no reader sees.
        return string.Concat(normal.EnumerateRunes().Where(part => !Characters.IsInvisible(part.Value)).Select(part => Characters.Plain(part.Value) ?? part.ToString()));
    }

    private static bool IsEuropean(int value) => value is < 0x590 or >= 0x1E00 and < 0x2000;

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
