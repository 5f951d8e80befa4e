namespace Countersign.Screening.Reading;

/// <summary>
/// What a text shows at a glance. A token class can only be found where its sign is seen, so most texts are never looked through for it.
/// The value is the place of the bit.
/// </summary>
internal enum TextSign
{
    Anything,
    Capital,
    CapitalsOrDollar,
    Number,
    Percent,
    Money,
    Multiple,
    Hashtag,
    LongHashtag,
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
    SixDigitsInARow,
    NineDigitsInARow,
    ThirteenDigitsInARow,
    FourteenDigits,
    LettersThenDigits,
    LikeASecret,
    Bracket,
    Disguise,
    NoSpace,
    Backslash,

    /// <summary>Four digits between letters, digits and dashes alone.</summary>
    FourDigitsInAPiece,

    /// <summary>Three full stops with a digit on either side.</summary>
    DottedDigits,
}

/// <summary>Collects signs while a text is cut into tokens.</summary>
internal static class TextSigns
{
    public static readonly int Count = Enum.GetValues<TextSign>().Length;

    private static readonly System.Buffers.SearchValues<char> Brackets = System.Buffers.SearchValues.Create("[{<%*");

    public static ulong Of(SegmentText text, int kinds, TokenMarks marks, WordTraits traits)
    {
        var written = text.Text;
        var seen = Marks.In(written);
        var signs = Bit(TextSign.Anything)
            | On(TextSign.Capital, (marks & TokenMarks.Capital) != TokenMarks.None)
            | On(TextSign.CapitalsOrDollar, (marks & TokenMarks.AllCapitals) != TokenMarks.None || ((seen & Marks.DollarOrDash) != 0 && written.Contains('$')))
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
            | On(TextSign.Bracket, (seen & (Marks.OpenBracket | Marks.PercentOrStar | Marks.LessOrBackslash)) != 0 && written.ContainsAny(Brackets))
            | On(TextSign.NoSpace, (seen & Marks.Space) == 0 || !HasSpaceWithin(written))
            | On(TextSign.Backslash, (seen & Marks.LessOrBackslash) != 0 && written.Contains('\\'));
        if (Saw(kinds, TokenKind.Number))
            signs |= OfNumbers(text);
        if (Saw(kinds, TokenKind.Hashtag))
            signs |= OfHashtags(text);
        var digits = (seen & Marks.Digit) == 0 ? 0 : OfDigits(written);
        return signs | digits | On(TextSign.LikeASecret, (digits != 0 && text.LongestStretch >= 20)
            || ((seen & Marks.DollarOrDash) != 0 && written.Contains("-----", StringComparison.Ordinal))
            || (seen & (Marks.At | Marks.Slash)) == (Marks.At | Marks.Slash));
    }

    private static bool HasSpaceWithin(ReadOnlySpan<char> text) =>
        (!char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1])) || text.Trim().Contains(' ');

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

    private static ulong OfHashtags(SegmentText text)
    {
        foreach (ref readonly var token in text.Tokens)
        {
            if (token.Kind == TokenKind.Hashtag && token.End - token.Start >= Recognisers.Hashtags.Long)
                return Bit(TextSign.LongHashtag);
        }

        return 0;
    }

    /// <summary>How many digits there are, how many in a row with at most one sign between two, and whether two letters stand before two of them, as an IBAN begins.</summary>
    private static ulong OfDigits(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyInRange('0', '9');
        if (first < 0)
            return 0;
        var signs = Bit(TextSign.Digit);
        var (all, row, longest, last) = (0, 0, 0, first);
        var (piece, most, dots) = (0, 0, 0);
        for (var at = first; at < text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at]))
            {
                if (!char.IsAsciiLetter(text[at]) && text[at] != '-')
                    piece = 0;
                continue;
            }

            all++;
            most = Math.Max(most, ++piece);
            if (last == at - 2 && text[at - 1] == '.')
                dots++;
            row = at - last <= 2 ? row + 1 : 1;
            longest = Math.Max(longest, row);
            if (last != at - 1 && at >= 2 && at + 1 < text.Length && char.IsAsciiLetter(text[at - 1]) && char.IsAsciiLetter(text[at - 2]) && char.IsAsciiDigit(text[at + 1]))
                signs |= Bit(TextSign.LettersThenDigits);
            last = at;
        }

        return signs
            | On(TextSign.TwoDigits, all >= 2)
            | On(TextSign.SixDigitsInARow, longest >= 6)
            | On(TextSign.NineDigitsInARow, longest >= 9)
            | On(TextSign.ThirteenDigitsInARow, longest >= 13)
            | On(TextSign.FourteenDigits, all >= 14)
            | On(TextSign.FourDigitsInAPiece, most >= 4)
            | On(TextSign.DottedDigits, dots >= 3);
    }
}
