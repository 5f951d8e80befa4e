namespace Countersign.Channels.Http;

/// <summary>How calls to networks leave this machine.</summary>
public static class Transport
{
    /// <summary>A handler fit for writes: follows nothing, repeats nothing, and gives every call a connection of its own,
    /// because a kept one may be closed on the far side and a write into it could not be known.</summary>
    public static HttpMessageHandler NewHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.Zero,
    };
}
