using System.Net;
using System.Security.Cryptography;
using System.Text;
using Countersign.Channels.Http;

namespace Countersign.Channels.Mastodon;

/// <summary>Calls of a connected account: with its token, within its server's limits, each made once.</summary>
internal sealed class MastodonApi(Wire wire, OAuthTokens tokens, RateBudget budget)
{
    public Task<Step<Reply>> GetAsync(ConnectedAccount account, string path, CancellationToken stop) =>
        SendAsync(account, () => new HttpRequestMessage(HttpMethod.Get, Address(account, path)), stop);

    public Task<Step<Reply>> PostAsync(ConnectedAccount account, string path, SentContent content, CancellationToken stop, string? key = null) =>
        SendAsync(
            account,
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, Address(account, path)) { Content = content };
                if (key is not null)
                    request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            stop);

    public Task<Step<Reply>> PutAsync(ConnectedAccount account, string path, SentContent content, CancellationToken stop) =>
        SendAsync(account, () => new HttpRequestMessage(HttpMethod.Put, Address(account, path)) { Content = content }, stop);

    public Task<Step<Reply>> DeleteAsync(ConnectedAccount account, string path, CancellationToken stop) =>
        SendAsync(account, () => new HttpRequestMessage(HttpMethod.Delete, Address(account, path)), stop);

    /// <summary>The account's identifier on its server; what stands before the @ of its lasting one.</summary>
    public static string IdOf(ConnectedAccount account) => account.RemoteId is { } id && id.LastIndexOf('@') is > 0 and var at ? id[..at] : account.RemoteId ?? "";

    public static string RemoteIdOf(string id, Uri server) => $"{id}@{server.Authority}";

    /// <summary>
    /// A picture with its description, as a form with a file. The file's name is its own: some servers keep pictures and descriptions
    /// by that name, and a second one of the same name would change posts that stand already (measured).
    /// </summary>
    public static SentContent Upload(PostMedia media)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(media.Sha256 + media.Alt)));
        var boundary = "countersign-" + media.Sha256;
        var head = Encoding.UTF8.GetBytes(
            $"--{boundary}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n{media.Alt}\r\n"
            + $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}.{media.ContentType.Split('/')[^1]}\"\r\nContent-Type: {media.ContentType}\r\n\r\n");
        byte[] whole = [.. head, .. media.Bytes.Span, .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")];
        return new SentContent(whole, "multipart/form-data; boundary=" + boundary);
    }

    private static Uri Address(ConnectedAccount account, string path) => new(account.Server!, path);

    /// <returns>The answer, or why nothing was asked.</returns>
    private async Task<Step<Reply>> SendAsync(ConnectedAccount account, Func<HttpRequestMessage> request, CancellationToken stop)
    {
        if (account.Server is null || !Servers.MayBeTrusted(account.Server))
            return new Outcome.Rejected(RejectKind.Misconfigured, new(null, null, "The account names no server that may be trusted."));
        if (budget.WaitBefore(account.Id) is { } wait)
            return new Outcome.NotSent(NotSentKind.RateLimited, wait, new(null, null, "The server's limit for this account is used up."));
        var opened = await tokens.GetAsync(account, stop);
        if (!opened.Done)
            return opened.Why;

        var reply = await wire.SendAsync(request(), opened.Made.Access, stop);
        if (reply is Reply.Answered answered)
        {
            budget.Note(account.Id, answered.Limit, refused: answered.Status == HttpStatusCode.TooManyRequests);
            if (answered.Status == HttpStatusCode.Unauthorized)
            {
                tokens.Refused(account, opened.Made);
                if (opened.Made.Refresh is not null)
                    return new Outcome.NotSent(NotSentKind.AuthNotRefreshed, null, answered.Evidence("The access has ended and must be renewed."));
            }
        }

        return reply;
    }
}
