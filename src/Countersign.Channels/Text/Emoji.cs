using System.Text;

namespace Countersign.Channels.Text;

/// <summary>Tells what readers see as one emoji, of what may be several code points: skin tones, flags, keycaps, families.</summary>
internal static class Emoji
{
    private const int Joiner = 0x200D;
    private const int AsPicture = 0xFE0F;
    private const int Keycap = 0x20E3;

    /// <summary>What may follow a joiner inside one emoji (people, professions, signs, hair, hearts, weather); anything else joined is two emoji.</summary>
    private static readonly HashSet<int> joined =
    [
        0x2640, 0x2642, 0x2695, 0x2696, 0x2708, 0x2764, 0x26A7, 0x2620, 0x2B1B, 0x2744, 0x1F308, 0x1F32B, 0x1F33E, 0x1F373, 0x1F37C, 0x1F384, 0x1F393, 0x1F3A4, 0x1F3A8,
        0x1F3EB, 0x1F3ED, 0x1F466, 0x1F467, 0x1F468, 0x1F469, 0x1F48B, 0x1F4A8, 0x1F4AB, 0x1F4BB, 0x1F4BC, 0x1F525, 0x1F527, 0x1F52C, 0x1F5E8, 0x1F680, 0x1F692, 0x1F91D,
        0x1F9AF, 0x1F9B0, 0x1F9B1, 0x1F9B2, 0x1F9B3, 0x1F9BA, 0x1F9BC, 0x1F9BD, 0x1F9D1, 0x1F9D2, 0x1FA79,
    ];

    /// <param name="cluster">One character as readers count (<see cref="Graphemes"/>).</param>
    public static bool IsOne(ReadOnlySpan<char> cluster)
    {
        var (first, before, flags) = (true, 0, 0);
        foreach (var rune in cluster.EnumerateRunes())
        {
            var value = rune.Value;
            if (first && !IsBase(value) && !IsKey(value))
                return false;
            if (!first && !Follows(value, before))
                return false;
            flags += IsFlagLetter(value) ? 1 : 0;
            (first, before) = (false, value);
        }

        // A digit is an emoji only with its keycap, half a flag is none.
        return !first && flags is 0 or 2 && (Rune.GetRuneAt(cluster.ToString(), 0) is var start && (!IsKey(start.Value) || before == Keycap));
    }

    private static bool Follows(int value, int before) =>
        before == Joiner ? joined.Contains(value) : value is AsPicture or Joiner or Keycap or (>= 0x1F3FB and <= 0x1F3FF) or (>= 0xE0020 and <= 0xE007F) || (IsFlagLetter(value) && IsFlagLetter(before));

    private static bool IsKey(int value) => value is '#' or '*' or (>= '0' and <= '9');

    private static bool IsFlagLetter(int value) => value is >= 0x1F1E6 and <= 0x1F1FF;

    private static bool IsBase(int value) => value is 0xA9 or 0xAE or 0x203C or 0x2049 or 0x2122 or 0x2139 or 0x24C2 or 0x3030 or 0x303D or 0x3297 or 0x3299
        or (>= 0x2194 and <= 0x21AA) or (>= 0x231A and <= 0x23FF) or (>= 0x25AA and <= 0x27BF) or 0x2934 or 0x2935 or (>= 0x2B05 and <= 0x2B55) or (>= 0x1F000 and <= 0x1FAFF);
}
