using System.Text;
using Countersign.Channels.Text;

namespace Countersign.Channels;

/// <summary>The rules every network shares: not empty, within the limits, pictures that are what they claim to be and say what they show.</summary>
internal static class Objections
{
    /// <summary>Our own bound: no network here states one. Long enough for any picture, short enough to be read out.</summary>
    public const int MaxAltCharacters = 2_000;

    public static IReadOnlyList<Objection> Against(PostContent content, ChannelDescription channel, IReadOnlyList<TextCount> counts)
    {
        List<Objection> found = [];
        if (content.Media.Count == 0 && string.IsNullOrWhiteSpace(content.Text))
            found.Add(new(RejectKind.TextInvalid, "There is nothing to publish: write something or add a picture."));
        if (!IsPlainText(content.Text))
            found.Add(new(RejectKind.TextInvalid, "The text holds a character that cannot be shown (half a character, or a control character)."));

        foreach (var count in counts.Where(c => c.Over))
            found.Add(new(RejectKind.TextTooLong, $"{channel.Title} takes {count.Limit:N0} {count.Unit}; this has {count.Used:N0}."));

        if (content.Media.Count > channel.MaxMedia)
            found.Add(new(RejectKind.MediaInvalid, $"{channel.Title} takes {channel.MaxMedia} pictures; this has {content.Media.Count}."));
        foreach (var (number, media) in content.Media.Index())
            found.AddRange(AgainstPicture(number + 1, media, channel));
        return found;
    }

    private static IEnumerable<Objection> AgainstPicture(int number, PostMedia media, ChannelDescription channel)
    {
        if (!Pictures.Types.Contains(media.ContentType))
            yield return new(RejectKind.MediaInvalid, $"Picture {number} is of a type {channel.Title} does not take; use JPEG, PNG, WebP or GIF.");
        else if (Pictures.TypeOf(media.Bytes.Span) != media.ContentType)
            yield return new(RejectKind.MediaInvalid, $"Picture {number} is not what it says it is ({media.ContentType}).");
        if (media.Bytes.Length > channel.MaxMediaBytes)
            yield return new(RejectKind.MediaInvalid, $"Picture {number} has {media.Bytes.Length:N0} bytes; {channel.Title} takes {channel.MaxMediaBytes:N0}.");
        if (string.IsNullOrWhiteSpace(media.Alt))
            yield return new(RejectKind.AltInvalid, $"Picture {number} needs a description for those who cannot see it.");
        else if (!IsPlainText(media.Alt))
            yield return new(RejectKind.AltInvalid, $"The description of picture {number} holds a character that cannot be shown.");
        else if (Graphemes.Count(media.Alt) is > MaxAltCharacters and var used)
            yield return new(RejectKind.AltInvalid, $"The description of picture {number} has {used:N0} characters; {MaxAltCharacters:N0} are enough.");
    }

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
