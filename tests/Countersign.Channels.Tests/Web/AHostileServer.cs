using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Countersign.Channels.Tests.Web;

/// <summary>A server that speaks TLS and answers byte for byte what a test wants. One listens on 127.0.0.1 and stands for the open web; one on 127.0.0.2, same port, stands for what is closed.</summary>
internal sealed class AHostileServer : IAsyncDisposable
{
    private static readonly X509Certificate2 certificate = Certify();

    private readonly TcpListener listener;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, Func<Stream, CancellationToken, Task>> pages = new(StringComparer.Ordinal);
    private readonly Task accepting;

    public AHostileServer(IPAddress address, int port = 0)
    {
        listener = new TcpListener(address, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Every connection, whether anything was asked on it or not.</summary>
    public int Connections => connections;

    /// <summary>Heads of requests, as they came.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    private int connections;

    /// <param name="head">Lines after the status line, each ended by \r\n.</param>
    public void Serve(string path, string status, string head, byte[] body) => Serve(path, async (stream, stop) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n"), stop);
        await stream.WriteAsync(body, stop);
    });

    public void Serve(string path, Func<Stream, CancellationToken, Task> answer) => pages[path] = answer;

    public void ServePage(string path, string html) => Serve(path, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", Encoding.UTF8.GetBytes(html));

    public void SendOn(string path, string location) => Serve(path, "302 Found", $"Location: {location}\r\nContent-Length: 0\r\n", []);

    public async ValueTask DisposeAsync()
    {
        // One that was just let in has it ask for the next, which a listener that is stopped does not take.
        await ending.CancelAsync();
        await accepting;
        listener.Stop();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ending.Token);
                Interlocked.Increment(ref connections);
                talks.Add(TalkAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ending.Token);
                var head = await ReadHeadAsync(tls);
                if (head.Length == 0)
                    return;
                Heads.Enqueue(head);
                if (pages.TryGetValue(head.Split(' ')[1], out var answer))
                    await answer(tls, ending.Token);
                else
                    await tls.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), ending.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException or SocketException)
        {
            // The far side had enough, which is what most of these tests want.
        }
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, ending.Token) > 0)
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
