using System.Text;
using System.Text.RegularExpressions;
using Countersign.Channels.Text;

namespace Countersign.Channels.Mastodon;

/// <summary>Text as Mastodon counts and links it: every address counts the same, the server of a mentioned account is free, a content warning counts with the text.</summary>
internal static partial class MastodonText
{
    private static readonly ServerLimits defaults = new(MaxCharacters: 500, CharactersPerUrl: 23, MaxMedia: 4, MaxMediaBytes: 16_777_216, MaxAltCharacters: 1_500);

    public static IReadOnlyList<TextCount> Measure(string text, string? warning, ServerLimits? limits)
    {
        var counted = new StringBuilder(text);
        foreach (var link in Linked(text).Reverse())
            counted.Remove(link.Start, link.End - link.Start).Insert(link.Start, new string('x', Counted(link.End - link.Start, limits)));
        var local = Mentioned().Replace(counted.ToString(), mention => "@" + mention.Groups["name"].Value);
        return [new("characters", Graphemes.Count(local) + Graphemes.Count(warning ?? ""), limits?.MaxCharacters ?? defaults.MaxCharacters)];
    }

    public static Rendering Render(PostContent content, ServerLimits? limits)
    {
        var text = content.Text;
        var links = Linked(text).ToList();
        var mentions = Mentioned().Matches(text)
            .Where(m => m.Groups["host"].Success && !links.Exists(l => l.Start < m.Index + m.Length && m.Index < l.End))
            .Select(m => new RenderedLink(m.Index, m.Index + m.Length, $"https://{m.Groups["host"].Value}/@{m.Groups["name"].Value}"));
        return new Rendering(text, FoldAt: null, [.. links.Concat(mentions).OrderBy(l => l.Start)], Measure(text, content.ContentWarning, limits));
    }

    public static IReadOnlyList<Objection> Validate(PostContent content, ServerLimits? limits) => Objections.Against(
        content, MastodonChannel.Description, Measure(content.Text, content.ContentWarning, limits), limits is null ? defaults : limits with { MaxAltCharacters = limits.MaxAltCharacters ?? defaults.MaxAltCharacters });

    /// <summary>The words as a server may give them back: line ends, space around them, the servers of mentions and the number of empty lines do not tell two posts apart.</summary>
    public static string Normal(string text) =>
        EmptyLines().Replace(Mentioned().Replace(text.ReplaceLineEndings("\n"), mention => "@" + mention.Groups["name"].Value), "\n\n").Trim();

    /// <summary>The words of a post that is given as HTML.</summary>
    public static string OfHtml(string html) =>
        System.Net.WebUtility.HtmlDecode(Tag().Replace(LineBreak().Replace(ParagraphBreak().Replace(html, "\n\n"), "\n"), ""));

    /// <summary>
    /// What an address counts. A server that says 0 counts it as it is written (Pleroma); one that says nothing may do either, so the
    /// greater counts.
    /// </summary>
    private static int Counted(int length, ServerLimits? limits) => limits switch
    {
        null => defaults.CharactersPerUrl!.Value,
        { CharactersPerUrl: 0 } => length,
        { CharactersPerUrl: { } each } => each,
        _ => Math.Max(length, defaults.CharactersPerUrl!.Value),
    };

    /// <summary>Only addresses with their scheme become links there.</summary>
    private static IEnumerable<RenderedLink> Linked(string text) => Links.In(text).Where(l => text.AsSpan(l.Start).StartsWith("http", StringComparison.OrdinalIgnoreCase) && text[l.Start..l.End].Contains("://", StringComparison.Ordinal));

    [GeneratedRegex(@"(?<![=/\w])@(?<name>[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)(?:@(?<host>\w+(?:[.:-]+\w+)*))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mentioned();

    [GeneratedRegex(@"\n{2,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyLines();

    [GeneratedRegex(@"</p>\s*<p[^>]*>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ParagraphBreak();

    [GeneratedRegex(@"<br[^>]*>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineBreak();

    [GeneratedRegex(@"</?[a-z][^>]*>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();
}
