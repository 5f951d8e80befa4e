using System.Text.RegularExpressions;

namespace Countersign.Channels.X;

/// <param name="Certain">False where X may read it as words instead.</param>
internal readonly record struct XAddress(int Start, int End, bool Certain);

/// <summary>What X takes for a web address, with its scheme or without, under an ending that is a top-level domain. Which endings are, changes with time: for those not listed, it may be either.</summary>
internal static partial class XAddresses
{
    private static readonly HashSet<string> known = new(
        ("com org net edu gov mil int info biz name pro coop aero museum jobs mobi travel tel cat asia post xxx app dev page blog news social online site store shop tech cloud live life world today media agency "
        + "digital design studio company business services solutions systems support email events center finance legal bank care charity church city club community art email games global group guide house health "
        + "london scot wales eus gal bzh berlin paris space website xyz top work works zone academy education university school training foundation tv co io ai me us uk ie fr de es it pt nl be lu ch at li dk se no fi is "
        + "ee lv lt pl cz sk hu ro bg gr cy mt si hr rs ba mk al me tr ua by ru md ge am az kz cn jp kr tw hk mo sg my th vn ph id in pk bd lk np au nz fj ca mx br ar cl pe uy py bo ec ve gy za ng ke gh tz ug zm zw eg ma "
        + "tn dz ly sn ci cm il ae sa qa kw bh om jo lb iq ir af eu cc ws fm to sh im je gg ac st ly gd gl").Split(' '),
        StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<XAddress> In(string text)
    {
        foreach (Match match in Address().Matches(text))
            yield return new XAddress(match.Index, match.Index + TrimmedLength(match), known.Contains(match.Groups["ending"].Value));
    }

    /// <summary>What ends a sentence is not part of the address, nor a bracket that it does not open.</summary>
    private static int TrimmedLength(Match match)
    {
        var (length, least) = (match.Length, match.Groups["host"].Index - match.Index + match.Groups["host"].Length);
        while (length > least && (".,;:!?'\"”’»…*".Contains(match.ValueSpan[length - 1]) || Unopened(match.ValueSpan[..length])))
            length--;
        return length;
    }

    private static bool Unopened(ReadOnlySpan<char> written) => written[^1] switch
    {
        ')' => written.Count(')') > written.Count('('),
        ']' => !written.Contains('['),
        _ => false,
    };

    [GeneratedRegex(
        @"(?<![\p{L}\p{N}@$#/._-])(?:https?://)?(?<host>(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+(?<ending>\p{L}{2,}|xn--[a-z0-9-]+))(?![\p{L}\p{N}@_-])(?::[0-9]+)?(?:[/?#][^\s<>]*)?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
