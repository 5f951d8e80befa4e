using System.Security.Cryptography;
using Countersign.Channels;

namespace Countersign.Publishing;

/// <summary>What is handed to a network, made from what was agreed, and compared with it. Pure.</summary>
internal static class Outgoing
{
    /// <param name="before">The post it follows, of a later part or a comment.</param>
    /// <param name="media">The bytes of its pictures, by their hash.</param>
    public static PostContent Content(Composition body, OutgoingPart part, RemoteRef? before, IReadOnlyDictionary<string, byte[]> media)
    {
        var shape = body.Shape;
        if (shape.Kind == PostKind.Repost)
            return PostContent.Empty;
        var opens = part is { Place: Place.Post, Number: 1 };
        return new PostContent(part.Text, [.. part.Pictures.Select(picture => Media(picture, media))])
        {
            ReplyTo = opens ? shape.Kind == PostKind.Reply ? Remote(shape.Target!) : null : before,
            Part = part is { Place: Place.Post, Of: > 1 } ? new ThreadPart(part.Number, part.Of) : null,
            Quotes = opens && shape.Kind == PostKind.Quote ? Remote(shape.Target!) : null,
            ContentWarning = shape.ContentWarning?.Text,
            Visibility = shape.Audience switch { Audience.Everybody => Visibility.Everybody, Audience.Unlisted => Visibility.Unlisted, _ => Visibility.Followers },
            Preview = opens && shape.Preview is { } card ? new LinkPreview(new Uri(card.Address), card.Title, card.Description, card.Picture is null ? null : Media(card.Picture, media)) : null,
        };
    }

    /// <summary>The post that a repost shows; null of anything else.</summary>
    public static RemoteRef? ShownAgain(PostShape shape) => shape is { Kind: PostKind.Repost, Target: { } target } ? Remote(target) : null;

    /// <summary>What is in hand is, to the byte, what the draft says now. It comes from other rows, which somebody may have changed past the program.</summary>
    public static bool IsInHand(PostContent hand, Composition body, OutgoingPart part, RemoteRef? before)
    {
        var agreed = Content(body, part, before, new Dictionary<string, byte[]>());
        return Bare(hand) == Bare(agreed)
            && hand.Media.Select(BareMedia).SequenceEqual(agreed.Media)
            && hand.Media.Append(hand.Preview?.Picture).OfType<PostMedia>().All(media => Convert.ToHexStringLower(SHA256.HashData(media.Bytes.Span)) == media.Sha256);
    }

    private static RemoteRef Remote(PostTarget target) => new(target.Id, target.Address, target.Version);

    /// <summary>Without what records compare by reference: pictures of the post, bytes of the card's.</summary>
    private static PostContent Bare(PostContent content) => content with
    {
        Media = [],
        Preview = content.Preview is null ? null : content.Preview with { Picture = content.Preview.Picture is { } picture ? BareMedia(picture) : null },
    };

    private static PostMedia BareMedia(PostMedia media) => media with { Bytes = default };

    private static PostMedia Media(DraftPicture picture, IReadOnlyDictionary<string, byte[]> media) =>
        new(picture.Sha256, picture.ContentType, picture.Width, picture.Height, picture.Alt, media.GetValueOrDefault(picture.Sha256) is { } bytes ? bytes : default(ReadOnlyMemory<byte>)) { AltWaived = picture.NoAlt is not null };
}
