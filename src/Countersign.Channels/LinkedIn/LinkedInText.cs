using System.Text;
using System.Text.RegularExpressions;
using Countersign.Channels.Text;

namespace Countersign.Channels.LinkedIn;

/// <summary>
/// Text as LinkedIn takes it ("little text"): signs that mean something there are written with a backslash, hashtags as templates.
/// What is not written so cuts the post off at that place (seen by others), so the limit counts the text as it is sent, and what is
/// read is turned back.
/// </summary>
internal static partial class LinkedInText
{
    private const int MaxCharacters = 3_000;

    private const string Reserved = "\\|{}@[]()<>#*_~";

    /// <summary>What is taken for a picture of a post.</summary>
    private static readonly string[] types = ["image/jpeg", "image/png", "image/gif"];

    public static IReadOnlyList<TextCount> Measure(string text) => [new("characters", Escape(text).Length, MaxCharacters)];

    public static Rendering Render(PostContent content) => new(content.Text, FoldAt: null, Links.In(content.Text), Measure(content.Text));

    public static IReadOnlyList<Objection> Validate(PostContent content)
    {
        List<Objection> found = [.. Objections.Against(content, LinkedInChannel.Described, Measure(content.Text))];
        foreach (var (index, media) in content.Media.Index())
        {
            if (!types.Contains(media.ContentType) && Pictures.TypeOf(media.Bytes.Span) == media.ContentType)
                found.Add(new(RejectKind.MediaInvalid, $"Picture {index + 1} is of a type a LinkedIn page does not take; use JPEG, PNG or GIF."));
        }

        if (content.ReplyTo is not null && (content.Media.Count > 0 || content.Quotes is not null))
            found.Add(new(RejectKind.MediaInvalid, "An answer on LinkedIn is a comment, which is sent from here with words alone."));
        if (content.Quotes is not null && content.Media.Count > 0)
            found.Add(new(RejectKind.MediaInvalid, "A post on LinkedIn shows its own pictures or the post it quotes, not both."));
        return found;
    }

    public static string Escape(string text)
    {
        var written = new StringBuilder(text.Length);
        var from = 0;
        foreach (Match tag in Hashtag().Matches(text))
        {
            EscapeInto(written, text.AsSpan(from, tag.Index - from));
            written.Append("{hashtag|\\#|");
            EscapeInto(written, tag.ValueSpan[1..]);
            written.Append('}');
            from = tag.Index + tag.Length;
        }

        EscapeInto(written, text.AsSpan(from));
        return written.ToString();
    }

    /// <summary>The words that readers see.</summary>
    public static string Unescape(string written)
    {
        var text = new StringBuilder(written.Length);
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] == '\\' && at + 1 < written.Length && Reserved.Contains(written[at + 1]))
            {
                text.Append(written[++at]);
            }
            else if (written[at] == '{' && Template().Match(written, at) is { Success: true } tag)
            {
                text.Append('#').Append(Unescape(tag.Groups["word"].Value));
                at += tag.Length - 1;
            }
            else
            {
                text.Append(written[at]);
            }
        }

        return text.ToString();
    }

    /// <summary>Line ends and space around the words do not tell two posts apart.</summary>
    public static string Normal(string text) => text.ReplaceLineEndings("\n").Trim();

    private static void EscapeInto(StringBuilder written, ReadOnlySpan<char> text)
    {
        foreach (var sign in text)
        {
            if (Reserved.Contains(sign))
                written.Append('\\');
            written.Append(sign);
        }
    }

    [GeneratedRegex(@"(?<![\p{L}\p{N}_#&/])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hashtag();

    [GeneratedRegex(@"\G\{hashtag\|\\?[#＃]\|(?<word>(?:\\.|[^\\}|])+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Template();
}
