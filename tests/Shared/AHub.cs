using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Countersign.Tests.Shared;

/// <summary>A hub of our own that takes only what PubSubHubbub 0.4 describes: no hub is packaged that could be run here.</summary>
public sealed class AHub : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Task serving;

    public AHub()
    {
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>What it answers to what it takes.</summary>
    public HttpStatusCode Answer { get; set; } = HttpStatusCode.NoContent;

    /// <summary>Seconds it asks to be left alone; 0 for none.</summary>
    public int RetryAfter { get; set; }

    /// <summary>It hears and never answers.</summary>
    public bool Silent { get; set; }

    /// <summary>Every call, in its order.</summary>
    public ConcurrentQueue<HubCall> Calls { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Close();
        await serving;
        ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.ASCII);
                var fields = (await reader.ReadToEndAsync()).Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => Uri.UnescapeDataString(field[^1]));
                var isPing = fields.GetValueOrDefault("hub.mode") == "publish" && Uri.TryCreate(fields.GetValueOrDefault("hub.url"), UriKind.Absolute, out _);
                Calls.Enqueue(new HubCall(context.Request.HttpMethod, context.Request.ContentType, context.Request.Headers["Authorization"], fields));
                if (Silent)
                    continue;
                context.Response.StatusCode = (int)(isPing ? Answer : HttpStatusCode.BadRequest);
                if (RetryAfter > 0)
                    context.Response.AddHeader("Retry-After", $"{RetryAfter}");
                context.Response.Close();
            }
            catch (Exception end) when (end is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The listener was closed, or a caller left before its answer.
            }
        }
    }
}

public sealed record HubCall(string Method, string? ContentType, string? Authorization, IReadOnlyDictionary<string, string> Fields)
{
    public string? Topic => Fields.GetValueOrDefault("hub.topic");
}
