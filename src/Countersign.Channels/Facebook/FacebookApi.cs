using System.Text;
using Countersign.Channels.Http;

namespace Countersign.Channels.Facebook;

/// <summary>The addresses of Facebook's interface for pages. The limits of a page hold for all its calls together.</summary>
internal sealed class FacebookApi(AccountCalls calls)
{
    /// <summary>The version of the interface that the connector was written for.</summary>
    public const string Version = "v25.0";

    private const string Pages = "pages";

    public Task<Step<Reply>> GetAsync(ConnectedAccount account, string path, CancellationToken stop) => SendAsync(account, HttpMethod.Get, path, null, stop);

    public Task<Step<Reply>> PostAsync(ConnectedAccount account, string path, SentContent content, CancellationToken stop) => SendAsync(account, HttpMethod.Post, path, content, stop);

    public Task<Step<Reply>> DeleteAsync(ConnectedAccount account, string path, CancellationToken stop) => SendAsync(account, HttpMethod.Delete, path, null, stop);

    /// <summary>An address of this version.</summary>
    /// <param name="path">Without a slash before it.</param>
    public static Uri Address(Uri api, string path) => new(api, $"/{Version}/{path}");

    /// <summary>A picture that no reader sees until a post shows it.</summary>
    public static SentContent Unpublished(PostMedia media)
    {
        var boundary = "countersign-" + media.Sha256;
        var head = Encoding.UTF8.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"published\"\r\n\r\nfalse\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"alt_text_custom\"\r\n\r\n{media.Alt}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"source\"; filename=\"picture.{media.ContentType.Split('/')[^1]}\"\r\nContent-Type: {media.ContentType}\r\n\r\n");
        byte[] whole = [.. head, .. media.Bytes.Span, .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
        return new SentContent(whole, "multipart/form-data; boundary=" + boundary);
    }

    private Task<Step<Reply>> SendAsync(ConnectedAccount account, HttpMethod method, string path, SentContent? content, CancellationToken stop) =>
        calls.SendAsync(account, Pages, () => new HttpRequestMessage(method, Address(account.Server!, path)) { Content = content }, stop);
}
