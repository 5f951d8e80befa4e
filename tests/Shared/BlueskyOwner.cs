using System.Net.Http.Json;
using System.Text.Json;

namespace Countersign.Tests.Shared;

/// <summary>What the owner of an account does on the page of their own server, in a browser: signs in and allows the program that sent them there.</summary>
public sealed class BlueskyOwner : IDisposable
{
    private const string Pages = "/@atproto/oauth-provider/~api";

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);
    private readonly BlueskyAccount account;

    public BlueskyOwner(BlueskyAccount account) => this.account = account;

    /// <returns>Where their browser is sent back to, with what it brings along.</returns>
    /// <param name="page">The address the program sent them to.</param>
    public async Task<IReadOnlyDictionary<string, string>> AllowAsync(Uri page)
    {
        using var look = new HttpRequestMessage(HttpMethod.Get, page);
        look.Headers.Add("Sec-Fetch-Site", "none");
        look.Headers.Add("Sec-Fetch-Mode", "navigate");
        look.Headers.Add("Sec-Fetch-Dest", "document");
        using var shown = await SendAsync(look);
        if (!shown.IsSuccessStatusCode)
            throw new InvalidOperationException($"The server showed no page: {await shown.Content.ReadAsStringAsync()}");

        var signedIn = await AskAsync(page, "/sign-in", new { locale = "en", username = account.Handle, password = account.Password }, null);
        var answer = await AskAsync(page, "/consent", new { sub = account.Did }, signedIn.TryGetProperty("ephemeralToken", out var token) ? token.GetString() : null);
        return new Uri(answer.GetProperty("url").GetString()!).Query.TrimStart('?').Split('&')
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => Uri.UnescapeDataString(part[0]), part => Uri.UnescapeDataString(part[1].Replace('+', ' ')), StringComparer.Ordinal);
    }

    /// <summary>Takes back, on their own server, what they allowed programs to do; every program that was allowed is out.</summary>
    public async Task TakeBackAsync(Uri server)
    {
        var page = new Uri(server, "/account");
        using var look = new HttpRequestMessage(HttpMethod.Get, page);
        look.Headers.Add("Sec-Fetch-Site", "none");
        look.Headers.Add("Sec-Fetch-Mode", "navigate");
        look.Headers.Add("Sec-Fetch-Dest", "document");
        using var shown = await SendAsync(look);
        await AskAsync(page, "/sign-in", new { locale = "en", username = account.Handle, password = account.Password, remember = true }, null);
        var allowed = await AskAsync<object>(page, $"/oauth-sessions?sub={Uri.EscapeDataString(account.Did)}", null, null);
        foreach (var program in allowed.EnumerateArray())
            await AskAsync(page, "/revoke-oauth-session", new { sub = account.Did, tokenId = program.GetProperty("tokenId").GetString() }, null);
    }

    public void Dispose() => http.Dispose();

    /// <param name="body">Null to read something.</param>
    private async Task<JsonElement> AskAsync<T>(Uri page, string what, T? body, string? token)
        where T : class
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(page, Pages + what)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));
        request.Headers.Referrer = page;
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Sec-Fetch-Mode", "same-origin");
        request.Headers.Add("x-csrf-token", cookies["csrf-token"]);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var response = await SendAsync(request);
        var said = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(said) : throw new InvalidOperationException($"{what} answered {(int)response.StatusCode}: {said}");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64)");
        if (cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var response = await http.SendAsync(request);
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            if (line.Split(';')[0].Split('=', 2) is [var name, var value])
                cookies[name] = value;
        }

        return response;
    }
}
