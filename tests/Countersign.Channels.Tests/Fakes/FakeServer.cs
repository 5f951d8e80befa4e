using System.Net;
using System.Net.Sockets;

namespace Countersign.Channels.Tests.Fakes;

/// <summary>A strict fake behind a real port of 127.0.0.1, for programs that cannot be given it in their own process.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly StrictNetwork fake;

    public FakeServer(StrictNetwork fake)
    {
        this.fake = fake;
        Address = new Uri($"http://127.0.0.1:{FreePort()}/");
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var request = await ReadAsync(context.Request);
            using var answer = await fake.AnswerAsync(request, CancellationToken.None);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Content-Length"))
                context.Response.Headers[name] = string.Join(", ", values);
            var body = await answer.Content.ReadAsByteArrayAsync();
            context.Response.ContentLength64 = body.Length;
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception lost) when (lost is HttpRequestException or HttpListenerException or IOException)
        {
            // The fake acted, and the answer is lost.
            context.Response.Abort();
        }
    }

    private static async Task<HttpRequestMessage> ReadAsync(HttpListenerRequest received)
    {
        var request = new HttpRequestMessage(new HttpMethod(received.HttpMethod), received.Url);
        using var body = new MemoryStream();
        await received.InputStream.CopyToAsync(body);
        if (received.HasEntityBody)
            request.Content = new ByteArrayContent(body.ToArray());
        foreach (var name in received.Headers.AllKeys.OfType<string>())
        {
            if (!request.Headers.TryAddWithoutValidation(name, received.Headers[name]))
                request.Content?.Headers.TryAddWithoutValidation(name, received.Headers[name]);
        }

        return request;
    }
}
