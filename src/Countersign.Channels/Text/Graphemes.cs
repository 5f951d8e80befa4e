using System.Globalization;

namespace Countersign.Channels.Text;

/// <summary>What a reader calls a character: a family emoji or a letter with its accents is one (Unicode UAX #29, extended grapheme clusters).</summary>
public static class Graphemes
{
    public static int Count(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at += LengthAt(text, at))
            count++;
        return count;
    }

    /// <returns>The UTF-16 index after the first <paramref name="count"/> characters; null when the text has no more than that.</returns>
    public static int? EndOf(string text, int count)
    {
        var at = 0;
        for (; count > 0 && at < text.Length; count--)
            at += LengthAt(text, at);
        return at < text.Length ? at : null;
    }

    /// <summary>.NET's own division, with consonants that a virama joins kept together.</summary>
    private static int LengthAt(string text, int at)
    {
        var length = StringInfo.GetNextTextElementLength(text, at);
        while (at + length < text.Length && Conjuncts.Joins(text.AsSpan(at, length), text[at + length]))
            length += StringInfo.GetNextTextElementLength(text, at + length);
        return length;
    }
}
