namespace Countersign.Channels.Http;

/// <summary>Which servers may be shown a secret.</summary>
internal static class Servers
{
    /// <summary>Plain http would send the secret in the clear; it is taken only for a server on this machine.</summary>
    public static bool MayBeTrusted(Uri server) =>
        server.IsAbsoluteUri && (server.Scheme == Uri.UriSchemeHttps || (server.Scheme == Uri.UriSchemeHttp && server.IsLoopback)) && server.UserInfo.Length == 0;
}
