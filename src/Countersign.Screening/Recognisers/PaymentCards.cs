using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Card numbers: 13 to 19 digits with an issuer's prefix and a correct Luhn check digit, however they are spaced.</summary>
internal static class PaymentCards
{
    public static void Find(SegmentText text, HitList hits) => Digits.Runs(text, 13, 19, static run => HasIssuer(run) && PassesLuhn(run), hits);

    private static bool HasIssuer(DigitRun card) =>
        (card[0] == 4 && card.Count is 13 or 16 or 19)
        || (card.Count == 16 && (card.Leading(2) is >= 51 and <= 55 || card.Leading(4) is >= 2221 and <= 2720))
        || (card.Count == 15 && card.Leading(2) is 34 or 37)
        || (card.Count is >= 16 and <= 19 && (card.Leading(4) == 6011 || card.Leading(2) is 65 or 62 || card.Leading(3) is >= 644 and <= 649))
        || (card.Count == 14 && (card.Leading(2) is 36 or 38 or 39 || card.Leading(3) is >= 300 and <= 305))
        || (card.Count == 16 && card.Leading(4) is >= 3528 and <= 3589)
        || card.Leading(4) is 5018 or 5020 or 5038 or 6304 or 6759 or 6761 or 6763;

    private static bool PassesLuhn(DigitRun card)
    {
        var sum = 0;
        var differ = false;
        for (var at = 0; at < card.Count; at++)
        {
            var digit = card[card.Count - 1 - at];
            differ |= digit != card[0];
            if (at % 2 == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0 && differ;
    }
}
