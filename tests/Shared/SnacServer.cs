using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Countersign.Tests.Shared;

/// <summary>
/// A real server of the Mastodon API that is not Mastodon: snac, from Debian's backports. It has one account to begin with, listens on 127.0.0.1
/// only, keeps its data in a folder that is removed, and ends with the test process, also when that is killed, because its input ends.
/// </summary>
public sealed partial class SnacServer : IAsyncDisposable
{
    private const string First = "alice";

    private const string ShowTheCode = "urn:ietf:wg:oauth:2.0:oob";

    private static readonly SemaphoreSlim starting = new(1, 1);
    private static SnacServer? shared;

    private readonly Process process;
    private readonly string program;
    private readonly string folder;
    private readonly ConcurrentDictionary<string, string> passwords = new(StringComparer.Ordinal);
    private readonly HttpClient http;

    private SnacServer(Process process, string program, string folder, Uri server)
    {
        (this.process, this.program, this.folder, Server) = (process, program, folder, server);
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { BaseAddress = server };
    }

    /// <summary>Such as http://127.0.0.1:41249/. Its first account is alice.</summary>
    public Uri Server { get; }

    /// <summary>The one server of this test process, started by the first test that asks. Skips the test where it is not installed.</summary>
    public static async Task<SnacServer> SharedAsync()
    {
        await starting.WaitAsync();
        try
        {
            return shared ??= await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>One more account.</summary>
    public async Task AddAsync(string name) => passwords[name] = Password().Match(await ShellAsync("\"$1\" adduser \"$2\" \"$3\"", program, folder, name)).Groups["word"].Value;

    /// <summary>What a person does on the server's own page: signs in, allows the program, and copies the code that is shown.</summary>
    /// <param name="page">The address the program sent them to.</param>
    public async Task<string> AllowAsync(Uri page, string name = First)
    {
        using var shown = await http.GetAsync(new Uri(page.PathAndQuery, UriKind.Relative));
        var form = await shown.Content.ReadAsStringAsync();
        var client = ClientId().Match(form).Groups["id"].Value;
        using var answer = await http.PostAsync(
            new Uri("/oauth/x-snac-login", UriKind.Relative),
            new FormUrlEncodedContent(new Dictionary<string, string> { ["login"] = name, ["passwd"] = passwords[name], ["redir"] = ShowTheCode, ["cid"] = client, ["state"] = "" }));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What another program gets that the account allows to post.</summary>
    public async Task<string> TokenAsync(string name = First)
    {
        using var made = await http.PostAsync(new Uri("/api/v1/apps", UriKind.Relative), Fields(("client_name", "Another program"), ("redirect_uris", ShowTheCode), ("scopes", "read write")));
        var app = await made.Content.ReadFromJsonAsync<JsonElement>();
        var (id, secret) = (app.GetProperty("client_id").GetString()!, app.GetProperty("client_secret").GetString()!);
        var code = await AllowAsync(new Uri(Server, $"/oauth/authorize?response_type=code&client_id={id}&redirect_uri={Uri.EscapeDataString(ShowTheCode)}&scope=read+write"), name);
        using var given = await http.PostAsync(new Uri("/oauth/token", UriKind.Relative), Fields(("grant_type", "authorization_code"), ("code", code.Trim().Split('&')[0]), ("client_id", id), ("client_secret", secret), ("redirect_uri", ShowTheCode)));
        return (await given.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <returns>What the server calls the post now.</returns>
    public Task<string> PostAsync(string token, string text) => WriteAsync(HttpMethod.Post, "/api/v1/statuses", token, text);

    /// <returns>What the server calls the post after the edit.</returns>
    public Task<string> EditAsync(string token, string id, string text) => WriteAsync(HttpMethod.Put, $"/api/v1/statuses/{id}", token, text);

    /// <summary>Somebody's own program answers a post.</summary>
    /// <param name="to">What the server calls the post.</param>
    public async Task<(string Uri, string Id)> AnswerAsync(string token, string text, string to, string visibility)
    {
        var made = await WriteAsync(HttpMethod.Post, "/api/v1/statuses", token, new { status = text, visibility, in_reply_to_id = to });
        return (made.GetProperty("uri").GetString()!, made.GetProperty("id").GetString()!);
    }

    /// <summary>What somebody does on the server's own page: it takes nothing down for a program.</summary>
    /// <param name="uri">The post's lasting identifier.</param>
    public async Task DeleteAsync(string uri, string name = First)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/{name}/admin/action", UriKind.Relative)) { Content = Fields(("id", uri), ("actor", new Uri(Server, "/" + name).AbsoluteUri), ("action", "Delete"), ("redir", "")) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{passwords[name]}")));

        // It answers with the way to its page of administration, which is asked for without the password, and refuses that.
        using var straight = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Server };
        using var answer = await straight.SendAsync(request);
        if ((int)answer.StatusCode >= 400)
            throw new InvalidOperationException($"The post was not deleted: {(int)answer.StatusCode}");
    }

    private async Task<string> WriteAsync(HttpMethod method, string path, string token, string text) =>
        (await WriteAsync(method, path, token, new { status = text, visibility = "public" })).GetProperty("id").GetString()!;

    private async Task<JsonElement> WriteAsync<T>(HttpMethod method, string path, string token, T post)
        where T : class
    {
        // Of a body that does not say its length it reads nothing, and closes the connection (measured, 2.75).
        using var body = new StringContent(JsonSerializer.Serialize(post), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static FormUrlEncodedContent Fields(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>One post as the server gives it.</summary>
    public async Task<JsonElement> ReadPostAsync(string token, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/statuses/{id}", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Every post of the account as the server gives it, newest first; asked by us and not by the connector under test.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListPostsAsync(string token, string account)
    {
        // It knows no pages: it gives the last few hundred at once.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/accounts/{account}/statuses", UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request);
        return [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static async Task<SnacServer> StartAsync()
    {
        if (Installed.Find(["snac"]) is not { } snac || OperatingSystem.IsWindows())
        {
            Run.Lacks("The server snac is not installed (Debian: package snac2 of bookworm-backports).");
            throw new InvalidOperationException("Not reached.");
        }

        var port = Ports.Free();
        var folder = Path.Combine(Path.GetTempPath(), $"countersign-snac-{Guid.NewGuid():N}");
        await ShellAsync("printf '127.0.0.1\\n%s\\n127.0.0.1:%s\\n\\nadmin@example.test\\n' \"$2\" \"$2\" | \"$1\" init \"$3\"", snac, $"{port}", folder);

        // It says https of itself unless told, and behaves so in every address it gives.
        var settings = Path.Combine(folder, "server.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(settings))!;
        json["protocol"] = "http";
        await File.WriteAllTextAsync(settings, json.ToJsonString());

        var start = new ProcessStartInfo("/bin/sh", ["-c", "\"$1\" httpd \"$2\" >/dev/null 2>&1 & pid=$!; cat >/dev/null; kill $pid; wait; rm -rf \"$2\"", "sh", snac, folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        var server = new SnacServer(process, snac, folder, new Uri($"http://127.0.0.1:{port}/"));
        await server.AddAsync(First);
        await server.ReadyAsync();
        return server;
    }

    private async Task ReadyAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/api/v1/instance", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 100)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }
    }

    private static async Task<string> ShellAsync(string command, params IEnumerable<string> arguments) =>
        await Installed.RunAsync("/bin/sh", ["-c", command + " 2>&1", "sh", .. arguments], CancellationToken.None);

    [GeneratedRegex("name=\"cid\" value=\"(?<id>[^\"]+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientId();

    [GeneratedRegex("password is (?<word>\\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Password();
}
