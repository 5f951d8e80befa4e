using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>One call of the AT Protocol.</summary>
internal sealed class Xrpc(Wire wire)
{
    public Task<Reply> GetAsync(Uri server, string method, string query, string? bearer, CancellationToken stop) =>
        wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, Address(server, method, query)), bearer, stop);

    public Task<Reply> PostAsync(Uri server, string method, SentContent? content, string? bearer, CancellationToken stop) =>
        wire.SendAsync(new HttpRequestMessage(HttpMethod.Post, Address(server, method, "")) { Content = content }, bearer, stop);

    public static Uri Address(Uri server, string method, string query) => new(server, "/xrpc/" + method + query);
}
