using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;

namespace Countersign.Channels.Web;

/// <summary>
/// Reads from addresses that people or strangers' pages name, without becoming their way into this network: https only, no address of this
/// machine or its neighbours (looked up before, and again for the very connection that is made), each redirect judged like the first address,
/// so many bytes and so much time and no more. Sends no cookie, no credential and no referrer.
/// </summary>
public sealed class SafeFetcher : IDisposable
{
    private const string Closed = "closed-address";

    private static readonly ProductInfoHeaderValue[] agent = [new("Countersign", "0.1"), new("(self-hosted; link previews and feeds)")];

    private readonly TimeProvider clock;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly Func<IPAddress, bool> isPublic;
    private readonly int port;
    private readonly HttpClient http;

    public SafeFetcher(TimeProvider clock)
        : this(clock, (host, stop) => Dns.GetHostAddressesAsync(host, stop), PublicAddresses.Holds, 443, null)
    {
    }

    /// <summary>For tests, which have no open network: names, addresses, a port and a certificate of their own.</summary>
    internal SafeFetcher(TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPAddress, bool> isPublic, int port, RemoteCertificateValidationCallback? trust)
    {
        (this.clock, this.resolve, this.isPublic, this.port) = (clock, resolve, isPublic, port);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
            MaxResponseHeadersLength = 32,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<FetchOutcome> GetAsync(FetchRequest request, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(request.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            return await FollowAsync(request, either.Token);
        }
        catch (Exception failure) when (IsClosed(failure))
        {
            return Away;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new FetchOutcome.Failed("too-slow", "The server took too long.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            // The exception's own words can hold what the server sent.
            return new FetchOutcome.Failed("no-answer", "The server could not be reached, or its answer broke off.");
        }
    }

    public void Dispose() => http.Dispose();

    private static FetchOutcome.Refused Away => new(Closed, "That address leads into a closed network. Only pages on the open web are read.");

    private async Task<FetchOutcome> FollowAsync(FetchRequest request, CancellationToken stop)
    {
        var at = request.Address;
        var forGood = true;
        for (var hop = 0; ; hop++)
        {
            if (await RefuseAsync(at, stop) is { } refused)
                return refused;
            using var message = new HttpRequestMessage(HttpMethod.Get, WithoutFragment(at));
            Dress(message.Headers, request);
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.StatusCode == HttpStatusCode.NotModified)
                return new FetchOutcome.NotModified();
            if (IsRedirect(answer.StatusCode) && answer.Headers.Location is { } next)
            {
                if (hop == request.MaxHops)
                    return new FetchOutcome.Failed("too-many-redirects", "The page sends us on and on.", answer.StatusCode);
                if (!Uri.TryCreate(at, next, out at!))
                    return new FetchOutcome.Failed("bad-redirect", "The page sends us to something that is no address.", answer.StatusCode);
                forGood &= answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect;
                continue;
            }

            if (answer.StatusCode != HttpStatusCode.OK)
                return new FetchOutcome.Failed("status", $"The server answered {(int)answer.StatusCode}.", answer.StatusCode, RateLimits.Read(answer.Headers, clock.GetUtcNow())?.Wait);
            var read = await ReadAsync(at, answer, request.MaxBytes, stop);
            return read is FetchOutcome.Fetched fetched ? fetched with { IsMovedForGood = forGood && hop > 0 } : read;
        }
    }

    /// <summary>What can be known before any connection is made.</summary>
    private async Task<FetchOutcome.Refused?> RefuseAsync(Uri address, CancellationToken stop)
    {
        if (!address.IsAbsoluteUri || address.Scheme != Uri.UriSchemeHttps)
            return new FetchOutcome.Refused("not-https", "Only addresses that begin with https:// are read.");
        if (address.UserInfo.Length > 0)
            return new FetchOutcome.Refused("has-login", "An address with a name or a password in it is not read.");
        if (address.Port != port)
            return new FetchOutcome.Refused("odd-port", "Only the usual port of the web is read.");
        if (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            return isPublic(IPAddress.Parse(address.DnsSafeHost)) ? null : Away;
        return (await resolve(address.IdnHost, stop)).All(isPublic) ? null : Away;
    }

    /// <summary>The name is looked up again here and the connection goes to what was looked up: between the two answers a name may be given another address.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, stop);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!addresses.All(isPublic))
            throw new ClosedAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<FetchOutcome> ReadAsync(Uri at, HttpResponseMessage answer, int maxBytes, CancellationToken stop)
    {
        var tooLarge = new FetchOutcome.Failed("too-large", $"There is more than {maxBytes:N0} bytes of it.", answer.StatusCode);
        if (answer.Content.Headers.ContentLength > maxBytes)
            return tooLarge;
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, stop) is > 0 and var read)
        {
            if (whole.Length + read > maxBytes)
                return tooLarge;
            whole.Write(buffer, 0, read);
        }

        var type = answer.Content.Headers.ContentType;
        return new FetchOutcome.Fetched(at, type?.MediaType?.ToLowerInvariant() ?? "", type?.CharSet?.Trim('"'), whole.ToArray())
        {
            ETag = answer.Headers.ETag?.ToString(),
            LastModified = answer.Content.Headers.LastModified,
        };
    }

    private static void Dress(HttpRequestHeaders headers, FetchRequest request)
    {
        foreach (var name in agent)
            headers.UserAgent.Add(name);
        headers.TryAddWithoutValidation("Accept", request.Accept);
        if (request.ETag is { } known)
            headers.TryAddWithoutValidation("If-None-Match", known);
        headers.IfModifiedSince = request.ModifiedSince;
    }

    private static Uri WithoutFragment(Uri address) => address.Fragment.Length == 0 ? address : new UriBuilder(address) { Fragment = "" }.Uri;

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static bool IsClosed(Exception? failure) => failure is not null && (failure is ClosedAddressException || IsClosed(failure.InnerException));

    private sealed class ClosedAddressException() : IOException("The name leads into a closed network.");
}
