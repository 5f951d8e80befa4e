using System.Text;
using Countersign.Channels.Text;

namespace Countersign.Channels;

/// <summary>The rules every network shares: not empty, within the limits, pictures that are what they claim to be and say what they show.</summary>
internal static class Objections
{
    /// <summary>Our own bound: no network here states one. Long enough for any picture, short enough to be read out.</summary>
    public const int MaxAltCharacters = 2_000;

    public static IReadOnlyList<Objection> Against(PostContent content, ChannelDescription channel, IReadOnlyList<TextCount> counts, ServerLimits? limits = null)
    {
        List<Objection> found = [.. AgainstShape(content, channel)];
        if (content.Media.Count == 0 && string.IsNullOrWhiteSpace(content.Text))
            found.Add(new(RejectKind.TextInvalid, "There is nothing to publish: write something or add a picture."));
        if (!IsPlainText(content.Text))
            found.Add(new(RejectKind.TextInvalid, "The text holds a character that cannot be shown (half a character, or a control character)."));

        foreach (var count in counts.Where(c => c.Over))
            found.Add(new(RejectKind.TextTooLong, $"{channel.Title} takes {count.Limit:N0} {count.Unit}; this has {count.Used:N0}."));

        if ((limits?.MaxMedia ?? channel.MaxMedia) is var most && content.Media.Count > most)
            found.Add(new(RejectKind.MediaInvalid, $"{channel.Title} takes {most} pictures; this has {content.Media.Count}."));
        foreach (var (number, media) in content.Media.Index())
            found.AddRange(AgainstPicture($"Picture {number + 1}", media, channel, limits));
        if (content.Preview?.Picture is { } card)
            found.AddRange(AgainstPicture("The picture of the link", card, channel, limits));
        return found;
    }

    /// <summary>What the network has no place for is refused, never left out on the way.</summary>
    private static IEnumerable<Objection> AgainstShape(PostContent content, ChannelDescription channel)
    {
        (PostFeatures Needs, bool Asked, string What)[] features =
        [
            (PostFeatures.Replies, content.ReplyTo is not null || content.Part is not null, "no replies or threads"),
            (PostFeatures.Quotes, content.Quotes is not null, "no quotes"),
            (PostFeatures.ContentWarning, content.ContentWarning is not null, "no content warnings"),
            (PostFeatures.Visibility, content.Visibility != Visibility.Everybody, "only posts for everybody"),
            (PostFeatures.LinkPreview, content.Preview is not null, "no link preview of ours"),
        ];
        foreach (var (_, _, what) in features.Where(f => f.Asked && !channel.Takes.HasFlag(f.Needs)))
            yield return new(RejectKind.Misconfigured, $"{channel.Title} takes {what}.");
        if (content.Part is { Number: < 1 } || content.Part?.Number > content.Part?.Of)
            yield return new(RejectKind.Misconfigured, "The part's number is none of its thread.");
        else if (content.Part is { Number: > 1 } && content.ReplyTo is null)
            yield return new(RejectKind.Misconfigured, "Every part of a thread but the first answers the part before it.");
        if (content.ContentWarning is { } warning && (string.IsNullOrWhiteSpace(warning) || !IsPlainText(warning)))
            yield return new(RejectKind.TextInvalid, "The content warning is empty or holds a character that cannot be shown.");
        if (content.Preview is not null && content.Media.Count > 0)
            yield return new(RejectKind.MediaInvalid, "A post shows its own pictures or a link preview, not both.");
    }

    private static IEnumerable<Objection> AgainstPicture(string picture, PostMedia media, ChannelDescription channel, ServerLimits? limits)
    {
        var (maxBytes, maxAlt) = (limits?.MaxMediaBytes ?? channel.MaxMediaBytes, Math.Min(limits?.MaxAltCharacters ?? MaxAltCharacters, MaxAltCharacters));
        if (!Pictures.Types.Contains(media.ContentType))
            yield return new(RejectKind.MediaInvalid, $"{picture} is of a type {channel.Title} does not take; use JPEG, PNG, WebP or GIF.");
        else if (Pictures.TypeOf(media.Bytes.Span) != media.ContentType)
            yield return new(RejectKind.MediaInvalid, $"{picture} is not what it says it is ({media.ContentType}).");
        if (media.Bytes.Length > maxBytes)
            yield return new(RejectKind.MediaInvalid, $"{picture} has {media.Bytes.Length:N0} bytes; {channel.Title} takes {maxBytes:N0}.");
        if (string.IsNullOrWhiteSpace(media.Alt))
        {
            if (!media.AltWaived)
                yield return new(RejectKind.AltInvalid, $"{picture} needs a description for those who cannot see it.");
        }
        else if (!IsPlainText(media.Alt))
            yield return new(RejectKind.AltInvalid, $"The description of {Lower(picture)} holds a character that cannot be shown.");
        else if (Graphemes.Count(media.Alt) is var used && used > maxAlt)
            yield return new(RejectKind.AltInvalid, $"The description of {Lower(picture)} has {used:N0} characters; {maxAlt:N0} are enough.");
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

    private static bool IsPlainText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // A lone surrogate is enumerated as the replacement character; a real U+FFFD is refused with it.
            if (rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')))
                return false;
        }

        return true;
    }
}
