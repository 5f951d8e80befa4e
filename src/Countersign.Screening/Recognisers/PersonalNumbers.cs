using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Numbers that the state, or a firm, gives to one person.</summary>
internal static class PersonalNumbers
{
    /// <summary>Two letters, six digits, A to D. The published specimen begins with QQ, a prefix that is never issued.</summary>
    public static void NationalInsurance(SegmentText text, HitList hits) => Shapes.Find(text, "LLDDDDDDL", static number =>
        number[8] is >= 'A' and <= 'D' && !"DFIQUV".Contains(number[0]) && !"DFIOQUV".Contains(number[1])
        && number[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ"), hits);

    /// <summary>Ten digits with a modulus 11 check digit, in groups of 3, 3 and 4 or next to the letters NHS.</summary>
    public static void Nhs(SegmentText text, HitList hits)
    {
        if (text.Lower.Contains("nhs", StringComparison.Ordinal))
            Digits.Runs(text, 10, 10, PassesModulus11, hits);
    }

    public static void Passport(SegmentText text, HitList hits)
    {
        if (text.Lower.Contains("passport", StringComparison.Ordinal))
            Digits.Runs(text, 9, 9, static _ => true, hits);
    }

    /// <summary>Sixteen characters: five of the name, six digits, two letters or 9s, then three more.</summary>
    public static void DrivingLicence(SegmentText text, HitList hits) => Shapes.Find(text, "LLLLLDDDDDDLLXLL", static _ => true, hits);

    /// <summary>A customer, policy, order or claim reference: letters and at least four digits in one piece.</summary>
    public static void References(SegmentText text, HitList hits)
    {
        var source = text.Text;
        for (var start = 0; start < source.Length; start++)
        {
            if (!char.IsAsciiLetterOrDigit(source[start]) || (start > 0 && (char.IsLetterOrDigit(source[start - 1]) || source[start - 1] is '/' or '.' or '#' or '@' or '£' or ',')))
                continue;
            var end = start;
            while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || (source[end] == '-' && end + 1 < source.Length && char.IsAsciiLetterOrDigit(source[end + 1]))))
                end++;
            var word = source[start..end];
            var digits = 0;
            foreach (var character in word)
                digits += char.IsAsciiDigit(character) ? 1 : 0;
            if ((digits >= 5 || (digits >= 4 && word.ContainsAnyInRange('A', 'Z'))) && text.TokensIn(start, end) is { } hit)
                hits.Add(hit);
            start = end;
        }
    }

    private static bool PassesModulus11(DigitRun run)
    {
        var sum = 0;
        for (var at = 0; at < 9; at++)
            sum += run[at] * (10 - at);
        var check = (11 - (sum % 11)) % 11;
        return check != 10 && check == run[9];
    }
}
