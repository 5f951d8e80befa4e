using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Countersign.Tests.Shared;

/// <summary>
/// A real Bluesky network of our own (the PDS and directory published on npm), thrown away afterwards. It listens on
/// 127.0.0.1 only and holds two accounts. It ends with the test process, also when that is killed, because its input ends.
/// </summary>
public sealed class BlueskyNetwork : IAsyncDisposable
{
    private const string Posts = "app.bsky.feed.post";

    private static readonly SemaphoreSlim starting = new(1, 1);
    private static BlueskyNetwork? shared;
    private static BlueskyNetwork? viewed;

    private readonly Process process;
    private readonly RedisServer? cache;
    private readonly HttpClient http;

    private BlueskyNetwork(Process process, RedisServer? cache, Uri server)
    {
        (this.process, this.cache, Server) = (process, cache, server);
        http = new HttpClient { BaseAddress = server };
    }

    /// <summary>The PDS, such as http://127.0.0.1:41249/.</summary>
    public Uri Server { get; }

    /// <summary>alice.test</summary>
    public BlueskyAccount Alice { get; private set; } = null!;

    /// <summary>bob.test</summary>
    public BlueskyAccount Bob { get; private set; } = null!;

    /// <summary>The one network of this test process, started by the first test that asks. Skips the test where it is not installed.</summary>
    public static async Task<BlueskyNetwork> SharedAsync()
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

