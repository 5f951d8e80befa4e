using System.Net;

namespace Countersign.Channels.Bluesky;

/// <summary>The server an account lives on (its PDS), and where a person can look at what stands there.</summary>
internal static class BlueskyServer
{
    /// <summary>The public network's entrance, for accounts connected without naming a server.</summary>
    public static readonly Uri Public = new("https://bsky.social/");

    public static Uri Of(ConnectedAccount account) => account.Server ?? Public;

    /// <summary>Plain http would send the app password in the clear; it is taken only for a server on this machine.</summary>
    public static bool MayBeTrusted(Uri server) =>
        server.IsAbsoluteUri && (server.Scheme == Uri.UriSchemeHttps || (server.Scheme == Uri.UriSchemeHttp && server.IsLoopback)) && server.UserInfo.Length == 0;

    /// <summary>The post's page on the public network; for a server of one's own, the record itself.</summary>
    public static string AddressOf(Uri server, string did, string key) => IsPublic(server)
        ? $"https://bsky.app/profile/{did}/post/{key}"
        : Xrpc.Address(server, "com.atproto.repo.getRecord", RecordQuery(did, key)).AbsoluteUri;

    public static string RecordQuery(string did, string key) =>
        $"?repo={WebUtility.UrlEncode(did)}&collection={PostRecord.Collection}&rkey={WebUtility.UrlEncode(key)}";

    private static bool IsPublic(Uri server) =>
        server.Host == Public.Host || server.Host.EndsWith(".bsky.network", StringComparison.OrdinalIgnoreCase);
}
