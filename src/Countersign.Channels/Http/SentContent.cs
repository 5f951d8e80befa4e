using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>A request body that knows whether its first byte was handed to a connection. Until then nothing can have been created.</summary>
internal sealed class SentContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> bytes;
    private int started;

    public SentContent(ReadOnlyMemory<byte> bytes, string contentType)
    {
        this.bytes = bytes;
        Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
    }

    public bool Started => Volatile.Read(ref started) == 1;

    /// <summary>The same body for a call that is made once more.</summary>
    public SentContent Again() => new(bytes, Headers.ContentType!.ToString());

    public static SentContent Form(IEnumerable<(string Name, string Value)> fields) =>
        new(System.Text.Encoding.ASCII.GetBytes(string.Join('&', fields.Select(f => Uri.EscapeDataString(f.Name) + "=" + Uri.EscapeDataString(f.Value)))), "application/x-www-form-urlencoded");

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
