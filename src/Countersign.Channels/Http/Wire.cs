using System.Net.Http.Headers;
using System.Text.Json;

namespace Countersign.Channels.Http;

/// <summary>Makes an HTTP call once: what came back, or why nothing did.</summary>
internal sealed class Wire(HttpClient http, TimeProvider clock)
{
    /// <summary>From the first attempt to connect to the last byte of the answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>More than one post or message at its largest, so that whoever asks for one at a time is always answered; an answer beyond it is none.</summary>
    private const int MaxAnswerBytes = 4 << 20;

    /// <summary>Some servers refuse a caller without a name.</summary>
    private static readonly ProductInfoHeaderValue[] Agent = [new("Countersign", "0.1"), new("(self-hosted; publishes approved posts)")];

    public Task<Reply> PostAsync(Uri address, SentContent content, string? bearer, CancellationToken stop) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, address) { Content = content }, bearer, stop);

    public async Task<Reply> SendAsync(HttpRequestMessage request, string? bearer, CancellationToken stop)
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
            return new Reply.Answered(response.StatusCode, body, RateLimits.Read(response.Headers, clock.GetUtcNow()))
            {
                Nonce = response.Headers.NonValidated.TryGetValues("DPoP-Nonce", out var nonces) ? nonces.ToString() : null,
                Links = response.Headers.NonValidated.TryGetValues("Link", out var links) ? [.. links] : [],
                MadeId = response.Headers.NonValidated.TryGetValues("x-restli-id", out var made) && made.ToString() is { Length: > 0 and <= 200 } id ? id : null,
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The exception's own words can hold addresses and header values, so they stay here.
            return request.Content is SentContent { Started: false }
                ? new Reply.NeverLeft(e is OperationCanceledException ? "No connection was made in time." : "No connection could be made.")
                : new Reply.Lost(status, e is OperationCanceledException ? "No complete answer came in time." : "The connection broke before the answer was complete.");
        }
    }

    /// <returns>An undefined element for anything that is not JSON of a sensible size.</returns>
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
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
