namespace Countersign.Screening.Reading;

/// <summary>What single characters are to a reader.</summary>
internal static class Characters
{
    /// <summary>Code points that Unicode reserves for no character; normalisation refuses them.</summary>
    public static bool IsNoCharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;

    /// <summary>Characters that a reader does not see: joiners, direction controls, variation selectors, tags, skin tones.</summary>
    public static bool IsInvisible(int value) => value is
        0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x180E or 0xFEFF
        or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0x1F3FB and <= 0x1F3FF) or (>= 0xE0000 and <= 0xE01EF);

    /// <summary>Invisible characters with no business inside a Latin word. The soft hyphen is left out: editors insert it.</summary>
    public static bool IsHidingBreak(int value) => IsInvisible(value) && value is not 0x00AD
        and not (>= 0xFE00 and <= 0xFE0F) and not (>= 0x1F3FB and <= 0x1F3FF);

    /// <summary>Letters in full-width, mathematical, circled or squared dress.</summary>
    public static bool IsStyledLetter(int value) => value is
        (>= 0xFF21 and <= 0xFF3A) or (>= 0xFF41 and <= 0xFF5A) or (>= 0x1D400 and <= 0x1D7CB)
        or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F110 and <= 0x1F189);

    public static bool IsEmoji(int value) => value is
        (>= 0x1F000 and <= 0x1FAFF) or (>= 0x2600 and <= 0x27BF) or (>= 0x2B00 and <= 0x2BFF)
        or (>= 0x2300 and <= 0x23FF) or (>= 0x2190 and <= 0x21FF) or 0x203C or 0x2049;

    /// <summary>The plain spelling of punctuation and of letters that do not decompose; null where the character stays.</summary>
    public static string? Plain(int value) => value switch
    {
        0x2018 or 0x2019 or 0x201A or 0x201B or 0x2032 or 0x02BC => "'",
        0x201C or 0x201D or 0x201E or 0x201F or 0x00AB or 0x00BB or 0x2033 => "\"",
        0x2010 or 0x2011 or 0x2212 => "-",
        0x2122 or 0x00AE or 0x00A9 => "",
        0x00D7 or 0x2715 or 0x2716 => "x",
        0x00D8 or 0x00F8 => value == 0xD8 ? "O" : "o",
        0x00C6 or 0x00E6 => value == 0xC6 ? "AE" : "ae",
        0x0152 or 0x0153 => value == 0x152 ? "OE" : "oe",
        0x00DF => "ss",
        0x0110 or 0x0111 => value == 0x110 ? "D" : "d",
        0x0141 or 0x0142 => value == 0x141 ? "L" : "l",
        0x0131 => "i",
        // Squared and negative-squared capitals have no compatibility form.
        >= 0x1F150 and <= 0x1F169 => ((char)('A' + value - 0x1F150)).ToString(),
        >= 0x1F170 and <= 0x1F189 => ((char)('A' + value - 0x1F170)).ToString(),
        _ => null,
    };
}
