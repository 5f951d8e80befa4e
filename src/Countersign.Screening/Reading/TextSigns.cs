namespace Countersign.Screening.Reading;

/// <summary>
/// What a text shows at a glance. A token class can only be found where its sign is seen, so most texts are never looked through for it.
/// The value is the place of the bit.
/// </summary>
internal enum TextSign
{
    Anything,
    Capital,
    Number,
    Percent,
    Money,
    Multiple,
    Hashtag,
    Handle,
    Link,
    Email,
    Emoji,
    Quoted,
    FirstName,
    Own,
    Competitor,
    SpacedLetters,
    Digit,
    TwoDigits,
    FourDigits,
    SixDigits,
    TenDigits,
    ThirteenDigits,
    LettersThenDigits,
    LikeASecret,
    Bracket,
    Disguise,
    NoSpace,
    Backslash,
}

/// <summary>Collects signs while a text is cut into tokens.</summary>
internal static class TextSigns
{
    public static readonly int Count = Enum.GetValues<TextSign>().Length;

    private static readonly System.Buffers.SearchValues<char> Brackets = System.Buffers.SearchValues.Create("[{<%*");

    public static ulong Of(SegmentText text, int kinds, TokenMarks marks, WordTraits traits)
    {
        var signs = Bit(TextSign.Anything)
            | On(TextSign.Capital, (marks & TokenMarks.Capital) != TokenMarks.None)
            | On(TextSign.Quoted, (marks & TokenMarks.InQuotes) != TokenMarks.None)
            | On(TextSign.SpacedLetters, text.HasSpacedLetters)
            | On(TextSign.FirstName, (traits & WordTraits.FirstName) != WordTraits.None)
            | On(TextSign.Own, (traits & WordTraits.Own) != WordTraits.None)
            | On(TextSign.Competitor, (traits & WordTraits.Competitor) != WordTraits.None)
            | On(TextSign.Hashtag, Saw(kinds, TokenKind.Hashtag))
            | On(TextSign.Handle, Saw(kinds, TokenKind.Handle))
            | On(TextSign.Link, Saw(kinds, TokenKind.Link))
            | On(TextSign.Email, Saw(kinds, TokenKind.Email))
            | On(TextSign.Emoji, Saw(kinds, TokenKind.Emoji))
            | On(TextSign.Disguise, text.Folded.Disguises.Count > 0)
            | On(TextSign.Bracket, text.Text.ContainsAny(Brackets))
            | On(TextSign.NoSpace, !text.Text.Trim().Contains(' '))
            | On(TextSign.Backslash, text.Text.Contains('\\'));
        if (Saw(kinds, TokenKind.Number))
            signs |= OfNumbers(text);
        var digits = Digits(text.Text);
        if (digits > 0)
        {
            signs |= Bit(TextSign.Digit)
                | On(TextSign.TwoDigits, digits >= 2)
                | On(TextSign.FourDigits, digits >= 4)
                | On(TextSign.SixDigits, digits >= 6)
                | On(TextSign.TenDigits, digits >= 9)
                | On(TextSign.ThirteenDigits, digits >= 13)
                | On(TextSign.LettersThenDigits, HasLettersThenDigits(text));
        }

        return signs | On(TextSign.LikeASecret, (digits > 0 && text.LongestStretch >= 20) || text.Text.Contains("-----", StringComparison.Ordinal)
            || (text.Text.Contains('@') && text.Text.Contains('/')));
    }

    public static ulong Bit(TextSign sign) => 1UL << (int)sign;

    private static ulong On(TextSign sign, bool seen) => seen ? Bit(sign) : 0;

    private static bool Saw(int kinds, TokenKind kind) => (kinds & (1 << (int)kind)) != 0;

    private static ulong OfNumbers(SegmentText text)
    {
        var signs = Bit(TextSign.Number);
        foreach (ref readonly var token in text.Tokens)
        {
            if (token.Kind != TokenKind.Number)
                continue;
            var number = text.Word(token);
            signs |= On(TextSign.Percent, Numbers.IsPercent(number)) | On(TextSign.Money, Numbers.IsMoney(number)) | On(TextSign.Multiple, Numbers.IsMultiple(number));
        }

        return signs;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyInRange('0', '9');
        if (first < 0)
            return 0;
        var digits = 0;
        foreach (var character in text[first..])
            digits += char.IsAsciiDigit(character) ? 1 : 0;
        return digits;
    }

    /// <summary>Two letters and two digits in a row, as an IBAN begins.</summary>
    private static bool HasLettersThenDigits(SegmentText text)
    {
        foreach (ref readonly var token in text.Tokens)
        {
            var word = text.Text[token.Start..token.End];
            for (var at = word.IndexOfAnyInRange('0', '9'); at >= 0 && at + 1 < word.Length; at++)
            {
                if (at >= 2 && char.IsAsciiDigit(word[at]) && char.IsAsciiDigit(word[at + 1]) && char.IsAsciiLetter(word[at - 1]) && char.IsAsciiLetter(word[at - 2]))
                    return true;
            }
        }

        return false;
    }
}
