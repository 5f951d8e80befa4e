using System.Text;
using Countersign.Channels.Http;

namespace Countersign.Channels.X;

/// <summary>The addresses of X's interface, version 2. Each kind of call has a limit of its own.</summary>
internal sealed class XApi(AccountCalls calls)
{
    public Task<Step<Reply>> MeAsync(ConnectedAccount account, CancellationToken stop) =>
        calls.SendAsync(account, "me", () => new HttpRequestMessage(HttpMethod.Get, new Uri(account.Server!, "/2/users/me")), stop);

    public Task<Step<Reply>> ReadAsync(ConnectedAccount account, string id, CancellationToken stop) =>
        calls.SendAsync(account, "read", () => new HttpRequestMessage(HttpMethod.Get, new Uri(account.Server!, $"/2/tweets/{Uri.EscapeDataString(id)}?{XPost.Fields}")), stop);

    public Task<Step<Reply>> ListAsync(ConnectedAccount account, string query, CancellationToken stop) =>
        calls.SendAsync(account, "list", () => new HttpRequestMessage(HttpMethod.Get, new Uri(account.Server!, $"/2/users/{Uri.EscapeDataString(account.RemoteId ?? "")}/tweets?{XPost.Fields}&exclude=retweets{query}")), stop);

    public Task<Step<Reply>> PostAsync(ConnectedAccount account, SentContent post, CancellationToken stop) =>
        calls.SendAsync(account, "post", () => new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server!, "/2/tweets")) { Content = post }, stop);

    public Task<Step<Reply>> DeleteAsync(ConnectedAccount account, string id, CancellationToken stop) =>
        calls.SendAsync(account, "delete", () => new HttpRequestMessage(HttpMethod.Delete, new Uri(account.Server!, $"/2/tweets/{Uri.EscapeDataString(id)}")), stop);

    public Task<Step<Reply>> RepostAsync(ConnectedAccount account, string id, CancellationToken stop) =>
        calls.SendAsync(account, "repost", () => new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server!, $"/2/users/{Uri.EscapeDataString(account.RemoteId ?? "")}/retweets")) { Content = SentContent.Json(new { tweet_id = id }) }, stop);

    public Task<Step<Reply>> TakeRepostBackAsync(ConnectedAccount account, string id, CancellationToken stop) =>
        calls.SendAsync(account, "repost", () => new HttpRequestMessage(HttpMethod.Delete, new Uri(account.Server!, $"/2/users/{Uri.EscapeDataString(account.RemoteId ?? "")}/retweets/{Uri.EscapeDataString(id)}")), stop);

    public Task<Step<Reply>> UploadAsync(ConnectedAccount account, PostMedia media, CancellationToken stop) =>
        calls.SendAsync(account, "upload", () => new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server!, "/2/media/upload")) { Content = Form(media) }, stop);

    public Task<Step<Reply>> DescribeAsync(ConnectedAccount account, string mediaId, string alt, CancellationToken stop) =>
        calls.SendAsync(account, "describe", () => new HttpRequestMessage(HttpMethod.Post, new Uri(account.Server!, "/2/media/metadata")) { Content = SentContent.Json(new { id = mediaId, metadata = new { alt_text = new { text = alt } } }) }, stop);

    public Task<Step<Reply>> PictureAsync(ConnectedAccount account, string mediaId, CancellationToken stop) =>
        calls.SendAsync(account, "picture", () => new HttpRequestMessage(HttpMethod.Get, new Uri(account.Server!, $"/2/media/upload?command=STATUS&media_id={Uri.EscapeDataString(mediaId)}")), stop);

    /// <summary>In one call, which X offers for pictures that do not move.</summary>
    private static SentContent Form(PostMedia media)
    {
        var boundary = "countersign-" + media.Sha256;
        var head = Encoding.ASCII.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"media_category\"\r\n\r\ntweet_image\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"media_type\"\r\n\r\n{media.ContentType}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"picture.{media.ContentType.Split('/')[^1]}\"\r\nContent-Type: {media.ContentType}\r\n\r\n");
        byte[] whole = [.. head, .. media.Bytes.Span, .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
        return new SentContent(whole, "multipart/form-data; boundary=" + boundary);
    }
}
