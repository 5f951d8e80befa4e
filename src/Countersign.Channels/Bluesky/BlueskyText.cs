using System.Text;
using System.Text.RegularExpressions;
using Countersign.Channels.Text;

namespace Countersign.Channels.Bluesky;

/// <summary>Text as Bluesky counts and links it. Both limits must hold (lexicon app.bsky.feed.post; measured on PDS 0.4.217 and 0.5.35).</summary>
internal static partial class BlueskyText
{
    private const int MaxGraphemes = 300;
    private const int MaxBytes = 3_000;

    public static IReadOnlyList<TextCount> Measure(string text) =>
    [
        new("characters", Graphemes.Count(text), MaxGraphemes),
        new("bytes", Encoding.UTF8.GetByteCount(text), MaxBytes),
    ];

    public static Rendering Render(string text)
    {
        var mentions = Mentions(text).Select(m => new RenderedLink(m.Start, m.End, "https://bsky.app/profile/" + m.Handle));
        return new Rendering(text, FoldAt: null, [.. Links.In(text).Concat(mentions).OrderBy(l => l.Start)], Measure(text));
    }

    /// <summary>Accounts named with an @, outside of links. Whether one exists is only known when the post is prepared.</summary>
    public static IReadOnlyList<Mention> Mentions(string text)
    {
        var links = Links.In(text);
        return
        [
            .. Mentioned().Matches(text)
                .Select(m => new Mention(m.Index, m.Index + m.Length, m.Groups["handle"].Value.ToLowerInvariant()))
                .Where(m => !links.Any(l => l.Start < m.End && m.Start < l.End)),
        ];
    }

    /// <summary>A handle is a domain name; a last label that starts with a digit is none (AT Protocol handle syntax).</summary>
    [GeneratedRegex(
        @"(?<![\p{L}\p{N}@/._-])@(?<handle>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\p{L}\p{N}@_-])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mentioned();
}

/// <param name="Start">Index of the @ (UTF-16).</param>
/// <param name="Handle">Lower case, without the @.</param>
internal readonly record struct Mention(int Start, int End, string Handle);
