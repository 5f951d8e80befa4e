using System.Text;
using Countersign.Channels.Text;
using Countersign.Decisions;

namespace Countersign.Publishing;

/// <summary>What a link says of where a visit came from, as web analytics read it: lower-case letters, figures and ._~- , so that no two spellings count apart.</summary>
/// <param name="Source">Empty: the network of the account the words are for.</param>
public sealed record UtmTags(string Source, string Medium, string Campaign)
{
    private const int MaxLength = 60;

    public Refusal? Mistake => this switch
    {
        _ when !IsTag(Campaign) || Campaign.Length == 0 => new Refusal("bad-utm-campaign", Say("utm_campaign")),
        _ when !IsTag(Medium) || Medium.Length == 0 => new Refusal("bad-utm-medium", Say("utm_medium")),
        _ when !IsTag(Source) => new Refusal("bad-utm-source", Say("utm_source")),
        _ => null,
    };

    /// <param name="network">Of the account whose words these are; null where they are for several.</param>
    /// <returns>The words with these tags on every link that does not say them itself; tagging twice changes nothing. What a link says already, its other parameters and its fragment stay as they are.</returns>
    public (string Text, int Changed) AddTo(string text, string? network)
    {
        (string Key, string Value)[] tags = [("utm_source", Source.Length > 0 ? Source : network ?? "social"), ("utm_medium", Medium), ("utm_campaign", Campaign)];
        var (tagged, at, changed) = (new StringBuilder(), 0, 0);
        foreach (var link in Links.In(text))
        {
            var written = text[link.Start..link.End];
            var with = Add(written, tags);
            tagged.Append(text, at, link.Start - at).Append(with);
            at = link.End;
            if (with != written)
                changed++;
        }

        return (tagged.Append(text, at, text.Length - at).ToString(), changed);
    }

    private static string Add(string link, IEnumerable<(string Key, string Value)> tags)
    {
        var hash = link.IndexOf('#', StringComparison.Ordinal);
        var (before, fragment) = hash < 0 ? (link, "") : (link[..hash], link[hash..]);
        var question = before.IndexOf('?', StringComparison.Ordinal);
        var said = question < 0 ? [] : before[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = string.Join('&', tags.Where(tag => !said.Contains(tag.Key)).Select(tag => $"{tag.Key}={tag.Value}"));
        if (missing.Length == 0)
            return link;
        var joint = question < 0 ? "?" : before[^1] is '?' or '&' ? "" : "&";
        return before + joint + missing + fragment;
    }

    private static bool IsTag(string value) => value.Length <= MaxLength && value.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || "._~-".Contains(letter, StringComparison.Ordinal));

    private static string Say(string tag) => $"{tag} has lower-case letters, figures and . _ ~ - , {MaxLength} at most: winter-2026.";
}
