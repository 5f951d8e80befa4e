using System.Net;

namespace Countersign.Channels.Bluesky;

/// <summary>The server an account lives on (its PDS), and where a person can look at what stands there.</summary>
internal static class BlueskyServer
{
    /// <summary>The public network's entrance, for accounts connected without naming a server.</summary>
    public static readonly Uri Public = new("https://bsky.social/");

    public static Uri Of(ConnectedAccount account) => account.Server ?? Public;

    /// <summary>The post's page on the public network; for a server of one's own, the record itself.</summary>
    public static string AddressOf(Uri server, string did, string key) => IsPublic(server)
        ? $"https://bsky.app/profile/{did}/post/{key}"
        : Xrpc.Address(server, "com.atproto.repo.getRecord", RecordQuery(did, key)).AbsoluteUri;

    public static string RecordQuery(string did, string key) => RecordQuery(new RecordPlace(did, PostRecord.Collection, key));

    public static string RecordQuery(RecordPlace place) =>
        $"?repo={WebUtility.UrlEncode(place.Did)}&collection={WebUtility.UrlEncode(place.Collection)}&rkey={WebUtility.UrlEncode(place.Key)}";

    private static bool IsPublic(Uri server) =>
        server.Host == Public.Host || server.Host.EndsWith(".bsky.network", StringComparison.OrdinalIgnoreCase);
}
