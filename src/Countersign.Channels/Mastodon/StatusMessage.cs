using System.Globalization;
using System.Text.Json;
using Countersign.Channels.Http;
using Countersign.Channels.Text;

namespace Countersign.Channels.Mastodon;

/// <summary>Somebody's post as a message to the account.</summary>
/// <param name="ParentId">The server's identifier of the post it answers.</param>
/// <param name="AnswersAccount">True where that post is the account's own.</param>
internal sealed record StatusMessage(InboxItem Item, string? ParentId, bool AnswersAccount)
{
    /// <summary>Of a post nobody writes more.</summary>
    private const int MostMedia = 50;

    public InboxKind Kind => Item.Kind;

    /// <param name="notice">By which the server told of it; null where the post alone was read.</param>
    /// <returns>Null for anything that is no post of somebody.</returns>
    public static StatusMessage? Read(JsonElement status, JsonElement? notice, ConnectedAccount account)
    {
        if (status.TextAt("id") is not { Length: > 0 } id || status.TextAt("uri") is not { Length: > 0 } uri)
            return null;
        var (own, visibility) = (MastodonApi.IdOf(account), status.TextAt("visibility"));
        var answersAccount = status.TextAt("in_reply_to_account_id") == own;
        var quoted = status.TextAt("quote", "quoted_status", "uri") ?? status.TextAt("quote", "uri");
        var (words, links) = HtmlWords.OfMessage(status.TextAt("content") ?? "");
        var warning = status.TextAt("spoiler_text") is { Length: > 0 } said ? said + "\n\n" : "";
        var (author, name) = (status.TextAt("account", "id"), status.TextAt("account", "display_name"));
        var item = new InboxItem(
            new RemoteRef(uri, WebAddress(status.TextAt("url")), id),
            notice?.TextAt("type") == "quote" ? InboxKind.Quote : visibility == "direct" ? InboxKind.Direct : answersAccount ? InboxKind.Reply : InboxKind.Mention,
            Readable.Of(warning + words),
            notice?.TimeAt("created_at") ?? status.TimeAt("created_at"))
        {
            Edition = status.TimeAt("edited_at")?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            AuthorId = author,
            AuthorName = Readable.Of(name is { Length: > 0 } ? name : status.TextAt("account", "acct") ?? ""),
            AuthorHandle = status.TextAt("account", "acct"),
            IsOwn = author == own,
            About = notice?.TextAt("type") == "quote" ? quoted : null,
            Language = status.TextAt("language") is { Length: > 0 and <= 35 } language ? language : null,
            Audience = visibility == "public" ? null : visibility,
            Links = [.. links.Select(link => link with { Start = link.Start + warning.Length, End = link.End + warning.Length })],
            Media = [.. status.ItemsAt("media_attachments").Take(MostMedia).Select(media => new InboxMedia(WebAddress(media.TextAt("url")) ?? WebAddress(media.TextAt("remote_url")), null, Readable.Of(media.TextAt("description") ?? "")))],
        };
        return new StatusMessage(item, status.TextAt("in_reply_to_id"), answersAccount);
    }

    private static string? WebAddress(string? written) =>
        Uri.TryCreate(written, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? written : null;
}
