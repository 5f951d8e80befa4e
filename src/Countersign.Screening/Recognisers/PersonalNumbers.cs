using Countersign.Screening.Reading;

namespace Countersign.Screening.Recognisers;

/// <summary>Numbers that the state, or a firm, gives to one person.</summary>
internal static class PersonalNumbers
{
    /// <summary>Two letters, six digits, A to D. The published specimen begins with QQ, a prefix that is never issued.</summary>
    public static IReadOnlyList<Hit> NationalInsurance(SegmentText text) => Shapes.Find(text, "LLDDDDDDL", number =>
        number[8] is >= 'A' and <= 'D' && !"DFIQUV".Contains(number[0], StringComparison.Ordinal) && !"DFIOQUV".Contains(number[1], StringComparison.Ordinal)
        && number[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ"));

    /// <summary>Ten digits with a modulus 11 check digit, in groups of 3, 3 and 4 or next to the letters NHS.</summary>
    public static IReadOnlyList<Hit> Nhs(SegmentText text) => Digits.Runs(text, 10, 10, digits =>
    {
        var sum = Enumerable.Range(0, 9).Sum(at => (digits[at] - '0') * (10 - at));
        var check = (11 - (sum % 11)) % 11;
        return check != 10 && check == digits[9] - '0' && text.Folded.Text.Contains("nhs", StringComparison.OrdinalIgnoreCase);
    });

    public static IReadOnlyList<Hit> Passport(SegmentText text) =>
        text.Folded.Text.Contains("passport", StringComparison.OrdinalIgnoreCase) ? Digits.Runs(text, 9, 9, _ => true) : [];

    /// <summary>Sixteen characters: five of the name, six digits, two letters or 9s, then three more.</summary>
    public static IReadOnlyList<Hit> DrivingLicence(SegmentText text) => Shapes.Find(text, "LLLLLDDDDDDLLXLL", _ => true);

    /// <summary>A customer, policy, order or claim reference: letters and at least four digits in one piece.</summary>
    public static IReadOnlyList<Hit> References(SegmentText text)
    {
        var hits = new List<Hit>();
        var source = text.Folded.Text;
        for (var start = 0; start < source.Length; start++)
        {
            if (!char.IsAsciiLetterOrDigit(source[start]) || (start > 0 && (char.IsLetterOrDigit(source[start - 1]) || source[start - 1] is '/' or '.' or '#' or '@' or '£' or ',')))
                continue;
            var end = start;
            while (end < source.Length && (char.IsAsciiLetterOrDigit(source[end]) || (source[end] == '-' && end + 1 < source.Length && char.IsAsciiLetterOrDigit(source[end + 1]))))
                end++;
            var word = source.AsSpan(start, end - start);
            var digits = 0;
            foreach (var character in word)
                digits += char.IsAsciiDigit(character) ? 1 : 0;
            if (digits >= 5 || (digits >= 4 && word.ContainsAnyInRange('A', 'Z')))
            {
                if (text.TokensIn(start, end) is { } hit)
                    hits.Add(hit);
            }

            start = end;
        }

        return hits;
    }
}
