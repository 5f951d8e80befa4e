using System.Globalization;
using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>A post as a server gives it.</summary>
/// <param name="Id">What the server calls it now; some servers change it after an edit or a reaction (measured).</param>
/// <param name="Uri">Its lasting identifier.</param>
/// <param name="Visibility">In the server's words: public, unlisted, private, direct.</param>
/// <param name="ReplyTo">The server's identifier of the post it answers.</param>
/// <param name="Shows">The post it shows again, if it is a repost.</param>
internal sealed record Status(
    string Id, string Uri, string? Url, string? AuthorId, string Text, IReadOnlyList<string> Alts, string? Warning, string? Visibility, string? ReplyTo,
    DateTimeOffset? CreatedAt, DateTimeOffset? EditedAt, Status? Shows)
{
    public RemoteRef Remote => new(Uri, Url, Id);

    public ListedPost Listed => new(Remote, Text, Alts, CreatedAt)
    {
        EditedAt = EditedAt,
        ReplyTo = ReplyTo,
        Edition = EditedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        ContentWarning = Warning,
        Audience = Visibility == Word(Channels.Visibility.Everybody) ? null : Visibility,
    };

    /// <summary>Which post a reply answers is told by the server's own, changing identifier, so here it only counts whether it is one.</summary>
    public static Differences Compare(ListedPost shown, PostContent approved) =>
        Comparing.Words(MastodonText.Normal(shown.Text), MastodonText.Normal(approved.Text))
        | Comparing.Pictures(shown, approved, [])
        | (shown.ContentWarning == approved.ContentWarning ? Differences.None : Differences.ContentWarning)
        | ((shown.Audience ?? Word(Channels.Visibility.Everybody)) == Word(approved.Visibility) ? Differences.None : Differences.Audience)
        | (shown.ReplyTo is null == approved.ReplyTo is null ? Differences.None : Differences.ReplyTarget);

    /// <returns>Null for anything that is no post, such as one that the server only means to publish later.</returns>
    public static Status? Read(JsonElement json) =>
        json.TextAt("id") is { Length: > 0 } id && json.TextAt("uri") is { Length: > 0 } uri
            ? new Status(
                id, uri, json.TextAt("url"), json.TextAt("account", "id"),
                MastodonText.Normal(json.TextAt("text") ?? MastodonText.OfHtml(json.TextAt("content") ?? "")),
                [.. json.ItemsAt("media_attachments").Select(media => media.TextAt("description") ?? "")],
                json.TextAt("spoiler_text") is { Length: > 0 } warning ? warning : null,
                json.TextAt("visibility"), json.TextAt("in_reply_to_id"), json.TimeAt("created_at"), json.TimeAt("edited_at"),
                json.At("reblog") is { ValueKind: JsonValueKind.Object } shown ? Read(shown) : null)
            : null;

    /// <summary>What the server calls each visibility.</summary>
    public static string Word(Visibility visibility) => visibility switch
    {
        Channels.Visibility.Everybody => "public",
        Channels.Visibility.Unlisted => "unlisted",
        Channels.Visibility.Followers => "private",
        _ => throw new ArgumentOutOfRangeException(nameof(visibility)),
    };

    /// <returns>How it differs from what was approved, in one sentence; null where it does not.</returns>
    public string? DiffersFrom(PostContent approved, string accountId) => this switch
    {
        _ when AuthorId != accountId => "The server published it under another account.",
        _ when Visibility != Word(approved.Visibility) => $"The server shows it as {Visibility}; {Word(approved.Visibility)} was approved.",
        _ when !Alts.SequenceEqual(approved.Media.Select(media => media.Alt)) => "The server shows other pictures or descriptions than those approved.",
        _ when Warning != approved.ContentWarning => "The server shows another content warning than the one approved.",
        _ when ReplyTo is null != approved.ReplyTo is null => "The server shows it as a post of its own instead of a reply, or the other way round.",
        _ when Text != MastodonText.Normal(approved.Text) => "The server shows other words than those approved.",
        _ => null,
    };
}
