using System.Globalization;
using System.Text;

namespace Countersign.Storage;

/// <summary>A word of a text, as it is searched by, and where it stands there.</summary>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="End">After the last.</param>
public readonly record struct TextWord(string Token, int Start, int End);

/// <summary>
/// The words that people search texts by, made here and not by a database, so that both find the same: without case, accents and the English
/// plural; an apostrophe joins. Scripts without spaces between words count sign by sign, and so does a picture such as an emoji. Every token is
/// made of a to z and 0 to 9, so that no index changes it and no query language means something else by it.
/// </summary>
public static class TextWords
{
    /// <summary>Runes of one word that count.</summary>
    private const int Longest = 40;

    /// <summary>Words of one text that count; the longest that is kept has fewer.</summary>
    private const int Most = 20_000;

    /// <summary>Stands between texts of one row, so that words on both sides are not taken for neighbours. No word becomes it.</summary>
    internal const string Break = "q0";

    /// <summary>Several texts as they are kept to be searched.</summary>
    public static string Joined(params IEnumerable<string?> texts) =>
        string.Join($" {Break} ", texts.Where(text => !string.IsNullOrEmpty(text)).Select(text => string.Join(' ', In(text!).Take(Most).Select(word => word.Token))).Where(words => words.Length > 0));

    public static IEnumerable<TextWord> In(string text)
    {
        var (run, length, start, end) = (new StringBuilder(), 0, 0, 0);
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                at++;
                continue;
            }

            var next = at + rune.Utf16SequenceLength;
            if (Joins(rune) && length > 0)
            {
                at = next;
                continue;
            }

            if (IsWordOfItsOwn(rune) || !(Rune.IsLetterOrDigit(rune) || (IsMark(rune) && length > 0)))
            {
                if (length > 0)
                    yield return new TextWord(Token(run.ToString()), start, end);
                run.Clear();
                length = 0;
                if (IsWordOfItsOwn(rune))
                    yield return new TextWord(Encoded(rune.ToString()), at, next);
            }
            else
            {
                if (length == 0)
                    start = at;
                if (length++ < Longest)
                    run.Append(rune.ToString());
                end = next;
            }

            at = next;
        }

        if (length > 0)
            yield return new TextWord(Token(run.ToString()), start, end);
    }

    /// <summary>Apostrophes within a word, and what is not seen: joiners, variants, soft hyphens, marks of direction.</summary>
    private static bool Joins(Rune rune) => rune.Value is '\'' or '\u2019' or '\u02BC' or '\u00AD' or '\u200C' or '\u200D' or '\u200E' or '\u200F' or (>= 0xFE00 and <= 0xFE0F) or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsWordOfItsOwn(Rune rune) => IsWithoutSpaces(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;

    /// <summary>Thai, Lao, Burmese, Khmer, Japanese and Chinese.</summary>
    private static bool IsWithoutSpaces(Rune rune) => rune.Value is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    private static string Token(string word)
    {
        if (Ascii.IsValid(word))
            return Singular(word.ToLowerInvariant());

        // Accents go, wherever they were written: "é" as one character or as two. Other marks are part of their letter.
        var plain = new StringBuilder(word.Length);
        foreach (var rune in word.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (rune.Value is < 0x300 or > 0x36F)
                plain.Append(Rune.ToLowerInvariant(rune).ToString());
        }

        var folded = plain.Replace("ß", "ss").Replace("ı", "i").ToString();
        return Ascii.IsValid(folded) && folded.All(char.IsAsciiLetterOrDigit) ? Singular(folded) : Encoded(folded);
    }

    /// <summary>The English plural of three rules: D. Harman, "How effective is suffixing?", 1991.</summary>
    private static string Singular(string word) => word switch
    {
        { Length: < 4 } => word,
        [.., var before, 'i', 'e', 's'] => before is 'e' or 'a' ? word : $"{word[..^3]}y",
        [.., var before, 'e', 's'] => before is 'a' or 'e' or 'o' ? word : word[..^1],
        [.., var before, 's'] => before is 'u' or 's' ? word : word[..^1],
        _ => word,
    };

    private static string Encoded(string word) => word.Length == 0 ? Break : $"{Break}{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word))}";
}
