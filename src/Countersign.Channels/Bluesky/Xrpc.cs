using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>One call of the AT Protocol.</summary>
internal sealed class Xrpc(Wire wire, DpopCalls calls)
{
    public Task<Reply> GetAsync(Uri server, string method, string query, Access? access, CancellationToken stop) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, Address(server, method, query)), access, stop);

    public Task<Reply> PostAsync(Uri server, string method, SentContent? content, Access? access, CancellationToken stop) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, Address(server, method, "")) { Content = content?.Again() }, access, stop);

    public static Uri Address(Uri server, string method, string query) => new(server, "/xrpc/" + method + query);

    private Task<Reply> SendAsync(Func<HttpRequestMessage> request, Access? access, CancellationToken stop) =>
        access is { Key: { } key } ? calls.SendAsync(request, key, access.Token, stop) : wire.SendAsync(request(), access?.Token, stop);
}

/// <summary>What a call shows to be let in.</summary>
/// <param name="Key">The key the token is bound to; null for a token that opens by itself.</param>
internal sealed record Access(string Token, DpopKey? Key = null)
{
    public static implicit operator Access(string token) => new(token);

    public override string ToString() => nameof(Access);
}
