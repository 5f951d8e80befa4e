using Countersign.Channels.Text;

namespace Countersign.Channels.Facebook;

/// <summary>Text as Facebook may count it. The limit is nowhere stated for certain, nor what is counted; so the lowest figure found holds for the highest count, of UTF-16 units.</summary>
internal static class FacebookText
{
    private const int MaxCharacters = 63_206;

    /// <summary>What is taken for a picture of a post.</summary>
    private static readonly string[] types = ["image/jpeg", "image/png"];

    public static IReadOnlyList<TextCount> Measure(string text) => [new("characters", text.Length, MaxCharacters)];

    public static Rendering Render(PostContent content) => new(content.Text, FoldAt: null, Links.In(content.Text), Measure(content.Text));

    public static IReadOnlyList<Objection> Validate(PostContent content)
    {
        List<Objection> found = [.. Objections.Against(content, FacebookChannel.Description, Measure(content.Text))];
        foreach (var (index, media) in content.Media.Index())
        {
            if (!types.Contains(media.ContentType) && Pictures.TypeOf(media.Bytes.Span) == media.ContentType)
                found.Add(new(RejectKind.MediaInvalid, $"Picture {index + 1} is of a type a Facebook page does not take; use JPEG or PNG."));
        }

        if (content.ReplyTo is not null && content.Media.Count > 0)
            found.Add(new(RejectKind.MediaInvalid, "An answer on Facebook is a comment, which is sent from here without pictures."));
        return found;
    }

    /// <summary>Line ends and space around the words do not tell two posts apart.</summary>
    public static string Normal(string text) => text.ReplaceLineEndings("\n").Trim();

    /// <summary>The address whose card Facebook shows below a post without pictures: the first that is written with its scheme.</summary>
    public static string? CardOf(PostContent content) =>
        content.Media.Count > 0 ? null : Links.In(content.Text).FirstOrDefault(link => content.Text[link.Start..link.End].Contains("://", StringComparison.Ordinal))?.Target;
}
