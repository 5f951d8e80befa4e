using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>A post or a comment as Facebook gives it.</summary>
/// <param name="PageId">Who wrote it.</param>
/// <param name="Pictures">The identifiers of its pictures, in order.</param>
internal sealed record FacebookPost(string Id, string? PageId, string Text, IReadOnlyList<string> Pictures, DateTimeOffset? CreatedAt)
{
    /// <summary>What posts and comments have in common.</summary>
    public const string Fields = "id,message,from,created_time";

    /// <summary>The same, and a post's pictures.</summary>
    public const string PostFields = Fields + ",attachments{media_type,target{id},subattachments.limit(12){media_type,target{id}}}";

    public RemoteRef Remote => RemoteOf(Id);

    public static RemoteRef RemoteOf(string id) => new(id, "https://www.facebook.com/" + id);

    public static FacebookPost? Read(JsonElement json) =>
        json.TextAt("id") is { Length: > 0 } id
            ? new FacebookPost(
                id, json.TextAt("from", "id"), json.TextAt("message") ?? "",
                [.. json.ItemsAt("attachments", "data").SelectMany(PicturesOf)],
                json.TimeAt("created_time"))
            : null;

    /// <returns>How it differs from what was approved, in one sentence; null where it does not.</returns>
    public string? DiffersFrom(PostContent approved, IReadOnlyList<string> alts, string pageId) => this switch
    {
        _ when PageId != pageId => "Facebook shows it under another name than the page's.",
        _ when !alts.SequenceEqual(approved.Media.Select(media => media.Alt)) => "Facebook shows other pictures or descriptions than those approved.",
        _ when FacebookText.Normal(Text) != FacebookText.Normal(approved.Text) => "Facebook shows other words than those approved.",
        _ => null,
    };

    /// <summary>Several pictures are an album with one attachment for each.</summary>
    private static IEnumerable<string> PicturesOf(JsonElement attachment)
    {
        var inside = attachment.ItemsAt("subattachments", "data").ToList();
        return (inside.Count > 0 ? inside : [attachment]).Where(picture => picture.TextAt("media_type") == "photo").Select(picture => picture.TextAt("target", "id") ?? "").Where(id => id.Length > 0);
    }
}
