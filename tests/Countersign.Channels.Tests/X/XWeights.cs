using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Countersign.Channels.Tests.X;

/// <summary>The weight of a text by another road than the connector's: its own list of ranges, and addresses only under the endings that the tests use.</summary>
internal static partial class XWeights
{
    private static readonly (int From, int To)[] light = [(0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037)];

    public static int Of(string text)
    {
        var composed = text.Normalize(NormalizationForm.FormC);
        var addresses = Address().Count(composed);
        var weight = addresses * 23;
        var elements = StringInfo.GetTextElementEnumerator(Address().Replace(composed, ""));
        while (elements.MoveNext())
        {
            var runes = elements.GetTextElement().EnumerateRunes().ToList();
            weight += runes.Exists(rune => rune.Value is > 0x1F000 and < 0x1FB00 or 0xFE0F or 0x20E3) ? 2 : runes.Sum(rune => Array.Exists(light, range => rune.Value >= range.From && rune.Value <= range.To) ? 1 : 2);
        }

        return weight;
    }

    [GeneratedRegex(@"(?<![\w@])(?:https?://)?(?:[a-z0-9-]+\.)+(?:com|org|net|uk|dev)(?![\w-])(?:/[^\s<>]*[\w/)])?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    public static partial Regex Address();
}
