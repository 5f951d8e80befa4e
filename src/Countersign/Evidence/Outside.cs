using System.Net;

namespace Countersign.Evidence;

/// <summary>Asks witnesses and time stamp authorities: addresses that the operator wrote into the settings, answers that are short and in time.</summary>
public sealed class Outside : IDisposable
{
    private const int LargestAnswer = 1 << 17;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <exception cref="HttpRequestException">Nobody answered, or too much.</exception>
    public async Task<(HttpStatusCode Status, string? Type, byte[] Body)> PostAsync(Uri address, HttpContent content, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsync(address, content, cancellationToken);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public void Dispose() => http.Dispose();
}
