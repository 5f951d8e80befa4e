using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Card numbers: 13 to 19 digits with an issuer's prefix and a correct Luhn check digit, however they are spaced.</summary>
internal static class PaymentCards
{
    public static IReadOnlyList<Hit> Find(SegmentText text) => Digits.Runs(text, 13, 19, digits => HasIssuer(digits) && PassesLuhn(digits));

    private static bool HasIssuer(string digits) =>
        (digits[0] == '4' && digits.Length is 13 or 16 or 19)
        || (digits.Length == 16 && (digits[0] == '5' && digits[1] is >= '1' and <= '5' || Prefix(digits, 4) is >= 2221 and <= 2720))
        || (digits.Length == 15 && Prefix(digits, 2) is 34 or 37)
        || (digits.Length is >= 16 and <= 19 && (Prefix(digits, 4) == 6011 || Prefix(digits, 2) is 65 or 62 || Prefix(digits, 3) is >= 644 and <= 649))
        || (digits.Length == 14 && (Prefix(digits, 2) is 36 or 38 or 39 || Prefix(digits, 3) is >= 300 and <= 305))
        || (digits.Length == 16 && Prefix(digits, 4) is >= 3528 and <= 3589)
        || (Prefix(digits, 4) is 5018 or 5020 or 5038 or 6304 or 6759 or 6761 or 6763);

    private static int Prefix(string digits, int length) => int.Parse(digits.AsSpan(0, length));

    private static bool PassesLuhn(string digits)
    {
        var sum = 0;
        for (var at = 0; at < digits.Length; at++)
        {
            var digit = digits[^(at + 1)] - '0';
            if (at % 2 == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0 && digits.Distinct().Count() > 1;
    }
}
