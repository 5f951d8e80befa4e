using System.Globalization;
using System.Text;

namespace Countersign.Decisions;

/// <summary>What strangers write, as people here are shown it.</summary>
public static class PlainText
{
    /// <summary>Characters that turn text about or cannot be seen are named where they stand, so that what is read is what was written.</summary>
    public static string Of(string written)
    {
        if (!written.Any(IsTricky))
            return written;
        var plain = new StringBuilder(written.Length);
        foreach (var character in written)
        {
            if (IsTricky(character))
                plain.Append(CultureInfo.InvariantCulture, $"[U+{(int)character:X4}]");
            else
                plain.Append(character);
        }

        return plain.ToString();
    }

    /// <summary>
    /// Controls but for breaks and tabs, the marks that override or embed a direction, and what has no width and no use within a word. Joiners
    /// stay: emoji and scripts need them.
    /// </summary>
    private static bool IsTricky(char character) =>
        character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C' or '\u200B' or '\u2060' or '\uFEFF' or '\u00AD'
        || (char.IsControl(character) && character is not ('\n' or '\r' or '\t'));
}
