using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Countersign.Channels.Tests.Fakes;

/// <summary>
/// What the strict fakes have in common. A fake keeps state, answers as its network's documentation says, and takes nothing that the
/// documentation does not know: such a call is a violation, and every test ends by looking for those.
/// </summary>
internal abstract class StrictNetwork : HttpMessageHandler
{
    private readonly Lock turn = new();

    public ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>Method and path of each call.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Answers instead of the network, or null to let it answer.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Instead { get; set; } = _ => null;

    /// <summary>The network acts and its answer is lost, for calls of which this is true.</summary>
    public Func<HttpRequestMessage, bool> Loses { get; set; } = _ => false;

    public int CallsTo(string methodAndPath) => Calls.Count(call => call == methodAndPath);

    /// <summary>As a server behind a real connection answers: nothing is lost on the way.</summary>
    public Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken stop) => SendAsync(request, stop);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await BytesAsync(request.Content, cancellationToken);
        Calls.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
        if (Misfit(request, body) is { } wrong)
            Violations.Enqueue(wrong);
        if (Instead(request) is { } other)
            return other;
        HttpResponseMessage answer;
        lock (turn)
            answer = Answer(request, body);
        return Loses(request) ? throw new HttpRequestException("The connection broke.") : answer;
    }

    protected abstract HttpResponseMessage Answer(HttpRequestMessage request, byte[] body);

    /// <summary>What is wrong with a call by the network's published description, whatever is answered; null where nothing is, or there is no such description here.</summary>
    protected virtual string? Misfit(HttpRequestMessage request, byte[] body) => null;

    /// <summary>Locks what tests read of the state.</summary>
    protected T Look<T>(Func<T> read)
    {
        lock (turn)
            return read();
    }

    protected HttpResponseMessage Violation(string what)
    {
        Violations.Enqueue(what);
        return Say(HttpStatusCode.NotImplemented, """{"violation":true}""");
    }

    protected virtual HttpResponseMessage Say(HttpStatusCode status, string json) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    protected static Dictionary<string, string> Form(string form) =>
        form.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2)).ToDictionary(field => Uri.UnescapeDataString(field[0]), field => Uri.UnescapeDataString(field[^1].Replace('+', ' ')));

    /// <returns>Null for anything that is no object.</returns>
    protected static JsonObject? Object(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The parts of a form with a file, by their names.</summary>
    protected static Dictionary<string, byte[]>? Parts(HttpRequestMessage request, byte[] body)
    {
        if (request.Content?.Headers.ContentType is not { MediaType: "multipart/form-data" } type || type.Parameters.FirstOrDefault(p => p.Name == "boundary")?.Value?.Trim('"') is not { } boundary)
            return null;
        var text = Encoding.Latin1.GetString(body);
        var parts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var part in text.Split("--" + boundary)[1..^1])
        {
            var end = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var name = part[..end].Split("name=\"")[1].Split('"')[0];
            parts[name] = Encoding.Latin1.GetBytes(part[(end + 4)..^2]);
        }

        return parts;
    }

    /// <summary>Of a shape given as an example: every field is known and of the same kind; nothing is required.</summary>
    protected static string? Misfit(JsonNode? sent, JsonNode? shape, string at = "")
    {
        if (sent is JsonObject fields && shape is JsonObject known)
            return fields.Select(field => known.TryGetPropertyValue(field.Key, out var like) ? Misfit(field.Value, like, $"{at}/{field.Key}") : $"{at}/{field.Key} is not known").FirstOrDefault(problem => problem is not null);
        if (sent is JsonArray items && shape is JsonArray { Count: 1 } kind)
            return items.Select((item, number) => Misfit(item, kind[0], $"{at}/{number}")).FirstOrDefault(problem => problem is not null);
        return Kind(sent) == Kind(shape) ? null : $"{at} is {Kind(sent)}, not {Kind(shape)}";
    }

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() is { } kind ? kind == JsonValueKind.False ? JsonValueKind.True : kind : JsonValueKind.Null;

    private static async Task<byte[]> BytesAsync(HttpContent content, CancellationToken stop)
    {
        using var whole = new MemoryStream();
        await content.CopyToAsync(whole, stop);
        return whole.ToArray();
    }
}
