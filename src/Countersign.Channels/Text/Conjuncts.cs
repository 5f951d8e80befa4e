using System.Globalization;

namespace Countersign.Channels.Text;

/// <summary>
/// Rule GB9c of UAX #29, which .NET 10 leaves out and networks apply: in six scripts of India, consonants joined by a
/// virama are one character. The scripts are those of Unicode 15.1 (property Indic_Conjunct_Break); later versions add
/// more, which servers of different age count differently, so there the higher count stands.
/// </summary>
internal static class Conjuncts
{
    private const char Joiner = '\u200d';

    /// <summary>Devanagari, Bengali, Gujarati, Oriya, Telugu, Malayalam, in the order of their blocks.</summary>
    private const string Viramas = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d";

    /// <summary>First and last of each run of consonants.</summary>
    private const string Consonants =
        "\u0915\u0939\u0958\u095f\u0978\u097f" +
        "\u0995\u09a8\u09aa\u09b0\u09b2\u09b2\u09b6\u09b9\u09dc\u09dd\u09df\u09df\u09f0\u09f1" +
        "\u0a95\u0aa8\u0aaa\u0ab0\u0ab2\u0ab3\u0ab5\u0ab9\u0af9\u0af9" +
        "\u0b15\u0b28\u0b2a\u0b30\u0b32\u0b33\u0b35\u0b39\u0b5c\u0b5d\u0b5f\u0b5f\u0b71\u0b71" +
        "\u0c15\u0c28\u0c2a\u0c39\u0c58\u0c5a" +
        "\u0d15\u0d3a";

    /// <summary>A consonant, then marks with at least one virama among them, then a consonant.</summary>
    public static bool Joins(ReadOnlySpan<char> before, char after)
    {
        if (!IsConsonant(after))
            return false;
        var virama = false;
        for (var i = before.Length - 1; i >= 0; i--)
        {
            if (Viramas.Contains(before[i]))
                virama = true;
            else if (before[i] != Joiner && char.GetUnicodeCategory(before[i]) != UnicodeCategory.NonSpacingMark)
                return virama && IsConsonant(before[i]);
        }

        return false;
    }

    private static bool IsConsonant(char letter)
    {
        for (var i = 0; i < Consonants.Length; i += 2)
        {
            if (letter >= Consonants[i] && letter <= Consonants[i + 1])
                return true;
        }

        return false;
    }
}
