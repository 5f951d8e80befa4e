using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Countersign.Tests.Shared;

namespace Countersign.Channels.Tests.Web;

/// <summary>A server that speaks TLS and answers byte for byte what a test wants. One listens on 127.0.0.1 and stands for the open web; one on 127.0.0.2, same port, stands for what is closed.</summary>
internal sealed class AHostileServer : IAsyncDisposable
{
    private static readonly X509Certificate2 certificate = Certify();

    private readonly Callers callers;
    private readonly ConcurrentDictionary<string, Func<Stream, CancellationToken, Task>> pages = new(StringComparer.Ordinal);

    public AHostileServer(IPAddress address, int port = 0) => callers = new Callers(TalkAsync, address, port);

    public int Port => callers.Port;

    /// <summary>Every connection, whether anything was asked on it or not.</summary>
    public int Connections => callers.Count;

    /// <summary>Heads of requests, as they came.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <param name="head">Lines after the status line, each ended by \r\n.</param>
    public void Serve(string path, string status, string head, byte[] body) => Serve(path, async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n"), stop);
        await stream.WriteAsync(body, stop);
    });

    public void Serve(string path, Func<Stream, CancellationToken, Task> answer) => pages[path] = answer;

    public void ServePage(string path, string html) => Serve(path, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", Encoding.UTF8.GetBytes(html));

    public void SendOn(string path, string location) => Serve(path, "302 Found", $"Location: {location}\r\nContent-Length: 0\r\n", []);

    public ValueTask DisposeAsync() => callers.DisposeAsync();

    private async Task TalkAsync(TcpClient client, CancellationToken stop)
    {
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
            var head = await ReadHeadAsync(tls, stop);
            if (head.Length == 0)
                return;
            Heads.Enqueue(head);
            if (pages.TryGetValue(head.Split(' ')[1], out var answer))
                await answer(tls, stop);
            else
                await tls.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
        }
        catch (AuthenticationException)
        {
            // The far side does not trust it, which is what most of these tests want.
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken stop)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, stop) > 0)
            head.Append((char)buffer[0]);
        return head.ToString();
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hostile.example", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
