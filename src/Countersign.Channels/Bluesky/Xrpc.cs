using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Countersign.Channels.Bluesky;

/// <summary>One HTTP call of the AT Protocol, made once: what came back, or why nothing did.</summary>
internal sealed class Xrpc(HttpClient http, TimeProvider clock)
{
    /// <summary>From the first attempt to connect to the last byte of the answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>No answer we read comes near this many bytes; a page that does is not from the network.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    /// <summary>Some servers refuse a caller without a name.</summary>
    private static readonly ProductInfoHeaderValue[] Agent = [new("Countersign", "0.1"), new("(self-hosted; publishes approved posts)")];

    public Task<XrpcReply> GetAsync(Uri server, string method, string query, string? bearer, CancellationToken stop) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, Address(server, method, query)), bearer, stop);

    public Task<XrpcReply> PostAsync(Uri server, string method, SentContent? content, string? bearer, CancellationToken stop) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, Address(server, method, "")) { Content = content }, bearer, stop);

    public static Uri Address(Uri server, string method, string query) => new(server, "/xrpc/" + method + query);

    private async Task<XrpcReply> SendAsync(HttpRequestMessage request, string? bearer, CancellationToken stop)
    {
        using var owned = request;
        foreach (var name in Agent)
            request.Headers.UserAgent.Add(name);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        int? status = null;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            status = (int)response.StatusCode;
            var body = await ReadJsonAsync(response.Content, either.Token);
            return new XrpcReply.Answered(response.StatusCode, body, RetryTimes.Read(response.Headers, clock.GetUtcNow()));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The exception's own words can hold addresses and header values, so they stay here.
            return request.Content is SentContent { Started: false }
                ? new XrpcReply.NeverLeft(e is OperationCanceledException ? "No connection was made in time." : "No connection could be made.")
                : new XrpcReply.Lost(status, e is OperationCanceledException ? "No complete answer came in time." : "The connection broke before the answer was complete.");
        }
    }

    /// <returns>An undefined element for anything that is not a JSON object of a sensible size.</returns>
    private static async Task<JsonElement> ReadJsonAsync(HttpContent content, CancellationToken stop)
    {
        await using var stream = await content.ReadAsStreamAsync(stop);
        var buffer = new byte[8192];
        using var whole = new MemoryStream();
        while (await stream.ReadAsync(buffer, stop) is > 0 and var read)
        {
            if (whole.Length + read > MaxAnswerBytes)
                return default;
            await whole.WriteAsync(buffer.AsMemory(0, read), stop);
        }

        try
        {
            using var document = JsonDocument.Parse(whole.GetBuffer().AsMemory(0, (int)whole.Length));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

/// <summary>A request body that knows whether its first byte was handed to a connection. Until then nothing can have been created.</summary>
internal sealed class SentContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> bytes;
    private int started;

    public SentContent(ReadOnlyMemory<byte> bytes, string contentType)
    {
        this.bytes = bytes;
        Headers.ContentType = new MediaTypeHeaderValue(contentType);
    }

    public bool Started => Volatile.Read(ref started) == 1;

    public static SentContent Json<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web), "application/json");

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref started, 1);
        await stream.WriteAsync(bytes, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}

/// <summary>What became of one call. Shows status and code only: a body can hold a session.</summary>
internal abstract record XrpcReply
{
    private XrpcReply()
    {
    }

    public sealed record Answered(HttpStatusCode Status, JsonElement Body, TimeSpan? Wait) : XrpcReply
    {
        public bool Ok => Status == HttpStatusCode.OK && Body.ValueKind == JsonValueKind.Object;

        /// <summary>The network's word for the error; anything that does not look like one (letters, at most 40) is left out.</summary>
        public string? Code => Text("error") is { Length: > 0 and <= 40 } code && code.All(char.IsAsciiLetter) ? code : null;

        public string? Text(params ReadOnlySpan<string> path) => Body.TextAt(path);

        public Evidence Evidence(string note) => new((int)Status, Code, note);

        public override string ToString() => $"{(int)Status} {Code}";
    }

    /// <summary>Not one byte of the body left this machine.</summary>
    public sealed record NeverLeft(string Note) : XrpcReply;

    /// <summary>Something left, and no complete answer came.</summary>
    public sealed record Lost(int? Status, string Note) : XrpcReply;
}