    /// <summary>The one network with public views of this test process. Skips the test where it, PostgreSQL or Redis is not installed.</summary>
    public static async Task<BlueskyNetwork> SharedWithViewsAsync()
    {
        await starting.WaitAsync();
        try
        {
            return viewed ??= await StartAsync(views: true);
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>A network for one test, which disposes it.</summary>
    /// <param name="limits">The server's own rate limits, off otherwise: 30 sign-ins of an account in 5 minutes.</param>
    /// <param name="views">The public views too: what readers are shown, counted and told, some seconds after it was written.</param>
    public static async Task<BlueskyNetwork> StartAsync(bool limits = false, bool views = false)
    {
        var cache = views ? await RedisServer.StartAsync() : null;
        var start = Node("--require", "./listen-local.cjs", "net.mjs");
        start.Environment["BSKY_LIMITS"] = limits ? "1" : "0";
        start.Environment["LOG_ENABLED"] = "false";
        if (cache is not null)
        {
            var database = new DbConnectionStringBuilder { ConnectionString = await PostgresServer.CreateDatabaseAsync() };
            start.Environment["DB_POSTGRES_URL"] = $"postgres://{database["Username"]}@{database["Host"]}:{database["Port"]}/{database["Database"]}";
            start.Environment["REDIS_HOST"] = $"127.0.0.1:{cache.Port}";
        }

        var started = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var network = new BlueskyNetwork(started, cache, new Uri($"http://127.0.0.1:{await ReadyPortAsync(started)}/"));
        network.Alice = await network.CreateAccountAsync("alice");
        network.Bob = await network.CreateAccountAsync("bob");
        return network;
    }

    /// <summary>Runs a script of tests/servers/bluesky to its end, beside the network's own packages, and gives what it printed. Throws with its words when it fails; skips the test where the packages are not installed.</summary>
    public static async Task<string> RunScriptAsync(string script, string input)
    {
        var start = Node(script);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await said : throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await complained}");
    }

    /// <summary>A new account with an app password.</summary>
    /// <param name="name">The part of the handle before ".test".</param>
    public async Task<BlueskyAccount> CreateAccountAsync(string name)
    {
        var password = name + "-pass";
        var session = await PostAsync("com.atproto.server.createAccount", new { handle = name + ".test", email = name + "@example.test", password }, null);
        var account = new BlueskyAccount(session.GetProperty("did").GetString()!, name + ".test", password, session.GetProperty("accessJwt").GetString()!, "");
        return account with { AppPassword = await CreateAppPasswordAsync(account, "countersign") };
    }

    public async Task<string> CreateAppPasswordAsync(BlueskyAccount account, string name) =>
        (await PostAsync("com.atproto.server.createAppPassword", new { name }, Bearer(account))).GetProperty("password").GetString()!;

    public Task RevokeAppPasswordAsync(BlueskyAccount account, string name) =>
        PostAsync("com.atproto.server.revokeAppPassword", new { name }, Bearer(account));

    /// <summary>What the operator of a server does to an account that broke its rules.</summary>
    public Task TakeDownAsync(BlueskyAccount account) =>
        PostAsync(
            "com.atproto.admin.updateSubjectStatus",
            new { subject = new Dictionary<string, string> { ["$type"] = "com.atproto.admin.defs#repoRef", ["did"] = account.Did }, takedown = new { applied = true } },
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:admin-pass"u8)));

    /// <summary>Writes a record as somebody else's program would.</summary>
    public Task PutPostAsync(BlueskyAccount account, string key, object record) =>
        PostAsync("com.atproto.repo.putRecord", new { repo = account.Did, collection = Posts, rkey = key, record }, Bearer(account));

    /// <summary>Likes a post, as its readers do.</summary>
    public Task LikeAsync(BlueskyAccount reader, string uri, string cid) =>
        CreateRecordAsync(
            reader,
            "app.bsky.feed.like",
            new Dictionary<string, object> { ["$type"] = "app.bsky.feed.like", ["subject"] = new { uri, cid }, ["createdAt"] = "2026-11-12T09:42:00.000Z" });

    /// <summary>Writes a record of any kind as somebody else's program would.</summary>
    /// <returns>Its uri and cid.</returns>
    public Task<JsonElement> CreateRecordAsync(BlueskyAccount account, string collection, object record) =>
        PostAsync("com.atproto.repo.createRecord", new { repo = account.Did, collection, record }, Bearer(account));

    /// <returns>The blob, as a record names it.</returns>
    public async Task<JsonElement> UploadAsync(BlueskyAccount account, byte[] file, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/xrpc/com.atproto.repo.uploadBlob", UriKind.Relative)) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = Bearer(account);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("blob");
    }

    public Task DeletePostAsync(BlueskyAccount account, string key) =>
        PostAsync("com.atproto.repo.deleteRecord", new { repo = account.Did, collection = Posts, rkey = key }, Bearer(account));

    /// <summary>Removes an account with all that it wrote, as its owner may ask.</summary>
    public Task DeleteAccountAsync(BlueskyAccount account) =>
        PostAsync("com.atproto.admin.deleteAccount", new { did = account.Did }, new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:admin-pass"u8)));

    /// <returns>The post's uri, cid and value; null when nothing stands there.</returns>
    public async Task<JsonElement?> GetRecordAsync(string did, string key)
    {
        using var response = await http.GetAsync(new Uri($"/xrpc/com.atproto.repo.getRecord?repo={did}&collection={Posts}&rkey={key}", UriKind.Relative));
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    /// <summary>What the network answers this person's own app; null where it refuses.</summary>
    public async Task<JsonElement?> ReadAsync(string query, BlueskyAccount reader)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/xrpc/" + query, UriKind.Relative));
        request.Headers.Authorization = Bearer(reader);
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    /// <summary>Every post of the account, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListPostsAsync(string did)
    {
        List<JsonElement> posts = [];
        string? cursor = null;
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>(
                new Uri($"/xrpc/com.atproto.repo.listRecords?repo={did}&collection={Posts}&limit=100&cursor={cursor}", UriKind.Relative));
            posts.AddRange(page.GetProperty("records").EnumerateArray());
            cursor = page.TryGetProperty("cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return posts;
    }

    public async Task<byte[]> GetBlobAsync(string did, string cid) =>
        await http.GetByteArrayAsync(new Uri($"/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}", UriKind.Relative));

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
        if (cache is not null)
            await cache.DisposeAsync();
    }

    private static ProcessStartInfo Node(params string[] arguments)
    {
        var home = Path.Combine(Run.Work, "bluesky");
        var node = Installed.Find(["node"]);
        if (node is null || !Directory.Exists(Path.Combine(home, "node_modules", "@atproto", "dev-env")))
            Run.Lacks("The Bluesky network is not installed (Node.js, and npm ci of tests/servers/bluesky into the bluesky folder of the work folder).");
        var start = new ProcessStartInfo(node, arguments)
        {
            WorkingDirectory = Path.Combine(Run.Root, "tests", "servers", "bluesky"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BSKY_HOME"] = home;
        return start;
    }

    private static AuthenticationHeaderValue Bearer(BlueskyAccount account) => new("Bearer", account.Access);

    private async Task<JsonElement> PostAsync<T>(string method, T body, AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/xrpc/" + method, UriKind.Relative)) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = authorization;
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return !response.IsSuccessStatusCode ? throw new InvalidOperationException($"{method} answered {(int)response.StatusCode}: {answer}")
            : answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer);
    }

    /// <summary>Waits for the line that says the network is ready, and keeps reading after it so that the pipes never fill.</summary>
    private static async Task<int> ReadyPortAsync(Process started)
    {
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        started.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("{\"ready\":true", StringComparison.Ordinal) is true)
            {
                port.TrySetResult(JsonSerializer.Deserialize<JsonElement>(line.Data).GetProperty("port").GetInt32());
            }
        };
        started.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        };
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        var ended = started.WaitForExitAsync();
        if (await Task.WhenAny(port.Task, ended, Task.Delay(TimeSpan.FromSeconds(120))) == port.Task)
        {
            return await port.Task;
        }

        if (!ended.IsCompleted)
        {
            started.Kill(entireProcessTree: true);
        }

        lock (said)
        {
            throw new InvalidOperationException($"The Bluesky network did not start: {said}");
        }
    }
}

/// <param name="Password">The account's own password, which Countersign must refuse.</param>
/// <param name="Access">A session of the owner, good for two hours.</param>
/// <param name="AppPassword">What Countersign is given.</param>
public sealed record BlueskyAccount(string Did, string Handle, string Password, string Access, string AppPassword);
