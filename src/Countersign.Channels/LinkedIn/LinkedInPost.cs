using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.LinkedIn;

/// <summary>A post or a comment as LinkedIn gives it.</summary>
/// <param name="Author">The organisation's name, "urn:li:organization:…", or a person's.</param>
/// <param name="Shares">The post it shows again.</param>
internal sealed record LinkedInPost(string Id, string? Author, string Text, IReadOnlyList<string> Alts, string? Shares, DateTimeOffset? CreatedAt, DateTimeOffset? EditedAt)
{
    public RemoteRef Remote => RemoteOf(Id);

    public static RemoteRef RemoteOf(string id) => new(id, $"https://www.linkedin.com/feed/update/{LinkedInApi.CommentOf(id)?.Below ?? id}/");

    public static LinkedInPost? Read(JsonElement json) =>
        json.TextAt("id") is { Length: > 0 } id
            ? new LinkedInPost(
                id, json.TextAt("author"), LinkedInText.Unescape(json.TextAt("commentary") ?? ""),
                json.At("content", "media") is { } one ? [one.TextAt("altText") ?? ""] : [.. json.ItemsAt("content", "multiImage", "images").Select(image => image.TextAt("altText") ?? "")],
                json.TextAt("reshareContext", "parent"), Time(json.NumberAt("publishedAt") ?? json.NumberAt("createdAt")),
                json.At("lifecycleStateInfo", "isEditedByAuthor") is { ValueKind: JsonValueKind.True } ? Time(json.NumberAt("lastModifiedAt")) : null)
            : null;

    /// <summary>Comments are plain text.</summary>
    public static LinkedInPost? ReadComment(JsonElement json) =>
        json.TextAt("commentUrn") is { Length: > 0 } id
            ? new LinkedInPost(id, json.TextAt("actor"), json.TextAt("message", "text") ?? "", [], null, Time(json.NumberAt("created", "time")), null)
            : null;

    /// <returns>How it differs from what was approved, in one sentence; null where it does not.</returns>
    public string? DiffersFrom(PostContent approved, string pageId) => this switch
    {
        _ when Author != pageId => "LinkedIn shows it under another name than the page's.",
        _ when !Alts.SequenceEqual(approved.Media.Select(media => media.Alt)) => "LinkedIn shows other pictures or descriptions than those approved.",
        _ when Shares != approved.Quotes?.Id => "LinkedIn shows another quoted post than the one approved.",
        _ when LinkedInText.Normal(Text) != LinkedInText.Normal(approved.Text) => "LinkedIn shows other words than those approved.",
        _ => null,
    };

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is > 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value) : null;
}
