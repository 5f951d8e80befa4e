using System.Text.Json.Nodes;

namespace Countersign.Channels.Bluesky;

/// <summary>
/// How this program is known to servers of the AT Protocol: by the address of a document about itself, which they fetch;
/// on a machine of one's own, where nobody could fetch it, by what stands in the name itself (atproto.com/specs/oauth, "Clients").
/// </summary>
internal static class BlueskyClient
{
    /// <summary>After this long a server asks the owner anew, however often the access was renewed: we hold no key that it could know us by (oauth-provider 0.15, PUBLIC_CLIENT_SESSION_LIFETIME).</summary>
    internal static readonly TimeSpan Lasts = TimeSpan.FromDays(14);

    /// <summary>Of the document, below the public address.</summary>
    private const string DocumentPath = "/oauth/bluesky-client.json";

    /// <summary>What posting needs. The finer names of newer servers are refused by older ones, so it is the one that all know; it is as much as an app password opens.</summary>
    internal const string Scopes = "atproto transition:generic";

    /// <param name="back">Our page that the server sends the browser to.</param>
    internal static string IdOf(Uri back) => back.IsLoopback
        ? $"http://localhost?redirect_uri={Uri.EscapeDataString(back.AbsoluteUri)}&scope={Uri.EscapeDataString(Scopes)}"
        : new Uri(back, DocumentPath).AbsoluteUri;

    /// <summary>The document that servers fetch.</summary>
    public static JsonObject Document(Uri back) => new()
    {
        ["client_id"] = IdOf(back),
        ["client_name"] = "Countersign",
        ["client_uri"] = new Uri(back, "/").AbsoluteUri,
        ["application_type"] = "web",
        ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
        ["response_types"] = new JsonArray("code"),
        ["redirect_uris"] = new JsonArray(back.AbsoluteUri),
        ["scope"] = Scopes,
        ["token_endpoint_auth_method"] = "none",
        ["dpop_bound_access_tokens"] = true,
    };
}
