using System.Text.Json;
using Countersign.Channels.Http;

namespace Countersign.Channels.Bluesky;

/// <summary>The server that people of an account's server are asked on, and where it is asked (RFC 8414, 9126, 9728).</summary>
internal sealed record BlueskyOAuthServer(string Issuer, Uri Push, Uri Authorise, Uri Token)
{
    /// <returns>Null where it offers no such access, or does not answer.</returns>
    public static async Task<BlueskyOAuthServer?> FindAsync(Wire wire, Uri server, CancellationToken stop)
    {
        // An entrance that many servers share answers for itself.
        var issuer = await IssuerOfAsync(wire, server, stop) is { } named ? new Uri(named) : server;
        if (!Servers.MayBeTrusted(issuer) || await GetAsync(wire, new Uri(issuer, "/.well-known/oauth-authorization-server"), stop) is not { } said)
            return null;
        return said.TextAt("issuer") is { } name && Uri.TryCreate(name, UriKind.Absolute, out var itself) && itself == issuer
            && At(said, "pushed_authorization_request_endpoint", issuer) is { } push
            && At(said, "authorization_endpoint", issuer) is { } authorise
            && At(said, "token_endpoint", issuer) is { } token
            && said.ItemsAt("dpop_signing_alg_values_supported").Any(algorithm => algorithm.ValueKind == JsonValueKind.String && algorithm.GetString() == "ES256")
            ? new BlueskyOAuthServer(name, push, authorise, token)
            : null;
    }

    /// <summary>Who gives access to what is on a server; null where it does not say.</summary>
    public static async Task<string?> IssuerOfAsync(Wire wire, Uri server, CancellationToken stop) =>
        await GetAsync(wire, new Uri(server, "/.well-known/oauth-protected-resource"), stop) is { } said
            && said.ItemsAt("authorization_servers").FirstOrDefault() is { ValueKind: JsonValueKind.String } first
            && Uri.TryCreate(first.GetString(), UriKind.Absolute, out _) ? first.GetString() : null;

    private static async Task<JsonElement?> GetAsync(Wire wire, Uri address, CancellationToken stop) =>
        await wire.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), null, stop) is Reply.Answered { Ok: true } ok ? ok.Body : null;

    /// <summary>An address of another host would be shown what opens accounts here.</summary>
    private static Uri? At(JsonElement said, string name, Uri issuer) =>
        Uri.TryCreate(said.TextAt(name), UriKind.Absolute, out var address) && address.GetLeftPart(UriPartial.Authority) == issuer.GetLeftPart(UriPartial.Authority) ? address : null;
}
